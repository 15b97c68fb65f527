import { channelRecipient } from '../directory/canary-recipients';
import { canaryId } from '../../domain/canary';
import type { Journey } from '../../domain/journey';
import type { Ladder, LimitRule, Policy } from '../../domain/policy';
import { ruleFor } from '../../domain/policy';
import type { ChannelName, Proof } from '../../domain/reach';
import { reachFor } from '../../domain/reach';
import type { Category } from '../../domain/vocabulary';

/** Which canaries a day has, and what each of them must see. Pure; what is done about it is in `canaries.ts`. */

/** One canary: a critical or urgent report that comes in by a feed, and is asked about by a channel, or climbs its ladder. */
export interface Walk {
  /** `rest:mail`, `rest:ladder`: what a failure names. */
  name: string;
  feed: string;
  /** Nothing for the one that is left unanswered. */
  channel?: ChannelName;
  category: Category;
}

/** What every canary is: an urgent chest X-ray of an adult inpatient. Its own priority and setting decide limits and channels. */
export const SITUATION = {
  setting: 'inpatient',
  priority: 'urgent',
  modality: 'XR',
  patientClass: 'adult',
} as const;

/** Those that are never held for the morning's mail, the less alarming first. */
const ALERTS = ['urgent', 'critical'] as const satisfies readonly Category[];

const stepOf = (policy: Policy, category: Category, channel: ChannelName): number =>
  reachFor(policy, { ...SITUATION, category }).steps.findIndex((step) => step.includes(channel));

/** The alert about which policy uses a channel soonest; nothing where it uses it for none. */
const categoryFor = (policy: Policy, channel: ChannelName): Category | undefined =>
  ALERTS.map((category) => ({ category, step: stepOf(policy, category, channel) }))
    .filter(({ step }) => step >= 0)
    .sort((a, b) => a.step - b.step)[0]?.category;

/** One canary a channel and one that is left unanswered, by the first feed; and one for each further feed. */
export const walksOf = (
  policy: Policy,
  channels: readonly ChannelName[],
  [first, ...others]: readonly [string, ...string[]],
): Walk[] => {
  const by = (feed: string) =>
    channels.flatMap((channel): Walk[] => {
      const category = categoryFor(policy, channel);
      return category === undefined ? [] : [{ name: `${feed}:${channel}`, feed, channel, category }];
    });
  return [
    ...by(first),
    ...(channels.length === 0
      ? []
      : [{ name: `${first}:ladder`, feed: first, category: 'critical' as const }]),
    ...others.flatMap((feed) => by(feed).slice(0, 1)),
  ];
};

/** Who answers for a canary's report: the recipient who has its channel alone, or the consultant of them all. */
export const consultantOf = ({ channel }: Pick<Walk, 'channel'>): string =>
  channel === undefined ? canaryId('consultant') : channelRecipient(channel);

/** The rule by which a canary's report is to be acknowledged. */
export const ruleOf = (policy: Policy, category: Category): LimitRule =>
  ruleFor(policy, { ...SITUATION, kind: 'acknowledge', category })!;

/** Whom a ladder asks in a canary, from the first rung to the desk; nobody twice in a row. */
export const climbOf = (ladder: Ladder): string[] => {
  const people = ladder.rungs.map(({ ask }) =>
    ask === 'accountable' || ask === 'consultant' ? consultantOf({}) : canaryId(ask),
  );
  return people.filter((person, i) => person !== people[i - 1]);
};

/** Whether those who were asked are those of the ladder, in its order and as far as the desk. */
export const hasClimbed = (ladder: Ladder, asked: readonly string[]): boolean => {
  const whole = climbOf(ladder);
  const once = asked.filter((person, i) => person !== asked[i - 1]);
  return whole.every((person, i) => once[i] === person);
};

/**
 * What must prove a canary's ask by a channel: what policy wants, where the channel can give it; else the most that a machine can
 * say of it.
 * @param gives what the channel can give as it is set up
 */
export const proofNeeded = (policy: Policy, category: Category, gives: readonly Proof[]): Proof => {
  const wanted = reachFor(policy, { ...SITUATION, category }).proof;
  if (gives.includes(wanted)) return wanted;
  return gives.includes('delivered') ? 'delivered' : 'sent';
};

/** How a canary can fail, in the order of its way. */
export const FAILURES = ['not-received', 'not-asked', 'no-proof', 'ladder-stopped', 'not-closed'] as const;
export type CanaryFailure = (typeof FAILURES)[number];

/** What was seen of a canary so far. */
export interface Seen {
  state: Pick<Journey, 'reports' | 'obligations' | 'closed'>;
  /** Rows without an outcome. */
  waiting: number;
  /** The channel's proof is there, or the ladder has reached the desk. */
  reached: boolean;
}

/** What a canary lacks whose time is over. */
export const failureOf = ({ channel }: Pick<Walk, 'channel'>, { state, reached }: Seen): CanaryFailure => {
  if (state.reports.length === 0) return 'not-received';
  if (reached) return 'not-closed';
  if (!Object.values(state.obligations).some((o) => o.kind === 'acknowledge' && o.asks > 0))
    return 'not-asked';
  return channel === undefined ? 'ladder-stopped' : 'no-proof';
};
