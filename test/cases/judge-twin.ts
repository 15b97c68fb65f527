import type { JourneyEvent } from '../../domain/events';
import type { Journey } from '../../domain/journey';
import type { Policy, Situation } from '../../domain/policy';
import { ruleFor } from '../../domain/policy';
import type { SentAsk } from './examination-record';
import { millis } from './played-dates';

/** What was recorded of one examination in which everybody did their part. */
export interface TwinEvidence {
  events: readonly JourneyEvent[];
  state: Journey;
  asks: readonly SentAsk[];
}

export interface TwinVerdict {
  closed: boolean;
  /** Asks that went beyond a duty's first. */
  escalations: number;
  asks: number;
  /** Asks that policy did not want: of duties that were done before they were due. */
  needless: number;
  /** The most asks that one person had within the time of policy's ceiling. */
  mostToOnePerson: number;
  failures: string[];
}

type Opened = Extract<JourneyEvent, { type: 'opened' }>;

/**
 * Does policy want this duty asked about as soon as it opens? Looked up afresh: by what is known once vetted, by the
 * request alone, and by the finding alone, since a report may come before all else.
 */
const wanted = (
  { kind, category, rung }: Opened,
  { request, vettings }: Journey,
  policy: Policy,
): boolean => {
  const duty = { kind, ...(category ? { category } : {}) };
  const vetted = vettings.at(-1);
  const known: Situation[] = [duty, ...(request ? [{ ...request, ...duty }] : [])];
  if (request && vetted && 'priority' in vetted)
    known.push({ ...request, ...duty, priority: vetted.priority });
  return rung === 0 && known.some((situation) => ruleFor(policy, situation)?.asks === 'on-opening');
};

/** The most asks to one person in any span of that length. */
const busiest = (asks: readonly SentAsk[], per: number): number =>
  Math.max(
    0,
    ...asks.map(
      (a) =>
        asks.filter(
          (b) => b.recipient === a.recipient && b.at >= a.at && Date.parse(b.at) - Date.parse(a.at) < per,
        ).length,
    ),
  );

export const judgeTwin = (examinations: readonly TwinEvidence[], policy: Policy): TwinVerdict => {
  const events = examinations.flatMap((x) => x.events);
  const asks = examinations.flatMap((x) => x.asks);
  const closed = examinations.every((x) => x.state.closed);
  const escalations = events.filter((e) => e.type === 'asked' || (e.type === 'opened' && e.rung > 0)).length;
  const needless = examinations.flatMap((x) =>
    x.events.filter((e) => e.type === 'opened' && e.asks > 0 && !wanted(e, x.state, policy)),
  ).length;
  const mostToOnePerson = busiest(asks, millis(policy.askCeiling.per));
  const open = examinations.flatMap((x) => Object.keys(x.state.obligations));
  return {
    closed,
    escalations,
    asks: asks.length,
    needless,
    mostToOnePerson,
    failures: [
      ...(closed ? [] : [`it does not close: ${open.join(', ') || 'nothing is owed, yet it is open'}`]),
      ...(escalations === 0 ? [] : [`${escalations} escalations, though everybody did their part`]),
      ...(needless === 0 ? [] : [`${needless} asks that policy did not want`]),
      ...(mostToOnePerson <= policy.askCeiling.perPerson
        ? []
        : [`${mostToOnePerson} asks to one person within ${policy.askCeiling.per}`]),
    ],
  };
};
