import type { Commands } from './commands';
import type { Facts } from './facts';
import type { FeedInputs } from './feeds';
import type { Actor, Sealed } from './people';
import type { Remedy, RemedyReason } from './remedies';
import type { Instant } from './vocabulary';

export * from './commands';
export * from './facts';
export * from './people';
export * from './remedies';

/**
 * What comes in. A *fact* comes from a source system and is never refused for its content; a *command* is a person's act
 * and may be refused. Both arrive as numbered inbox rows. Everything here is ids, codes and instants: names, numbers and
 * free text stay in Postgres, behind a `Sealed` reference.
 */

/** Rows that the software itself puts into an inbox. */
export interface Internals extends FeedInputs {
  merged: { into: string };
  absorb: { from: string; facts: CarriedInput[]; open: CarriedDuty[] };
  /**
   * The directory changed somebody who is accountable or asked here. The rest is set when it is recorded: those of them who are
   * no longer there (`gone`), for whom the role's named lead stands in unless they left to a successor (`left`); and who is
   * there again (`back`).
   */
  directory: { people: string[]; gone?: string[]; left?: Record<string, string | null>; back?: string[] };
  /** The patient's details and all texts of this journey were destroyed; `by` approved what `asked` had asked for. */
  erased: { at: Instant; reason: ErasureReason; asked: Actor };
  /** While one stands nothing of the patient is destroyed. `lifted` where it was, and why. */
  'legal-hold': { at: Instant; reason: HoldReason; lifted?: LiftReason };
  /**
   * Somebody mended how this journey runs. `by` did it, or approved what `asked` had asked for. `row`: the inbox row that was set
   * aside, or in whose stead another came; `settles`: the query that is explained by it.
   */
  remedied: {
    at: Instant;
    remedy: Remedy;
    reason: RemedyReason;
    asked?: Actor;
    row?: number;
    settles?: string;
    note?: Sealed;
  };
}

/** Why something is destroyed, or must not be: closed lists, since a reason in free words could tell of the patient. */
export const ERASURE_REASONS = ['retention-over', 'lawful-erasure-request', 'court-order'] as const;
export type ErasureReason = (typeof ERASURE_REASONS)[number];
export const HOLD_REASONS = ['claim', 'complaint', 'inquest', 'inquiry', 'safety-investigation'] as const;
export type HoldReason = (typeof HOLD_REASONS)[number];
export const LIFT_REASONS = ['concluded', 'withdrawn', 'set-in-error'] as const;
export type LiftReason = (typeof LIFT_REASONS)[number];

/** A fact or command taken over from another journey, with who and when. */
export interface CarriedInput {
  type: InputType;
  data: Inputs[InputType];
  by: Actor;
  receivedAt: Instant;
  happenedAt?: Instant;
  at: Instant;
  /** What was odd about it, and is not explained yet. */
  queries?: string[];
}
/** How far an open duty had come in the journey that was merged away. */
export interface CarriedDuty {
  key: string;
  limitAt: Instant;
  dueAt: Instant;
  rung: number;
  asks: number;
}

export type Inputs = Facts & Commands & Internals;
export type FactType = keyof Facts;
export type CommandType = keyof Commands;
export type InputType = keyof Inputs;

export const FACT_TYPES = [
  'request',
  'cancel',
  'unbooked',
  'did-not-attend',
  'images',
  'transfer',
  'transfer-received',
  'viewed',
  'report',
  'flag',
  'gp-receipt',
  'died',
  'moved',
  'discharged',
  'hold',
  'enquiry',
  'bounced',
  'delivery-failed',
  'unusable',
  'concern',
  'review-due',
] as const satisfies readonly FactType[];

export const COMMAND_TYPES = [
  'vet',
  'return',
  'clarify',
  'answer',
  'claim',
  'release',
  'evaluate',
  'assure',
  'acknowledge',
  'plan',
  'complete',
  'tell',
  'offer',
  'accept',
  'decline',
  'call',
  'reassign',
  'waive',
  'retract',
  'match',
  'explain',
  'reviewed',
  'replan',
] as const satisfies readonly CommandType[];

/**
 * What people do by hand while nothing works, and may enter afterwards with its real time. Claims, offers and what an
 * administrator or a lead orders have effect from when they are entered.
 */
export const ENTERED_AFTERWARDS = [
  'vet',
  'return',
  'clarify',
  'answer',
  'evaluate',
  'assure',
  'acknowledge',
  'plan',
  'complete',
  'tell',
  'call',
] as const satisfies readonly CommandType[];

export const isCommand = (type: InputType): type is CommandType =>
  (COMMAND_TYPES as readonly string[]).includes(type);

/** An inbox row, as the workflow sees it. */
export type Row<T extends InputType = InputType> = T extends InputType
  ? {
      /** Its number in the journey's inbox, from 1, without gaps. */
      n: number;
      /** The command's or message's own id; its outcome is found under it. */
      id: string;
      type: T;
      data: Inputs[T];
      by: Actor;
      receivedAt: Instant;
      /** When a person's act was done that is entered afterwards: nothing worked then, and it was kept on paper. */
      happenedAt?: Instant;
      /** The clinical version the sender had seen (If-Match). */
      ifMatch?: number;
      /** Defects found at the edge, which only the edge could see (`nhs-number-invalid`, ...). */
      queries?: string[];
      /** What whoever watches follows it by (W3C traceparent); decides nothing and is not recorded. */
      trace?: string;
    }
  : never;
