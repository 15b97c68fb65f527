import { DateTime } from 'luxon';
import type { TakenAsk } from './outbox';

/** How somebody wants to hear of routine duties, as it is kept. */
export interface PreferenceRow {
  /** One mail a day, or each when it comes (but not in quiet hours). */
  digest: boolean;
  digest_at: string | null;
  quiet_from: string | null;
  quiet_until: string | null;
}

/** The next time that a local clock shows `HH:MM`, later than `now`. */
const next = (now: DateTime, time: string): DateTime => {
  const [hour, minute] = time.split(':').map(Number);
  const today = now.set({ hour: hour!, minute: minute!, second: 0, millisecond: 0 });
  return today > now ? today : today.plus({ days: 1 });
};

const isQuiet = (now: DateTime, from: string, until: string): boolean => {
  const clock = now.toFormat('HH:mm');
  return from < until ? from <= clock && clock < until : from <= clock || clock < until;
};

/**
 * Until when a routine ask waits, or nothing where it goes out now. Never for an alert: `reach.routine` is only set for what
 * is routine. And never so long that the ladder would have gone up before: then waiting would rob the person of their turn.
 */
export const heldUntil = (ask: TakenAsk, at: Date): Date | undefined => {
  const hours = ask.reach?.routine;
  if (!hours || ask.purpose !== 'ask' || ask.attempts > 1 || ask.held) return undefined;
  // Nothing is gained by waiting where there is nothing to send to.
  if (ask.address === null) return undefined;
  const now = DateTime.fromJSDate(at, { zone: hours.zone });
  const mine = ask.preference;
  const quiet = { from: mine?.quiet_from ?? hours.quiet.from, until: mine?.quiet_until ?? hours.quiet.until };
  const until =
    mine?.digest === false
      ? isQuiet(now, quiet.from, quiet.until)
        ? next(now, quiet.until)
        : undefined
      : next(now, mine?.digest_at ?? hours.digestAt);
  if (until === undefined) return undefined;
  const wait = until.toMillis() - at.getTime();
  return ask.dueAt.getTime() - ask.createdAt.getTime() > wait ? until.toJSDate() : undefined;
};
