import { mayClose } from './closing';
import type { ProposedAccountable, ProposedEvent, ProposedOpened } from './events';
import { evolve } from './evolve';
import type { CarriedDuty } from './inputs';
import type { Journey } from './journey';
import type { Duty, Obligation } from './obligation';
import { risk } from './obligation';
import { duties } from './pathway';
import type { Instant } from './vocabulary';

/** The difference that something known makes to what is owed. */

/** How the journey would stand with one more input. */
export const imagine = (j: Journey, event: ProposedEvent, now: Instant): Journey =>
  evolve(j, { ...event, seq: j.seq + 1, at: now, cause: '' } as never);

/**
 * The inputs, followed by the difference they make: duties opened, ended and handed over, and the journey's close.
 * `receivedAt` decides whether what ends was in time: received at 10:30 with the worker down is 10:30.
 */
export const withDuties = (
  j: Journey,
  inputs: readonly ProposedEvent[],
  receivedAt: Instant,
  carried: readonly CarriedDuty[] = [],
): ProposedEvent[] => {
  const next = inputs.reduce((state, e) => imagine(state, e, receivedAt), j);
  const all = new Map(duties(next).map((d) => [d.key, d]));
  const isNew = (d: Duty): boolean =>
    d.status === 'owed' && (!j.obligations[d.key] || isRaised(j.obligations[d.key]!, d));
  const opened = [...all.values()].filter(isNew).map((d) => opening(j, d, all, carried));
  const stays = (o: Obligation): boolean =>
    all.get(o.key)?.status === 'owed' && !opened.some((e) => e.key === o.key);
  const before = Object.values(j.obligations);
  const ended = before
    .filter((o) => !stays(o))
    .map((o) => ending(next, o, all.get(o.key), opened, receivedAt));
  const changed = [...inputs, ...ended, ...opened, ...handovers(next, before.filter(stays), all)];
  return [...changed, ...closing(j, next, changed)];
};

/** A duty that has become more dangerous than it was opened for: it opens again, on the ladder of what it is now. */
const isRaised = (o: Obligation, duty: Duty): boolean => risk(duty.category) < risk(o.category);

const opening = (
  j: Journey,
  duty: Duty,
  all: ReadonlyMap<string, Duty>,
  carried: readonly CarriedDuty[],
): ProposedOpened => {
  const isOver = (key: string): boolean => !['owed', 'discharged'].includes(all.get(key)?.status ?? '');
  // Its own key too: a duty that was overtaken and is owed after all goes on where it was.
  const keys = [...new Set([duty.key, ...(duty.carriesOn ?? []).filter(isOver)])];
  const before = keys.flatMap((key) => {
    const stood = j.obligations[key] ?? j.overtaken[key];
    return stood ? [{ ...stood, key }] : [];
  });
  const carry = [...before, ...carried.filter((c) => c.key === duty.key)];
  return {
    type: 'opened',
    key: duty.key,
    opening: (j.openings[duty.key] ?? 0) + 1,
    kind: duty.kind,
    ...(duty.category === undefined ? {} : { category: duty.category }),
    from: [duty.from, ...before.map((o) => o.from)].sort()[0]!,
    accountable: duty.accountable,
    ...(duty.askFirst === undefined ? {} : { askFirst: duty.askFirst }),
    ...(duty.by === undefined ? {} : { by: duty.by }),
    ...(before.length === 0 ? {} : { carriesOn: before.map((o) => o.key) }),
    ...(carry.length === 0
      ? {}
      : {
          carry: {
            limitAt: carry.map((o) => o.limitAt).sort()[0]!,
            dueAt: carry.map((o) => o.dueAt).sort()[0]!,
            rung: Math.max(...carry.map((o) => o.rung)),
            asks: Math.max(...carry.map((o) => o.asks)),
          },
        }),
  };
};

const ending = (
  next: Journey,
  o: Obligation,
  duty: Duty | undefined,
  opened: readonly ProposedOpened[],
  receivedAt: Instant,
): ProposedEvent => {
  // What is owed and ends all the same opens again at once, for more.
  const how = duty === undefined ? 'withdrawn' : duty.status === 'owed' ? 'overtaken' : duty.status;
  const why =
    next.mergedInto !== undefined
      ? 'merged'
      : how === 'waived'
        ? next.waivers[o.key]?.reason
        : opened.find((e) => e.carriesOn?.includes(o.key))?.key;
  return {
    type: 'ended',
    key: o.key,
    opening: o.opening,
    how,
    ...(why === undefined ? {} : { why }),
    ...(how === 'discharged' && receivedAt > o.limitAt ? { late: true as const } : {}),
    ...(receivedAt > o.dueAt ? { passed: o.dueAt } : {}),
  };
};

/** Open duties whose accountable person is another by the facts: a claim, an acceptance, a lead's reassignment. */
export const handovers = (
  next: Journey,
  open: readonly Obligation[],
  all: ReadonlyMap<string, Duty>,
): ProposedAccountable[] =>
  open.flatMap((o) => {
    const duty = all.get(o.key);
    if (duty?.status !== 'owed') return [];
    const { role, person } = duty.accountable;
    const same = role === o.accountable.role && (person === undefined || person === o.accountable.person);
    const leased = o.kind === 'report' && next.claim !== undefined;
    if (same && leased === (o.leaseUntil !== undefined)) return [];
    const lease = leased ? { lease: true as const } : {};
    return [{ type: 'accountable' as const, key: o.key, opening: o.opening, to: duty.accountable, ...lease }];
  });

/** The journey closes when nothing is owed and it has ended; a closed one that owes again is reopened. */
const closing = (before: Journey, next: Journey, events: readonly ProposedEvent[]): ProposedEvent[] => {
  const open = new Set(Object.keys(next.obligations));
  for (const e of events) {
    if (e.type === 'ended') open.delete(e.key);
    if (e.type === 'opened') open.add(e.key);
  }
  const obligations = Object.fromEntries([...open].map((key) => [key, next.obligations[key]!]));
  if (mayClose({ ...next, obligations }) && !before.closed) return [{ type: 'closed' }];
  return before.closed && open.size > 0 ? [{ type: 'reopened' }] : [];
};
