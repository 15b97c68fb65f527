import { reachOf } from '../asks/reach';
import { randomUUIDv7 } from '../ids';
import type { Ended, JourneyEvent, Opened } from '../../domain/events';
import type { Journey } from '../../domain/journey';
import type { Obligation } from '../../domain/obligation';
import { isAlert } from '../../domain/obligation';
import type { Policy } from '../../domain/policy';
import { situationOf } from '../../domain/schedule-limits';

/** Asks to be sent and asks to be cancelled, for what was just recorded. */
export interface Outgoing {
  send: Record<string, unknown>[];
  /** Duties whose unsent asks are cancelled: they ended, or a newer ask took their place. */
  cancel: { key: string; opening: number; before: number }[];
}

/** One ask as the outbox keeps it: to the first contact point that policy names. The dispatcher, who looks addresses up, adds others. */
const row = (
  j: Journey,
  duty: Pick<Opened, 'key' | 'opening' | 'asks' | 'kind' | 'category' | 'askedNow'>,
  at: string,
  purpose: 'ask' | 'stand-down',
  policy: Policy | undefined,
): Record<string, unknown> => {
  const reach = policy && reachOf(policy, situationOf(j, duty));
  return {
    id: randomUUIDv7(),
    key: duty.key,
    opening: duty.opening,
    ask: duty.asks,
    purpose,
    kind: duty.kind,
    category: duty.category ?? null,
    recipient: duty.askedNow.person,
    role: duty.askedNow.role,
    channel: reach?.steps[0]?.[0] ?? 'mail',
    reach: reach ?? null,
    created_at: at,
  };
};

/**
 * What these events mean for the outbox: one open ask a duty. Somebody already asked about an alert that is then withdrawn
 * gets one stand-down.
 * @param policy the one that the journey is pinned to; none where it could not be read, and then everybody is asked by mail
 */
export const asksOf = (
  before: Journey,
  events: readonly JourneyEvent[],
  states: readonly Journey[],
  policy: Policy | undefined,
): Outgoing => {
  const out: Outgoing = { send: [], cancel: [] };
  events.forEach((e, i) => {
    const j = states[i]!;
    const was = (i === 0 ? before : states[i - 1]!).obligations;
    if (e.type === 'opened' && e.asks > 0) out.send.push(row(j, e, e.at, 'ask', policy));
    if (e.type === 'asked') {
      const { kind, category } = was[e.key]!;
      out.cancel.push({ key: e.key, opening: e.opening, before: e.asks });
      out.send.push(row(j, { ...e, kind, ...(category ? { category } : {}) }, e.at, 'ask', policy));
    }
    if (e.type === 'ended') {
      out.cancel.push({ key: e.key, opening: e.opening, before: Number.MAX_SAFE_INTEGER });
      const o = was[e.key];
      if (o && needsStandDown(e, o)) out.send.push(row(j, o, e.at, 'stand-down', policy));
    }
  });
  return out;
};

const needsStandDown = (e: Ended, o: Obligation): boolean =>
  e.how === 'withdrawn' && o.asks > 0 && o.category !== undefined && isAlert(o.category);
