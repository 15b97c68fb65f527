import type { Owner, Sealed } from './people';
import type {
  Category,
  ConcernCode,
  Instant,
  Modality,
  Nation,
  PatientClass,
  Priority,
  Region,
  ReportStatus,
  ReviewCode,
  RequesterProfession,
  Setting,
} from './vocabulary';

/** What source systems say. A fact is never refused for its content. */

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
  /** The patient moved (ED to ward, ward to ward): to whom they are offered from now on. */
  moved: { at: Instant; id: string; to: Owner };
  /** The patient left hospital: what is still owed is offered to a clinic or GP; without `to`, to the registered GP. */
  discharged: { at: Instant; id: string; to?: Owner };
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
  /**
   * Something is amiss with the service itself. `ref`: what it is about, by an opaque id. The same code and ref at the same
   * `at` are one concern; at a later `at` it has come again, and is asked about again.
   */
  concern: { at: Instant; code: ConcernCode; ref: string };
  /** Something about the failsafe itself is to be reviewed by a date; without one, within policy's limit. `ref`: which one. */
  'review-due': { at: Instant; code: ReviewCode; ref?: string; dueOn?: Instant };
}
