import { addOnClock } from './calendar';
import { firstReached, reachOwner } from './asking';
import type { Reached } from './asking';
import { isExternal, named } from './directory';
import type { Directory, Moment } from './directory';
import type {
  JourneyEvent,
  Proposal,
  ProposedAccountable,
  ProposedAsked,
  ProposedEvent,
  ProposedOpened,
} from './events';
import { directoryFor } from './canary';
import { withDuties } from './difference';
import { evolve } from './evolve';
import type { Owner, Party } from './inputs';
import type { Journey } from './journey';
import type { Obligation } from './obligation';
import type { LimitRule, Policy } from './policy';
import { duties } from './pathway';
import { nextStep } from './policy';
import { changed, hastened, replanned, succeeded, supervised } from './schedule-changes';
import { firstAskOf, inArrears, later, limitOf, limitRule, momentOf, sooner } from './schedule-limits';
import type { Rulebook } from './schedule-limits';
import type { Instant } from './vocabulary';

export type { Rulebook } from './schedule-limits';

/**
 * `schedule` completes what was proposed: absolute deadlines, the accountable person, and who is asked now. Pure, but it
 * reads calendars and the directory, so it runs inside `record` and never in the workflow; what it works out is stored, and
 * changes only by a re-plan.
 */
export const schedule = (j: Journey, proposal: Proposal, cause: string, given: Rulebook): JourneyEvent[] => {
  const rulebook = { ...given, directory: directoryFor(j.subject, given.directory) };
  const events: JourneyEvent[] = [];
  let state = j;
  const keep = (proposed: ProposedEvent | JourneyEvent): void => {
    const event = complete(state, proposed as ProposedEvent, proposal.at, rulebook);
    if (!event) return;
    const numbered = { ...event, seq: state.seq + 1, at: proposal.at, cause } as JourneyEvent;
    events.push(numbered);
    state = evolve(state, numbered);
  };
  for (const proposed of proposal.events) {
    keep(proposed);
    if (proposed.type === 'replan') replanned(state, proposal.at, rulebook).forEach(keep);
    if (proposed.type === 'directory') succeeded(state, proposal.at, rulebook).forEach(keep);
    if (proposed.type === 'request') supervised(state, rulebook).forEach(keep);
  }
  const looked = events.find((e) => e.type === 'directory') ?? events.find((e) => e.type === 'supervised');
  if (looked) settled(state, proposal, looked.at).forEach(keep);
  if (events.some((e) => e.type === 'request')) hastened(state, proposal.at, rulebook).forEach(keep);
  return events;
};

/**
 * What the directory added is known only here: open duties move to a supervisor, and an offer to whoever has become its owner is
 * over. Received when the row
 * was that brought it.
 */
const settled = (j: Journey, { events }: Proposal, at: Instant): ProposedEvent[] =>
  withDuties(j, [], events.flatMap((e) => ('receivedAt' in e ? [e.receivedAt] : []))[0] ?? at);

type Unplaced = Omit<JourneyEvent, 'seq' | 'at' | 'cause'> | ProposedEvent;

/** A proposal with who and when filled in, or nothing where it turns out to change nothing. */
const complete = (j: Journey, e: ProposedEvent, at: Instant, rulebook: Rulebook): Unplaced | undefined => {
  switch (e.type) {
    case 'opened':
      return opened(j, e, at, rulebook);
    case 'asked':
      return asked(j, e, at, rulebook);
    case 'accountable':
      return handedOver(j, e, at, rulebook);
    case 'directory':
      return { ...e, data: changed(j, e.data, at, rulebook) };
    default:
      return e;
  }
};

/**
 * A duty opens: its limit runs from when the fact happened. Where policy asks on opening, the first rung is asked now and
 * the next is due when that rung's time, counted from the fact, is over: a critical finding verified an hour before we heard
 * of it goes up at once, but one rung at a time. A duty that carries on another keeps the earlier deadline and higher rung.
 */
const opened = (j: Journey, e: ProposedOpened, at: Instant, rulebook: Rulebook): Unplaced => {
  const { rule, policy, fallback } = limitRule(j, e, rulebook);
  const { askFirst, by: _by, carry, ...duty } = e;
  const accountable = named(e.accountable, rulebook.directory, at);
  const limitAt = limitOf(rule, e, rulebook.calendar);
  const offered = e.kind === 'accept-handover';
  const now = offered || rule.asks === 'on-opening' || (carry?.asks ?? 0) > 0;
  const top = carry?.rung ?? 0;
  const first = top === 0 ? (askFirst ?? e.accountable) : undefined;
  const moment = momentOf(rulebook, at, e.category);
  const ask = askable(j, rule, policy, { from: top, accountable, moment, first });
  const rung = now ? ask.rung : top;
  const step = nextStep(policy, rule.ladder, rung);
  // An offer has one deadline and no ladder.
  const dueAt =
    now && !offered
      ? addOnClock(carry ? at : e.from, step.wait, step.clock, rulebook.calendar)
      : rule.notice === undefined
        ? inArrears(j, e, limitAt, at, rulebook)
        : firstAskOf(rule, e.from, limitAt, rulebook.calendar);
  return {
    ...duty,
    accountable,
    ...ask.who,
    limitAt: carry ? sooner(carry.limitAt, limitAt) : limitAt,
    dueAt: carry ? later(sooner(carry.dueAt, dueAt), at) : dueAt,
    rung,
    asks: now ? (carry?.asks ?? 0) + 1 : 0,
    ...(fallback === undefined ? {} : { policy: fallback }),
  } as Unplaced;
};

/** How an ask goes out: from which rung, in which moment, to whom first, and whom not again. */
interface Ask {
  from: number;
  accountable: Party;
  moment: Moment;
  /** Whom it is for before the ladder is looked at. */
  first?: Owner | undefined;
  notAgain?: Party | undefined;
}

const whoOf = ({ party, insteadOf, because }: Reached) => ({
  askedNow: party,
  ...(insteadOf === undefined ? {} : { insteadOf }),
  ...(because === undefined ? {} : { because }),
});

/** Whoever it is for; else the first rung at or above `from` that reaches somebody. The desk always can be. */
const askable = (
  j: Journey,
  rule: LimitRule,
  policy: Policy,
  { from, accountable, moment, first, notAgain }: Ask,
): { rung: number; who: ReturnType<typeof whoOf> } => {
  const meant = first && reachOwner(j, first, accountable, moment);
  if (meant?.party) return { rung: from, who: whoOf(meant) };
  const last = policy.ladders[rule.ladder]!.rungs.length - 1;
  const rungs = policy.ladders[rule.ladder]!.rungs.slice(from, last).map((rung) => rung.ask);
  const reached = firstReached(j, rungs, accountable, moment, meant, notAgain);
  return { rung: Math.min(from + reached.index, last), who: whoOf(reached) };
};

/** Why somebody is asked again without going up: the duty has come to them, or who was asked has gone. */
const AGAIN = new Set<ProposedAsked['why']>([
  'lease-ended',
  'reassigned',
  'offer-declined',
  'offer-expired',
  'post-changed',
]);

/**
 * Which rung comes next. The ladder never goes down: a duty that changes hands again and again must still go up. One whose
 * first ask went to somebody else than who is accountable (a planned action's owner) asks the accountable person before that:
 * the first rung once more, on which nobody is asked twice.
 */
const nextRung = (o: Obligation, why: ProposedAsked['why']): number => {
  if (why === 'internal-error') return Number.MAX_SAFE_INTEGER;
  if (o.asks === 0 || AGAIN.has(why)) return o.rung;
  return o.asks === 1 && o.rung === 0 ? 0 : o.rung + 1;
};

/** Why it comes back to whoever is accountable, wherever the ladder had got to. */
const BACK = new Set<ProposedAsked['why']>(['lease-ended', 'reassigned', 'offer-declined', 'offer-expired']);

/** Whom an ask is for before the ladder is looked at: who has the duty now, or who was to be asked first. */
const meant = (
  j: Journey,
  o: Obligation,
  { why, offeredTo }: ProposedAsked,
  directory: Directory,
  at: Instant,
): Owner | undefined => {
  // Where another organisation did not take it, the medical lead decides: takes it, or finds somebody.
  if (offeredTo && isExternal(offeredTo, directory)) return named({ role: 'medical-lead' }, directory, at);
  if (BACK.has(why)) return o.accountable;
  if (o.asks > 0 || o.rung > 0 || why === 'internal-error') return undefined;
  return duties(j).find((duty) => duty.key === o.key)?.askFirst ?? o.accountable;
};

/** The ladder's next step. `askedNow` moves up; `accountable` does not. At the last rung the desk is asked again. */
const asked = (j: Journey, e: ProposedAsked, at: Instant, rulebook: Rulebook): Unplaced | undefined => {
  const o = openObligation(j, e.key);
  const { rule, policy } = limitRule(j, o, rulebook);
  const again = AGAIN.has(e.why);
  const first = meant(j, o, e, rulebook.directory, at);
  const next = askable(j, rule, policy, {
    from: first ? o.rung : nextRung(o, e.why),
    accountable: o.accountable,
    moment: momentOf(rulebook, at, o.category),
    first,
    notAgain: again || o.asks === 0 ? undefined : o.askedNow,
  });
  // The desk's own address fails: asking it again at once would fail again, for ever. Its deadline stands.
  if (e.why === 'delivery-failed' && next.who.askedNow.person === o.askedNow.person) return undefined;
  const step = nextStep(policy, rule.ladder, next.rung);
  const { offeredTo: _offeredTo, ...event } = e;
  return {
    ...event,
    rung: next.rung,
    asks: o.asks + 1,
    ...next.who,
    // Asking again moves no deadline that still lies ahead.
    dueAt: again && o.dueAt > at ? o.dueAt : addOnClock(at, step.wait, step.clock, rulebook.calendar),
  } as Unplaced;
};

const lease = (at: Instant, { policy, calendar }: Rulebook): Instant =>
  addOnClock(at, policy.claimLease.duration, policy.claimLease.clock, calendar);

/** Nothing changes hands where the directory names the same person for another role (the desk stands in for an empty one). */
const handedOver = (
  j: Journey,
  e: ProposedAccountable,
  at: Instant,
  rulebook: Rulebook,
): Unplaced | undefined => {
  const { lease: leased, ...event } = e;
  const o = openObligation(j, e.key);
  const to = named(e.to, rulebook.directory, at);
  const same = to.role === o.accountable.role && to.person === o.accountable.person;
  if (same && leased === undefined && o.leaseUntil === undefined) return undefined;
  return { ...event, to, ...(leased ? { leaseUntil: lease(at, rulebook) } : {}) } as Unplaced;
};

const openObligation = (j: Journey, key: string): Obligation => {
  const o = j.obligations[key];
  if (!o) throw new Error(`${key} is not open`);
  return o;
};
