import type { JourneyEvent } from '../../domain/events';
import type { Party } from '../../domain/inputs';
import type { Journey } from '../../domain/journey';
import type { ObligationKind } from '../../domain/vocabulary';
import type { Expected, Harm, Outcome, Story } from './case';
import { OUTCOMES } from './case';
import { between, millis } from './played-dates';

/**
 * The judge of a played case. It knows what the people did, and reads what the loop recorded: everything it says is worked
 * out from the evidence. Days are counted sceptically: up to the moment at which the failsafe desk was asked, as if
 * everybody asked before it let the matter lie as their colleagues did in reality.
 */
export interface Step {
  kind: ObligationKind;
  key: string;
  at: string;
  asked: Party;
  accountable: Party;
}

/** What was recorded of one examination by the end of its play. */
export interface Evidence {
  events: readonly JourneyEvent[];
  state: Journey;
  /** The skipped clock at the end. */
  until: string;
}

export interface Verdict {
  outcome: Outcome;
  /** For `shortened`: whole days against what happened. */
  days?: number;
  /** The first ask that reached somebody who had not let it lie. */
  first?: Step;
  /** When the staffed desk was asked. */
  desk?: Step;
  after?: string;
  deskAfter?: string;
  /** Why the case fails, whatever its outcome. */
  failures: string[];
}

const DAY = 86_400_000;
/** A record is written some milliseconds after its deadline: a minute is given before anything counts as later. */
const MINUTE = 60_000;
const rank = (outcome: Outcome): number => OUTCOMES.indexOf(outcome);

/** Every ask about duties of some kinds, with who answered for the duty at that time. */
const stepsOf = (events: readonly JourneyEvent[], kinds: readonly ObligationKind[]): Step[] => {
  const duties = new Map<string, { kind: ObligationKind; accountable: Party }>();
  return events.flatMap((e): Step[] => {
    if (e.type === 'opened') duties.set(e.key, { kind: e.kind, accountable: e.accountable });
    if (e.type === 'accountable') duties.set(e.key, { ...duties.get(e.key)!, accountable: e.to });
    if (e.type !== 'asked' && !(e.type === 'opened' && e.asks > 0)) return [];
    const duty = duties.get(e.key)!;
    return kinds.includes(duty.kind) ? [{ ...duty, key: e.key, at: e.at, asked: e.askedNow }] : [];
  });
};

/** What became of one kind of duty that the people left undone: it must be owed, asked about, and never lost. */
const lost = (kind: ObligationKind, story: Story, { events, state, until }: Evidence): string[] => {
  const keys = events.flatMap((e) => (e.type === 'opened' && e.kind === kind ? [e.key] : []));
  if (keys.length === 0) return [`${kind} was never owed`];
  const open = Object.values(state.obligations).filter((o) => o.kind === kind);
  if (open.length > 0)
    return open.filter((o) => o.dueAt <= until).map((o) => `${o.key} has no live deadline`);
  const done = events.some(
    (e) => e.type === 'ended' && keys.includes(e.key) && e.how === 'discharged' && e.at >= story.since,
  );
  return done ? [] : [`${kind} is no longer owed, though nobody did it`];
};

const closedEarly = (story: Story, { events }: Evidence): string[] => {
  const closed = events.find(
    (e) => e.type === 'closed' && e.at >= story.since && (story.acted === undefined || e.at < story.acted),
  );
  return closed ? [`the loop closed at ${closed.at} although the duty stood`] : [];
};

const outcomeOf = (
  story: Story,
  harm: Harm,
  first?: Step,
  desk?: Step,
): Pick<Verdict, 'outcome' | 'days'> => {
  if (!first || !desk) return { outcome: 'not detectable' };
  if (Date.parse(desk.at) - Date.parse(story.since) <= millis(harm.growsAfter) + MINUTE)
    return { outcome: 'prevented' };
  if (story.acted === undefined) return { outcome: 'shortened' };
  const days = Math.floor((Date.parse(story.acted) - Date.parse(desk.at) + MINUTE) / DAY);
  return days >= 1 ? { outcome: 'shortened', days } : { outcome: 'not detectable' };
};
/** Judges one story of a case by its evidence. The first kind of `undone` is the one from which the harm came. */
export const judge = (story: Story, harm: Harm, expected: Expected, evidence: Evidence): Verdict => {
  const steps = stepsOf(evidence.events, story.undone.slice(0, 1)).filter(
    (s) => s.at >= story.since && (story.acted === undefined || s.at < story.acted),
  );
  const first = steps.find((s) => !story.letItLie.includes(s.asked.person));
  const desk = steps.find((s) => s.asked.role === 'desk');
  const is = outcomeOf(story, harm, first, desk);
  const late =
    first !== undefined && Date.parse(first.at) - Date.parse(story.since) > millis(harm.stepInBy) + MINUTE;
  return {
    ...is,
    ...(first ? { first, after: between(story.since, first.at) } : {}),
    ...(desk ? { desk, deskAfter: between(story.since, desk.at) } : {}),
    failures: [
      ...worse(is, expected),
      ...(first ? [] : [`nobody beyond those who let it lie was asked about ${story.undone[0]}`]),
      ...(late
        ? [`the first step came after ${between(story.since, first.at)}, later than ${harm.stepInBy}`]
        : []),
      ...closedEarly(story, evidence),
      ...story.undone.flatMap((kind) => lost(kind, story, evidence)),
    ],
  };
};

const worse = (is: Pick<Verdict, 'outcome' | 'days'>, expected: Expected): string[] => {
  if (rank(is.outcome) > rank(expected.outcome))
    return [`${is.outcome}, where ${expected.outcome} is expected`];
  const fewer = is.outcome === 'shortened' && expected.days !== undefined && (is.days ?? 0) < expected.days;
  return fewer ? [`shortened by ${is.days ?? 0} days, where ${expected.days} are expected`] : [];
};

/** The worst of several stories of one case speaks for it. */
export const worst = <T extends Verdict>(verdicts: readonly T[]): T =>
  [...verdicts].sort((a, b) => rank(b.outcome) - rank(a.outcome) || (a.days ?? 0) - (b.days ?? 0))[0]!;
