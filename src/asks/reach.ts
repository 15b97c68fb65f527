import { elapsedMs } from '../../domain/calendar';
import type { Policy, Situation } from '../../domain/policy';
import type { ChannelName, Proof, RoutineHours } from '../../domain/reach';
import { BY_MAIL, isRoutine, reachFor } from '../../domain/reach';

/** How one ask is to reach its person, as it is kept with the ask: a policy that changes later changes nothing sent before. */
export interface Reach {
  steps: ChannelName[][];
  proof: Proof;
  /** Seconds that each step has. */
  within: number;
  /** Set where the ask is routine and may wait for the morning. */
  routine?: RoutineHours & { zone: string };
}

const DAY_SECONDS = 86_400;

/** What policy says of an ask in this situation. */
export const reachOf = (policy: Policy, situation: Situation): Reach => {
  const { steps, proof, within } = reachFor(policy, situation);
  const scale = policy.secondsPerDay === undefined ? 1 : policy.secondsPerDay / DAY_SECONDS;
  const routine = isRoutine(situation.category, situation) ? policy.routine : undefined;
  return {
    steps,
    proof,
    within: Math.max(1, Math.round((elapsedMs(within) * scale) / 1000)),
    ...(routine ? { routine: { ...routine, zone: policy.timeZone } } : {}),
  };
};

/** What asks recorded by an earlier release meant. */
export const EARLIER: Reach = { steps: BY_MAIL.steps, proof: BY_MAIL.proof, within: DAY_SECONDS };

/** A way to reach one person, as the directory has it. */
export interface Contact {
  kind: 'sms' | 'phone' | 'bleep' | 'webhook';
  to: string;
}

/** Where somebody can be reached. */
export interface Reachable {
  email: string | null;
  contacts: readonly Contact[];
}

/** `sms` is somebody's first number for messages, `sms#2` the back-up device. */
export const channelOf = (point: string): ChannelName => point.split('#', 1)[0] as ChannelName;

/** Everywhere that somebody can be reached, by the name of the contact point. All numbers to ring are one point: the caller has them all. */
export const pointsOf = ({ email, contacts }: Reachable): ReadonlyMap<string, string> => {
  const points = new Map<string, string>();
  const add = (channel: ChannelName, to: string): void => {
    for (let n = 1; ; n++) {
      const point = n === 1 ? channel : `${channel}#${n}`;
      if (!points.has(point)) return void points.set(point, to);
    }
  };
  if (email !== null) add('mail', email);
  for (const { kind, to } of contacts) if (kind === 'sms' || kind === 'webhook') add(kind, to);
  const rung = contacts.filter(({ kind }) => kind === 'phone' || kind === 'bleep');
  if (rung.length > 0) points.set('phone', rung.map(({ to }) => to).join(', '));
  return points;
};

/**
 * The contact points to use next, of those not used yet: all channels of the first step that has one left, each by its
 * first device, and back-up devices before the next step. None where everything has been tried.
 */
export const nextPoints = (
  { steps }: Reach,
  points: ReadonlyMap<string, string>,
  used: ReadonlySet<string>,
): string[] => {
  for (const step of steps) {
    const left = [...points.keys()].filter((p) => step.includes(channelOf(p)) && !used.has(p));
    const next = step.flatMap((channel) => left.find((p) => channelOf(p) === channel) ?? []);
    if (next.length > 0) return next;
  }
  return [];
};

/** The others of the first step: they are used beside the contact point that the record named. */
export const companionsOf = (reach: Reach, points: ReadonlyMap<string, string>, first: string): string[] => {
  const step = reach.steps[0] ?? [];
  if (!step.includes(channelOf(first))) return [];
  return step.filter((channel) => channel !== channelOf(first) && points.has(channel));
};
