import type { Because } from './asking';
import type { Actor, InputType, Inputs, Owner, Party } from './inputs';
import type { Stood } from './journey';
import type { Ending } from './obligation';
import type { RefusalCode } from './refusals';
import type { Category, Instant, ObligationKind } from './vocabulary';

/**
 * What is recorded. An event is a fact or command that was taken in, or what followed for the duties. Every event names
 * its cause: `row:<n>` (an inbox row) or `due:<key>/<opening>/<asks>/<instant>` (a deadline). `at` is the workflow's time.
 */
interface Recorded {
  seq: number;
  at: Instant;
  cause: string;
}

/** A fact or command, kept as it came. */
export type InputEvent<T extends InputType = InputType> = T extends InputType
  ? Recorded & {
      type: T;
      data: Inputs[T];
      by: Actor;
      receivedAt: Instant;
      /** When it was done, where it was entered afterwards: whether it was in time is judged by this. */
      happenedAt?: Instant;
      queries?: string[];
      /** The journey it was taken over from. */
      origin?: string;
    }
  : never;

export interface Opened extends Recorded {
  type: 'opened';
  key: string;
  opening: number;
  kind: ObligationKind;
  category?: Category;
  accountable: Party;
  askedNow: Party;
  /** Whom it was meant for, where somebody else is asked in their stead. */
  insteadOf?: Party;
  because?: Because;
  from: Instant;
  limitAt: Instant;
  dueAt: Instant;
  rung: number;
  asks: number;
  leaseUntil?: Instant;
  /** The duties (keys) whose clock and rung it carries on. */
  carriesOn?: string[];
  /** Set where the pinned policy knows no limit for this kind, so that today's was used. */
  policy?: string;
}
export interface Ended extends Recorded {
  type: 'ended';
  key: string;
  opening: number;
  how: Ending;
  /** Why, where `how` does not say it: `merged`, a waiver's reason, the duty that carries on. */
  why?: string;
  /** Discharged, but after its limit. */
  late?: true;
  /** A deadline that had passed and was not asked about, since the duty was done when we came to it. */
  passed?: Instant;
}
export interface Asked extends Recorded {
  type: 'asked';
  key: string;
  opening: number;
  rung: number;
  asks: number;
  askedNow: Party;
  insteadOf?: Party;
  because?: Because;
  dueAt: Instant;
  why:
    | 'deadline'
    | 'delivery-failed'
    | 'lease-ended'
    | 'reassigned'
    | 'offer-declined'
    | 'offer-expired'
    | 'unable-to-reach'
    | 'post-changed'
    | 'internal-error';
}
export interface AccountableChanged extends Recorded {
  type: 'accountable';
  key: string;
  opening: number;
  to: Party;
  leaseUntil?: Instant;
}
export interface Rescheduled extends Recorded {
  type: 'rescheduled';
  key: string;
  opening: number;
  limitAt: Instant;
  dueAt: Instant;
  /** Where a journey that was absorbed had climbed higher. */
  rung?: number;
  policy?: string;
}
export interface LeaseEnded extends Recorded {
  type: 'lease-ended';
  key: string;
  opening: number;
}
/** An offer that nobody answered in time, or that could not be delivered: it stays with the sender. */
export interface OfferExpired extends Recorded {
  type: 'offer-expired';
  key: string;
  opening: number;
  why: 'deadline' | 'delivery-failed';
}
/** The consultant behind a trainee who named none: whoever the directory said supervises them when the request came. */
export interface Supervised extends Recorded {
  type: 'supervised';
  requester: string;
  consultant: string;
}
/** A deadline whose duty had already moved on. */
export interface Lapsed extends Recorded {
  type: 'lapsed';
}
/** A fact that was known already. */
export interface Noted extends Recorded {
  type: 'noted';
  input: InputType;
  by: Actor;
  receivedAt: Instant;
  origin?: string;
}
export interface Refused extends Recorded {
  type: 'refused';
  input: InputType | 'deadline';
  code: RefusalCode;
  by?: Actor;
}
export interface Closed extends Recorded {
  type: 'closed';
}
export interface Reopened extends Recorded {
  type: 'reopened';
}

export type DutyEvent = Opened | Ended | Asked | AccountableChanged | Rescheduled | LeaseEnded | OfferExpired;
export type JourneyEvent = InputEvent | DutyEvent | Supervised | Lapsed | Noted | Refused | Closed | Reopened;
export type EventType = JourneyEvent['type'];

/** What `decide` proposes, before `schedule` fills in who and when. */
type Unnumbered<E> = E extends JourneyEvent ? Omit<E, 'seq' | 'at' | 'cause'> : never;
export type ProposedOpened = Pick<Opened, 'type' | 'key' | 'opening' | 'kind' | 'category' | 'from'> & {
  accountable: Owner;
  askFirst?: Owner;
  by?: Instant;
  carriesOn?: string[];
  carry?: Omit<Stood, 'from'>;
};
export type ProposedAsked = Pick<Asked, 'type' | 'key' | 'opening' | 'why'> & {
  /** To whom it was offered and who did not take it: whoever answers for another organisation's offers is asked. */
  offeredTo?: Owner;
};
export type ProposedAccountable = Pick<AccountableChanged, 'type' | 'key' | 'opening'> & {
  to: Owner;
  lease?: true;
};
export type ProposedEvent =
  | ProposedOpened
  | ProposedAsked
  | ProposedAccountable
  | Unnumbered<Exclude<JourneyEvent, Opened | Asked | AccountableChanged>>;

/** What is proposed for one cause, at the workflow's time. */
export interface Proposal {
  at: Instant;
  events: ProposedEvent[];
}

/** What the loop acts on: an inbox row, or a deadline that has come. */
export type Cause =
  | { kind: 'row'; id: string; row: import('./inputs').Row }
  | { kind: 'deadline'; id: string; key: string; opening: number; lease: boolean };
