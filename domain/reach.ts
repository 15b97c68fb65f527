import type { Conditions, Policy, Situation } from './policy';
import { conditionsHold } from './policy';
import type { Category } from './vocabulary';

/**
 * How an ask reaches a person, and what proves that it did. None of it discharges anything: told is not done. It says when
 * the next contact point of the same person is tried, and when the ladder must go up.
 */

/**
 * What is known of an ask, the weakest first. `sent`: somebody else's machine has taken it. `delivered`: it is where the
 * person can see it. `read`: they opened it, signed in. `spoken`: they said it back.
 */
export const PROOFS = ['sent', 'delivered', 'read', 'spoken'] as const;
export type Proof = (typeof PROOFS)[number];

/** Ways to reach somebody. `phone` (and bleep) puts them on the list of people to be rung. */
export const CHANNELS = ['mail', 'sms', 'webhook', 'phone'] as const;
export type ChannelName = (typeof CHANNELS)[number];

/** Which channels are used, one step after the other, and what must prove within `within` that a step reached somebody. */
export interface ReachRule {
  when?: Conditions;
  /** Each step's channels are used at once; the next step where the proof has not come, or one of them failed for good. */
  steps: ChannelName[][];
  proof: Proof;
  within: string;
  source: string;
}

/** When routine asks go out. Local times `HH:MM`; `quiet` may span midnight. */
export interface RoutineHours {
  /** One mail a person at this time, with everything routine that waits for them. */
  digestAt: string;
  quiet: { from: string; until: string };
}

/** What an earlier policy meant, which knew one channel and asked for no proof. */
export const BY_MAIL: ReachRule = {
  steps: [['mail']],
  proof: 'sent',
  within: 'P1D',
  source: 'as before there were other channels',
};

/** Whether one proof is worth at least as much as another. */
export const proves = (proof: Proof | null | undefined, needed: Proof): boolean =>
  proof !== null && proof !== undefined && PROOFS.indexOf(proof) >= PROOFS.indexOf(needed);

/** The first rule whose conditions hold: the most specific stand first, the last fits everything. */
export const reachFor = (policy: Policy, situation: Omit<Situation, 'kind'>): ReachRule =>
  policy.reach?.find((rule) => conditionsHold(rule.when ?? {}, situation)) ?? BY_MAIL;

/**
 * Whether an ask may wait for the morning. A duty without a category of its own (vetting, say) is routine only where its
 * examination is: an emergency's request is never.
 */
export const isRoutine = (category: Category | undefined, { priority, setting }: Omit<Situation, 'kind'>) =>
  category === 'routine' ||
  (category === undefined && priority === 'routine' && setting !== 'suspected-cancer');
