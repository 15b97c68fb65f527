import { addOnClock } from './calendar';
import type { Calendar } from './calendar';
import type { Directory, Moment } from './directory';
import type { Opened, ProposedOpened } from './events';
import type { Journey } from './journey';
import { isAlert } from './obligation';
import type { LimitRule, Policy, Situation } from './policy';
import { ruleFor } from './policy';
import type { Category, Instant } from './vocabulary';

/** By when a duty is owed: which limit of which policy, counted from when. */

/** What deadlines and names are worked out from. */
export interface Rulebook {
  /** The policy that the journey is pinned to, and its hash. */
  policy: Policy;
  /** Today's policy: used, and named, where the pinned one has no limit for a newer kind of duty. */
  today: { policy: Policy; hash: string };
  calendar: Calendar;
  directory: Directory;
  /** People who have been asked as often as today's policy allows in its time. */
  atCeiling?: ReadonlySet<string>;
}

/** The directory at this moment, for a duty of this category: nobody is asked too often about what is critical or urgent. */
export const momentOf = (
  { directory, atCeiling }: Rulebook,
  at: Instant,
  category: Category | undefined,
): Moment => ({
  at,
  directory,
  ...(atCeiling === undefined || ALWAYS_ASKED.has(category) ? {} : { atCeiling }),
});

const ALWAYS_ASKED = new Set<Category | undefined>(['critical', 'urgent']);

export const later = (a: Instant, b: Instant): Instant => (a > b ? a : b);
export const sooner = (a: Instant, b: Instant): Instant => (a < b ? a : b);

/** What is known of a duty when its rule is looked up. */
export const situationOf = (j: Journey, duty: Pick<Opened, 'kind' | 'category'>): Situation => {
  const last = j.vettings.at(-1);
  return {
    kind: duty.kind,
    subject: j.subject,
    ...(duty.category === undefined ? {} : { category: duty.category }),
    ...(j.request === undefined
      ? {}
      : {
          // The vetter's priority stands over the requester's.
          priority: last && 'priority' in last ? last.priority : j.request.priority,
          setting: j.request.setting,
          modality: j.request.modality,
          patientClass: j.request.patientClass,
        }),
  };
};

/** The rule for a duty in this journey, from the pinned policy or, for a kind it does not know, from today's. */
export const limitRule = (
  j: Journey,
  duty: Pick<Opened, 'kind' | 'category'>,
  { policy, today }: Rulebook,
): { rule: LimitRule; policy: Policy; fallback?: string } => {
  const situation = situationOf(j, duty);
  const pinned = ruleFor(policy, situation);
  if (pinned) return { rule: pinned, policy };
  const rule = ruleFor(today.policy, situation);
  if (!rule) throw new Error(`no policy has a limit for ${duty.kind}`);
  return { rule, policy: today.policy, fallback: today.hash };
};

/** When somebody is first asked about a duty that is not asked about on opening: at its limit, or so long before it. */
export const firstAskOf = (rule: LimitRule, from: Instant, limitAt: Instant, calendar: Calendar): Instant => {
  if (rule.notice === undefined) return limitAt;
  const notice = Date.parse(addOnClock(from, rule.notice, 'elapsed', calendar)) - Date.parse(from);
  return later(from, new Date(Date.parse(limitAt) - notice).toISOString());
};

/** Findings for which no date that a person sets may lie beyond policy's limit: proof of the order is due within it (C07). Nor may any review's: two years without an audit are C14. */
const CAPPED = new Set<string | undefined>(['critical', 'urgent']);

export const limitOf = (rule: LimitRule, duty: ProposedOpened, calendar: Calendar): Instant => {
  const policys = addOnClock(duty.from, rule.limit.duration, rule.limit.clock, calendar);
  if (duty.by === undefined) return policys;
  return CAPPED.has(duty.category) || duty.kind === 'review' ? sooner(duty.by, policys) : duty.by;
};

/**
 * When a duty that nobody is asked about before its limit is asked about first: at the limit. What was past it when we heard of
 * it waits for the rest of what its sender held back, by today's policy: that is about the sender, not about one journey.
 */
export const inArrears = (
  j: Journey,
  duty: ProposedOpened,
  limitAt: Instant,
  at: Instant,
  { today, calendar }: Rulebook,
): Instant => {
  const { arrears } = today.policy;
  if (arrears === undefined || limitAt > at || duty.kind === 'accept-handover') return limitAt;
  if (isAlert(duty.category ?? 'routine') || situationOf(j, duty).priority === 'emergency') return limitAt;
  return addOnClock(at, arrears.duration, arrears.clock, calendar);
};
