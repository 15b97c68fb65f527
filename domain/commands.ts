import type { RegionStatement } from './facts';
import type { Owner, Party, Sealed } from './people';
import type { Instant, Priority } from './vocabulary';

/** What people do. A command may be refused, and is never held for later. */

/** What a planned action is. */
export const ACTIONS = ['refer', 'image', 'treat', 'mdt', 'admit', 'repeat', 'contact'] as const;
export interface Action {
  id: string;
  what: (typeof ACTIONS)[number];
  /** Who is to do it. Accountable stays who planned it, until that person accepts. */
  owner: Owner;
  by: Instant;
}

export const NO_ACTION_REASONS = [
  'already-known',
  'already-treated',
  'patient-declined',
  'not-in-patient-interest',
  'clinically-insignificant',
  'false-positive',
] as const;
export const TOLD_TO = [
  'patient',
  'parental-responsibility',
  'attorney-or-deputy',
  'best-interests-contact',
  'personal-representative',
  'nobody',
] as const;
export const TOLD_HOW = ['in-person', 'telephone', 'video', 'letter', 'portal'] as const;
/** `told`, or one of the coded reasons for which a telling ends without one. */
export const TOLD_OUTCOMES = [
  'told',
  'does-not-want-to-know',
  'untraceable',
  'moved-abroad',
  'died-family-told',
  'died-not-told',
] as const;
export const RETURN_REASONS = [
  'insufficient-information',
  'not-justified',
  'wrong-examination',
  'duplicate',
  'safety-question',
] as const;
export const PROOFS = [
  'order',
  'appointment-kept',
  'mdt-outcome',
  'admission',
  'treatment',
  'contact-made',
] as const;

/** What a review found. Either way it was done; what it found decides how soon the next one is. */
export const REVIEW_OUTCOMES = ['met', 'not-met'] as const;

/** Why an offered responsibility is not taken. */
export const DECLINE_REASONS = [
  'not-my-patient',
  'wrong-specialty',
  'no-capacity',
  'insufficient-information',
] as const;
/** How a call went: heard and said back, heard and not said back, or nobody was reached. */
export const CALL_OUTCOMES = ['read-back', 'no-read-back', 'unable-to-reach'] as const;

export interface Commands {
  vet: { priority: Priority };
  return: { reason: (typeof RETURN_REASONS)[number]; note?: Sealed };
  /** The requester's clinical decision on a question (`duty`: its key; without it, on every open one). */
  clarify: { duty?: string; decision: 'rebook' | 'change' | 'still-act' | 'not-needed'; note?: Sealed };
  answer: { enquiry: string; note?: Sealed };
  claim: Record<string, never>;
  release: Record<string, never>;
  /** A named person's evaluation where signed policy delegates it (IR(ME)R 2017 reg. 12(9)). */
  evaluate: { delegation: string; note?: Sealed };
  assure: { version: string; regions: RegionStatement[] };
  /** Seen, and responsibility accepted, for this version and these alert findings. */
  acknowledge: { version: string; findings: string[]; how: 'screen' | 'voice'; readBack?: boolean };
  plan: {
    version: string;
    finding: string;
    actions?: Action[];
    noAction?: (typeof NO_ACTION_REASONS)[number];
    note?: Sealed;
  };
  complete: { action: string; proof: { kind: (typeof PROOFS)[number]; ref: string } };
  tell: {
    version: string;
    at: Instant;
    to: (typeof TOLD_TO)[number];
    basis?: string;
    how?: (typeof TOLD_HOW)[number];
    outcome: (typeof TOLD_OUTCOMES)[number];
    note?: Sealed;
  };
  /**
   * Responsibility is offered: one duty (its key), or the patient, with every duty that follows the accountable clinician.
   * `offerId` is set when it is decided.
   */
  offer: { duty?: string; to: Owner; note?: Sealed; offerId?: string };
  /** By whom it was offered to. `of` is set when it is decided: what was accepted. */
  accept: { offer: string; of?: string };
  /** The sender stays accountable and is asked at once; or whoever is named instead is offered it. */
  decline: { offer: string; reason: (typeof DECLINE_REASONS)[number]; instead?: Owner; note?: Sealed };
  /**
   * Who rang whom about a duty, when, and what came of it. Said back, it is the acknowledgement of whoever was rung, for
   * these findings; nobody reached, it goes up at once. `version` is set when it is decided.
   */
  call: {
    duty: string;
    whom: Party;
    at: Instant;
    outcome: (typeof CALL_OUTCOMES)[number];
    findings?: string[];
    note?: Sealed;
    version?: string;
  };
  /** By an authorised lead, on record: one duty (its key), or the patient's accountable clinician. */
  reassign: { duty?: string; to: Party; note?: Sealed };
  /** `holds` is set when it is decided: policy may want a second person, whose own waiver then makes it hold. */
  waive: { duty: string; reason: string; note?: Sealed; holds?: boolean };
  /** Entered in error: an acknowledgement, a plan or a telling, by its event number. */
  retract: { event: number; note?: Sealed };
  /** An unmatched message belongs to this journey. */
  match: { journey: string };
  explain: { duty: string; note?: Sealed };
  /** A review was done: where its evidence is (a reference, never a person's name), and when the next one is due. */
  reviewed: {
    duty: string;
    outcome: (typeof REVIEW_OUTCOMES)[number];
    evidence: string;
    next?: Instant;
    note?: Sealed;
  };
  /** Deadlines not yet fired are worked out again, under this policy where one is named. */
  replan: { policy?: string };
}
