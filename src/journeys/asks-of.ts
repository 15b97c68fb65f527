import { randomUUIDv7 } from '../ids';
import type { Asked, Ended, JourneyEvent, Opened } from '../../domain/events';
import type { Journey } from '../../domain/journey';
import { isAlert } from '../../domain/obligation';

/** Asks to be sent and asks to be cancelled, for what was just recorded. */
export interface Outgoing {
  send: Record<string, unknown>[];
  /** Duties whose unsent asks are cancelled: they ended, or a newer ask took their place. */
  cancel: { key: string; opening: number; before: number }[];
}

/** Channels come with their own issue; until then everybody is reached by mail, and a phone list stands on the worklist. */
const CHANNEL = 'mail';

const ask = (e: Opened | Asked, kind: string, category: string | undefined): Record<string, unknown> => ({
  id: randomUUIDv7(),
  key: e.key,
  opening: e.opening,
  ask: e.asks,
  purpose: 'ask',
  kind,
  category: category ?? null,
  recipient: e.askedNow.person,
  role: e.askedNow.role,
  channel: CHANNEL,
  created_at: e.at,
});

/**
 * What these events mean for the outbox: one open ask a duty. Somebody already asked about an alert that is then withdrawn
 * gets one stand-down.
 */
export const asksOf = (
  before: Journey,
  events: readonly JourneyEvent[],
  states: readonly Journey[],
): Outgoing => {
  const out: Outgoing = { send: [], cancel: [] };
  events.forEach((e, i) => {
    const was = (i === 0 ? before : states[i - 1]!).obligations;
    if (e.type === 'opened' && e.asks > 0) out.send.push(ask(e, e.kind, e.category));
    if (e.type === 'asked') {
      out.cancel.push({ key: e.key, opening: e.opening, before: e.asks });
      out.send.push(ask(e, was[e.key]!.kind, was[e.key]!.category));
    }
    if (e.type === 'ended') {
      out.cancel.push({ key: e.key, opening: e.opening, before: Number.MAX_SAFE_INTEGER });
      const down = standDown(e, was[e.key]);
      if (down) out.send.push(down);
    }
  });
  return out;
};

const standDown = (
  e: Ended,
  o: Journey['obligations'][string] | undefined,
): Record<string, unknown> | undefined => {
  const asked = o !== undefined && o.asks > 0 && o.category !== undefined && isAlert(o.category);
  if (!asked || e.how !== 'withdrawn') return undefined;
  return {
    id: randomUUIDv7(),
    key: o.key,
    opening: o.opening,
    ask: o.asks,
    purpose: 'stand-down',
    kind: o.kind,
    category: o.category,
    recipient: o.askedNow.person,
    role: o.askedNow.role,
    channel: CHANNEL,
    created_at: e.at,
  };
};
