import { addOnClock } from './calendar';
import { named } from './directory';
import type { ProposedAccountable, Rescheduled } from './events';
import type { Journey } from './journey';
import { duties } from './pathway';
import { limitRule, sooner } from './schedule-limits';
import type { Rulebook } from './schedule-limits';
import type { Instant } from './vocabulary';

/** What a re-plan, a changed request and a changed directory do to duties that are open. */

/**
 * Re-planning moves only deadlines that have not fired: a duty that nobody has been asked about yet gets the limit of this
 * policy and calendar, counted from the same fact. One moved into the past fires once, as late. Where the ladder is already
 * running, its next step stands and only the limit is worked out again.
 */
export const replanned = (j: Journey, at: Instant, rulebook: Rulebook): Rescheduled[] =>
  Object.values(j.obligations).flatMap((o) => {
    const { rule, fallback } = limitRule(j, o, rulebook);
    const planned = o.kind === 'complete';
    const limitAt = planned
      ? o.limitAt
      : addOnClock(o.from, rule.limit.duration, rule.limit.clock, rulebook.calendar);
    const dueAt = o.asks === 0 ? limitAt : o.dueAt;
    if (limitAt === o.limitAt && dueAt === o.dueAt) return [];
    const event = {
      type: 'rescheduled',
      key: o.key,
      opening: o.opening,
      limitAt,
      dueAt,
      at,
      seq: 0,
      cause: '',
    } as const;
    return [{ ...event, ...(fallback === undefined ? {} : { policy: fallback }) }];
  });

/** A changed request may make what is open more urgent: its deadlines then come sooner, and never later. */
export const hastened = (j: Journey, at: Instant, rulebook: Rulebook): Rescheduled[] =>
  replanned(j, at, rulebook).flatMap((event) => {
    const o = j.obligations[event.key]!;
    return event.limitAt < o.limitAt ? [{ ...event, dueAt: sooner(event.dueAt, o.dueAt) }] : [];
  });

/**
 * Whoever answers now where the directory changed: a pool's new lead, or the lead of the role of somebody who is gone. A
 * person who is there and answers by name stays, with their lease.
 */
export const succeeded = (
  j: Journey,
  people: readonly string[],
  { directory }: Rulebook,
): ProposedAccountable[] => {
  const owners = new Map(duties(j).map((duty) => [duty.key, duty.accountable]));
  return Object.values(j.obligations).flatMap(({ key, opening, accountable }) => {
    if (!people.includes(accountable.person)) return [];
    const to = named(owners.get(key) ?? { role: accountable.role }, directory);
    const same = to.role === accountable.role && to.person === accountable.person;
    return same ? [] : [{ type: 'accountable', key, opening, to }];
  });
};
