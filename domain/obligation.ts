import type { Because } from './asking';
import type { Owner, Party } from './inputs';
import type { Journey } from './journey';
import type { Category, Instant, ObligationKind } from './vocabulary';

/**
 * Who owes what by when. `accountable` and `askedNow` are never confused: an escalation moves `askedNow`; only a recorded
 * handover, claim, lease end or reassignment moves `accountable`.
 */
export interface Obligation {
  key: string;
  /** 1 at first, one more with every reopening. */
  opening: number;
  kind: ObligationKind;
  category?: Category;
  accountable: Party;
  askedNow: Party;
  /** Whom the ask was meant for, where somebody else is asked in their stead, and why. `accountable` does not move with it. */
  insteadOf?: Party | undefined;
  because?: Because | undefined;
  /** When its clock started: when the fact happened, not when we heard. */
  from: Instant;
  openedAt: Instant;
  /** The limit that policy sets, for "in time" and "time to breach". */
  limitAt: Instant;
  /** The live deadline: when the ladder acts next. */
  dueAt: Instant;
  /** The rung asked last; 0 and `asks` 0 while nobody has been asked yet. */
  rung: number;
  asks: number;
  /** A claim is a lease: when it ends, the study returns to its pool. */
  leaseUntil?: Instant;
}

/** How an obligation ends. */
export type Ending = 'discharged' | 'overtaken' | 'waived' | 'withdrawn';

/** What the pathway says of one possible duty, given what is known. */
export interface Duty {
  key: string;
  kind: ObligationKind;
  /** `owed`, or how it ended if it was owed before. */
  status: 'owed' | Ending;
  category?: Category;
  from: Instant;
  accountable: Owner;
  /** Whom to ask first, where that is not who is accountable. */
  askFirst?: Owner;
  /** Duties (keys) whose clock and rung this one carries on. */
  carriesOn?: string[];
  /** The newest event it rests on: a waiver given before that is not for this. */
  basis?: number;
  /** A date set by a person that stands instead of policy's limit (a planned action's). */
  by?: Instant;
}

/** One row of the pathway: what it owes in a journey, or how that ended. */
export type Rule = (j: Journey) => Duty[];

const RISK: Record<Category, number> = {
  critical: 0,
  urgent: 1,
  cancer: 2,
  'significant-unexpected': 3,
  routine: 4,
};

/** Lower is more dangerous; a duty without a category stands with the routine. */
export const risk = (category?: Category): number => RISK[category ?? 'routine'];

/** The most dangerous of some categories, or nothing. */
export const worst = (categories: readonly Category[]): Category | undefined =>
  [...categories].sort((a, b) => RISK[a] - RISK[b])[0];

/** When something must happen with this obligation: the ladder's next step, or a lease's end. */
export const nextInstant = (o: Obligation): Instant =>
  o.leaseUntil !== undefined && o.leaseUntil < o.dueAt ? o.leaseUntil : o.dueAt;

/** Alert categories get the full loop per finding; load is a hazard too. */
export const isAlert = (category: Category): boolean => category !== 'routine';
