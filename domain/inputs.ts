import type {
  Category,
  Instant,
  Modality,
  Nation,
  PatientClass,
  Priority,
  Region,
  ReportStatus,
  RequesterProfession,
  RoleKey,
  Setting,
} from './vocabulary';

/**
 * What comes in. A *fact* comes from a source system and is never refused for its content; a *command* is a person's act
 * and may be refused. Both arrive as numbered inbox rows. Everything here is ids, codes and instants: names, numbers and
 * free text stay in Postgres, behind a `Sealed` reference.
 */

/** Who did it: an opaque person or system id, in the role in which they acted. */
export interface Actor {
  person: string;
  role: RoleKey;
}

/** Who owes: a role means its named lead, whom the directory names when the duty is scheduled. */
export interface Owner {
  role: RoleKey;
  person?: string;
}

/** An owner with the person filled in. */
export interface Party {
  role: RoleKey;
  person: string;
}

/** Text or patient data kept in Postgres: where it is, and a salted SHA-256 commitment to it. */
export interface Sealed {
  ref: string;
  commitment: string;
}

/** A patient's general practitioner, or why there is nobody to tell. */
export type Gp =
  { status: 'registered'; practice: string; person?: string } | { status: 'none' | 'objected' | 'unknown' };

export interface RequestFact {
  at: Instant;
  requester: { person: string; profession: RequesterProfession; organisation?: string };
  /** The consultant who answers for a trainee's or a non-medical requester's request. */
  consultant?: string;
  gp: Gp;
  setting: Setting;
  priority: Priority;
  patientClass: PatientClass;
  modality: Modality;
  /** The examination's local code, never its wording. */
  examination: string;
  /** The regions in the field of view; each must be stated in the report. */
  regions: Region[];
  site: string;
  nation: Nation;
  specialty?: string;
  /** When the decision to image was made, where recorded: a late request can then be measured, though not caught. */
  decidedAt?: Instant;
}

/** A finding of a report, as coded by the reader. */
export interface Finding {
  id: string;
  category: Category;
  /** Known disease or simple progression: does not alert as new. */
  expected: boolean;
  region: Region;
  /** For `cancer`: the suspected primary site (AoMRC/RCR 2022). */
  primarySite?: string;
}

/** The reader's word on one body region: looked at, and with findings or without. */
export interface RegionStatement {
  region: Region;
  statement: 'findings' | 'no-findings';
}

export interface ReportFact {
  /** The source's version number, from 1. */
  version: number;
  /** Whose numbering, where an examination has more than one reader (second opinion, outsourced, receiving trust). */
  series?: string;
  status: ReportStatus;
  /** When the source issued (verified) this version. */
  at: Instant;
  reporter: string;
  /** Whom the report names as requester; used when no request is known. */
  requester?: string;
  findings: Finding[];
  regions?: RegionStatement[];
  /** False only where the source states that nothing clinical changed since the version before. */
  clinicalChange?: boolean;
  text?: Sealed;
}

export interface Facts {
  request: RequestFact;
  cancel: { at: Instant; note?: Sealed };
  unbooked: { at: Instant };
  'did-not-attend': { at: Instant };
  images: { at: Instant; site?: string; count?: number };
  /** The images must be read elsewhere. */
  transfer: { at: Instant; id: string; from: string; to: string; count?: number };
  /** The reading site's word on what arrived. */
  'transfer-received': { at: Instant; id: string; complete: boolean; count?: number };
  /** Somebody looked at images that have no report: a provisional view, which stops no clock. */
  viewed: { at: Instant; person: string; quality: 'diagnostic' | 'low-definition'; note?: Sealed };
  report: ReportFact;
  /** A critical or urgent finding told ahead of any report: a phone call, a radiographer's flag. */
  flag: { at: Instant; id: string; category: Category; region: Region; raisedBy: string; note?: Sealed };
  'gp-receipt': { at: Instant; version: string };
  died: { at: Instant };
  hold: { at: Instant; kind: 'safeguarding' | 'contact'; on: boolean };
  /** A patient or relative asks, complains, or doubts whose result it is. */
  enquiry: {
    at: Instant;
    id: string;
    from: 'patient' | 'relative' | 'other';
    about: 'not-heard' | 'complaint' | 'identity' | 'other';
    note?: Sealed;
  };
  /** A letter or release to the patient came back: the telling it carried no longer counts. */
  bounced: { at: Instant; version: string };
  /** An ask could not be delivered: goes up at once. */
  'delivery-failed': { at: Instant; key: string; opening: number; ask: number; code: string };
  /** An input that could not be used; its text is kept. */
  unusable: { at: Instant; reason: string; note?: Sealed };
}

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
  /** By an authorised lead, on record: one duty (its key), or the patient's accountable clinician. */
  reassign: { duty?: string; to: Party; note?: Sealed };
  /** `holds` is set when it is decided: policy may want a second person, whose own waiver then makes it hold. */
  waive: { duty: string; reason: string; note?: Sealed; holds?: boolean };
  /** Entered in error: an acknowledgement, a plan or a telling, by its event number. */
  retract: { event: number; note?: Sealed };
  /** An unmatched message belongs to this journey. */
  match: { journey: string };
  explain: { duty: string; note?: Sealed };
  /** Deadlines not yet fired are worked out again, under this policy where one is named. */
  replan: { policy?: string };
}

/** Rows that the software itself puts into an inbox. */
export interface Internals {
  merged: { into: string };
  absorb: { from: string; facts: CarriedInput[]; open: CarriedDuty[] };
  /**
   * The directory changed somebody who is accountable or asked here. `gone` is set when it is recorded: those of them who are
   * no longer there at all, for whom the role's named lead stands in.
   */
  directory: { people: string[]; gone?: string[] };
}

/** A fact or command taken over from another journey, with who and when. */
export interface CarriedInput {
  type: InputType;
  data: Inputs[InputType];
  by: Actor;
  receivedAt: Instant;
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
  'hold',
  'enquiry',
  'bounced',
  'delivery-failed',
  'unusable',
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
  'reassign',
  'waive',
  'retract',
  'match',
  'explain',
  'replan',
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
      /** The clinical version the sender had seen (If-Match). */
      ifMatch?: number;
      /** Defects found at the edge, which only the edge could see (`nhs-number-invalid`, ...). */
      queries?: string[];
    }
  : never;
