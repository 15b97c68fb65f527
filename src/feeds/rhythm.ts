import type { Calendar } from '../../domain/calendar';
import { addOnClock } from '../../domain/calendar';
import type { Instant } from '../../domain/vocabulary';

/**
 * How long a feed may be quiet: so much working time, and so much time day and night (ISO 8601 durations; at least one of the
 * two). Whichever is over first makes it silent: a RIS that may be quiet for half an hour of a working day, and for four hours
 * of a night, is `{ working: 'PT30M', elapsed: 'PT4H' }`.
 */
export interface Quiet {
  working?: string | undefined;
  elapsed?: string | undefined;
}

/** Until when a feed that was heard at `from` may be quiet, on the calendar of the policy that stands. */
export const quietUntil = (from: Instant, quiet: Quiet, calendar: Calendar): Instant =>
  (['working', 'elapsed'] as const)
    .flatMap((clock) => {
      const duration = quiet[clock];
      return duration === undefined ? [] : [addOnClock(from, duration, clock, calendar)];
    })
    .sort()[0]!;
