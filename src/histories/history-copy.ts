import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import canonicalize from 'canonicalize';
import { historyToJSON } from '@temporalio/common/lib/proto-utils';
import type { temporal } from '@temporalio/proto';

type History = temporal.api.history.v1.IHistory;

/** How a run ended, by its last event. */
const ENDINGS = {
  COMPLETED: 'completed',
  CONTINUED_AS_NEW: 'continued',
  FAILED: 'failed',
  TIMED_OUT: 'timed-out',
  TERMINATED: 'terminated',
  CANCELED: 'cancelled',
} as const;
export type RunEnding = (typeof ENDINGS)[keyof typeof ENDINGS];

/** One event as Temporal's JSON gives it. */
export interface HistoryEvent {
  eventId: string;
  /** RFC 3339, UTC, up to nanoseconds. */
  eventTime: string;
  /** `EVENT_TYPE_...` */
  eventType: string;
  [attributes: string]: unknown;
}

/** A run's history as it is kept: the text, and what is read off it. */
export interface HistoryCopy {
  /**
   * Temporal's own JSON of the history, in the canonical form of RFC 8785: a server gives the entries of its maps in any
   * order, and the same history must have one hash. What is hashed is this, as UTF-8.
   */
  text: string;
  sha256: string;
  events: HistoryEvent[];
  /** Set once the run has ended: nothing will follow. */
  ended?: { at: string; how: RunEnding };
  /** The runs that this one names as before or after it. */
  linked: string[];
}

export const sha256Of = (text: string): string => createHash('sha256').update(text, 'utf8').digest('hex');

/** A task that is only under way: Temporal shows it at the end of an open history, and may take it back. */
const UNDER_WAY = ['EVENT_TYPE_WORKFLOW_TASK_SCHEDULED', 'EVENT_TYPE_WORKFLOW_TASK_STARTED'];

/** A history as it is kept. Of an open run without the task that is under way at its end. */
export const copyOf = (history: History): HistoryCopy => {
  const all = eventsIn(canonicalize(JSON.parse(historyToJSON(history)))!);
  const end = all.findLastIndex((e) => !UNDER_WAY.includes(e.eventType)) + 1;
  const events = all.slice(0, end);
  const text = canonicalize({ events })!;
  const ended = endingOf(events.at(-1));
  return { text, sha256: sha256Of(text), events, linked: linksOf(events), ...(ended ? { ended } : {}) };
};

/** @throws SyntaxError where a text is no JSON */
export const eventsIn = (text: string): HistoryEvent[] =>
  (JSON.parse(text) as { events?: HistoryEvent[] }).events ?? [];

const endingOf = (last: HistoryEvent | undefined): HistoryCopy['ended'] => {
  const [, how] = /^EVENT_TYPE_WORKFLOW_EXECUTION_(\w+)$/.exec(last?.eventType ?? '') ?? [];
  if (how === undefined || !(how in ENDINGS)) return undefined;
  return { at: last!.eventTime, how: ENDINGS[how as keyof typeof ENDINGS] };
};

/** Continue-as-new names the run after it, and that one the run before; so does a reset. */
const linksOf = (events: readonly HistoryEvent[]): string[] => {
  const named = [events[0], events.at(-1), ...events.filter((e) => e.eventType.endsWith('TASK_FAILED'))];
  const attributes = named.flatMap((e) => Object.values(e ?? {}).filter((v) => typeof v === 'object'));
  const links = attributes.flatMap((value) => {
    const { continuedExecutionRunId, newExecutionRunId, newRunId } = value as Record<string, unknown>;
    return [continuedExecutionRunId, newExecutionRunId, newRunId];
  });
  return [...new Set(links.filter((id): id is string => typeof id === 'string' && id !== ''))];
};

/** Whether a later history begins with all of an earlier one, event by event. */
export const continues = (later: readonly HistoryEvent[], earlier: readonly HistoryEvent[]): boolean =>
  later.length >= earlier.length && earlier.every((e, i) => JSON.stringify(e) === JSON.stringify(later[i]));

const zip = promisify(gzip);
const unzip = promisify(gunzip);

export const packed = (text: string): Promise<Buffer> => zip(Buffer.from(text, 'utf8'));

/** The text, or nothing where the bytes are no longer what was packed or do not have this hash. */
export const unpacked = async (body: Buffer, sha256: string): Promise<string | undefined> => {
  const text = await unzip(body).then(
    (bytes) => bytes.toString('utf8'),
    () => undefined,
  );
  return text !== undefined && sha256Of(text) === sha256 ? text : undefined;
};
