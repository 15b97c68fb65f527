import { addOnClock } from './calendar';
import { hasLeft, heirOf, named } from './directory';
import type { ProposedAccountable, ProposedEvent, Rescheduled } from './events';
import type { Inputs } from './inputs';
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
    if (o.kind === 'review') return []; // Its date was set by whoever reviewed it last.
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

/** Who of some people is gone, to whom those who left handed over, and who is there again: as the directory says it now. */
export const changed = (
  j: Journey,
  { people }: Inputs['directory'],
  at: Instant,
  { directory }: Rulebook,
): Inputs['directory'] => {
  const left = people.filter((person) => hasLeft(person, directory, at));
  const gone = people.filter((person) => directory.people[person] === undefined || left.includes(person));
  const back = people.filter((person) => j.left?.[person] !== undefined && !gone.includes(person));
  return {
    people,
    ...(gone.length === 0 ? {} : { gone }),
    ...(left.length === 0
      ? {}
      : { left: Object.fromEntries(left.map((person) => [person, heirOf(person, directory, at) ?? null])) }),
    ...(back.length === 0 ? {} : { back }),
  };
};

/**
 * Whoever answers now where the directory changed: a pool's new lead, or the successor of somebody who is gone, else the lead
 * of their role. A person who is there and answers by name stays, with their lease.
 */
export const succeeded = (j: Journey, at: Instant, { directory }: Rulebook): ProposedAccountable[] => {
  const owners = new Map(duties(j).map((duty) => [duty.key, duty.accountable]));
  return Object.values(j.obligations).flatMap(({ key, opening, accountable }) => {
    const to = named(owners.get(key) ?? { role: accountable.role }, directory, at);
    const same = to.role === accountable.role && to.person === accountable.person;
    return same ? [] : [{ type: 'accountable', key, opening, to }];
  });
};

/**
 * The consultant behind a trainee whose request names none, by a fact of its own: the request stays as it came, so that its
 * repetition is one, and what the directory said that day stays on record.
 */
export const supervised = (j: Journey, { directory }: Rulebook): ProposedEvent[] => {
  const { request } = j;
  const requester = request?.requester.person;
  const consultant = requester === undefined ? undefined : directory.people[requester]?.supervisor;
  if (request?.consultant !== undefined || requester === undefined || consultant === undefined) return [];
  if (j.supervised?.requester === requester) return [];
  return [{ type: 'supervised', requester, consultant }];
};
