import { unusableCode } from '../../domain/refusals';
import type { Asked, JourneyEvent } from '../../domain/events';
import { isCommand } from '../../domain/inputs';
import type { Instant } from '../../domain/vocabulary';
import { isSent, sentenceOf } from './sentences';
import type { Words } from './words';
import { kindOf } from './words';

/** What happened, one line each, in the order in which it was recorded. */
export interface Line {
  seq: number;
  /** When it was recorded, by the workflow's clock. */
  at: Instant;
  /** In the policy's time zone, as people read it. */
  local: string;
  /** When it happened, where its sender said so and that was more than a minute before we received it. */
  happenedAt?: Instant;
  kind: 'fact' | 'act' | 'duty' | 'refusal' | 'state';
  what: string;
  /** Who sent it, where the sentence does not begin with them. */
  from?: string;
  /** Where the same person was asked about the same again and again: the last time, its event, and how often in all. */
  again?: { until: Instant; seq: number; times: number };
}

/** Not for the family: repetitions, the desk's own puzzles with messages, and what the machinery did. */
const INTERNAL: ReadonlySet<JourneyEvent['type']> = new Set<JourneyEvent['type']>([
  'noted',
  'lapsed',
  'delivery-failed',
  'unusable',
  'merged',
  'absorb',
  'directory',
  'remedied',
  'match',
  'explain',
  'reviewed',
  'replan',
  'rescheduled',
  'lease-ended',
  'supervised',
]);

export const isInternal = (e: JourneyEvent): boolean =>
  INTERNAL.has(e.type) ||
  ('key' in e && kindOf(e.key) === 'reconcile') ||
  (e.type === 'refused' && (e.input === 'deadline' || unusableCode(e.code) || INTERNAL.has(e.input)));

const kind = (e: JourneyEvent): Line['kind'] => {
  if (e.type === 'refused') return 'refusal';
  if (isSent(e.type)) return isCommand(e.type) ? 'act' : 'fact';
  return 'key' in e ? 'duty' : 'state';
};

const MINUTE_MS = 60_000;

const lineOf = (e: JourneyEvent, w: Words): Line => {
  const entered = 'happenedAt' in e ? e.happenedAt : undefined;
  const said =
    entered ?? ('data' in e && 'at' in e.data && typeof e.data.at === 'string' ? e.data.at : undefined);
  const before = said !== undefined && 'receivedAt' in e && Date.parse(e.receivedAt) - Date.parse(said);
  return {
    seq: e.seq,
    at: e.at,
    local: w.when(e.at),
    ...(typeof before === 'number' && before > MINUTE_MS ? { happenedAt: said! } : {}),
    kind: kind(e),
    what: sentenceOf(e, w),
    ...('data' in e && !isCommand(e.type) ? { from: w.party(e.by) } : {}),
  };
};

/**
 * @param events those that are to be told of. Where nothing happens but that people are asked, the same ask again is no line of
 * its own.
 */
export const timelineOf = (events: readonly JourneyEvent[], w: Words): Line[] => {
  const lines: Line[] = [];
  let asking = new Map<string, Line>();
  for (const e of events) {
    if (e.type !== 'asked') asking = new Map();
    const question = e.type === 'asked' ? questionOf(e) : '';
    const before = asking.get(question);
    if (before) before.again = { until: e.at, seq: e.seq, times: (before.again?.times ?? 1) + 1 };
    else lines.push(lineOf(e, w));
    if (e.type === 'asked') asking.set(question, before ?? lines.at(-1)!);
  }
  return lines;
};

/** Who was asked about which duty, in whose stead, and why. */
const questionOf = ({ key, why, askedNow, insteadOf }: Asked): string =>
  JSON.stringify([key, why, askedNow.role, askedNow.person, insteadOf?.person]);
