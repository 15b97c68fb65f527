import type { Actor, ErasureReason, Facts, InputType, Inputs, Party } from './inputs';
import type { FeedKnown } from './feeds';
import type { Obligation } from './obligation';
import type { Instant, Subject } from './vocabulary';

/** A fact or command that stands in the journey, with the number of the event that holds it. */
export type Known<T extends InputType> = Inputs[T] & { seq: number; by: Actor; receivedAt: Instant };

/** How far a duty had come on its clock and its ladder. */
export type Stood = Pick<Obligation, 'from' | 'limitAt' | 'dueAt' | 'rung' | 'asks'>;

/** Something about this journey that a person must look at (kept, used as far as it can be, and owned). */
export interface Query {
  /** The duty's key is `reconcile:<id>`. */
  id: string;
  from: Instant;
  /** The event that raised it last. */
  seq: number;
  explained: boolean;
}

/**
 * What is known of one journey: the fold of its events. Plain JSON, bounded by what stands and not by how long it took:
 * asks and refusals leave counters here, their record is the evidence.
 */
export interface Journey {
  id: string;
  subject: Subject;
  /** The last event folded. */
  seq: number;
  /** The last inbox row whose outcome was recorded. */
  highWater: number;
  /** Counts events that changed clinical state: the ETag. */
  clinical: number;

  request?: Known<'request'>;
  /** The consultant behind the trainee who requested, where the request named none. */
  supervised?: { requester: string; consultant: string };
  cancels: Known<'cancel'>[];
  unbooked: Known<'unbooked'>[];
  missed: Known<'did-not-attend'>[];
  images: Known<'images'>[];
  transfers: Known<'transfer'>[];
  arrivals: Known<'transfer-received'>[];
  views: Known<'viewed'>[];
  /** Every content that came, also under one version number; `versions` says what they amount to. */
  reports: Known<'report'>[];
  flags: Known<'flag'>[];
  gpReceipts: Known<'gp-receipt'>[];
  deaths: Known<'died'>[];
  moves: Known<'moved'>[];
  discharges: Known<'discharged'>[];
  holds: Known<'hold'>[];
  enquiries: Known<'enquiry'>[];
  bounces: Known<'bounced'>[];
  unusable: Known<'unusable'>[];
  concerns: Known<'concern'>[];
  /** In the journey of a feed alone. */
  feed?: FeedKnown;
  /** What is to be reviewed by a date, and what was: of journeys about the service alone. */
  reviewsDue?: Known<'review-due'>[];
  reviews?: Known<'reviewed'>[];

  vettings: (Known<'vet'> | (Known<'return'> & { returned: true }))[];
  clarifications: (Known<'clarify'> & { questions: string[] })[];
  answers: Known<'answer'>[];
  claim?: { by: Actor; seq: number };
  evaluation?: Known<'evaluate'>;
  assurances: Known<'assure'>[];
  acknowledgements: Known<'acknowledge'>[];
  plans: Known<'plan'>[];
  completions: Known<'complete'>[];
  tellings: Known<'tell'>[];
  offers: Known<'offer'>[];
  acceptances: Known<'accept'>[];
  declines: Known<'decline'>[];
  /** Offers (ids) that nobody answered in time, or that could not be delivered. */
  expired: string[];
  /** Duties moved by a lead or by an accepted offer, by key; `clinician` for the accountable clinician. */
  reassigned: Record<string, Party & { seq: number }>;
  /** Waivers by duty key: who asked, and once seconded (where policy wants it) that it holds. */
  waivers: Record<string, { opening: number; reason: string; by: Actor; holds: boolean; seq: number }>;
  queries: Query[];

  /** Open obligations by key. */
  obligations: Record<string, Obligation>;
  /** How often each key was opened. */
  openings: Record<string, number>;
  /** How far overtaken duties had come, by key, until the one that carries them on has opened. */
  overtaken: Record<string, Stood>;
  /** People who are gone from the directory: the role's named lead stands in for them. */
  gone: string[];
  /** Those among them who are known to have left, with whoever takes over what they answer for by name, if anybody does. */
  left?: Record<string, string | null>;
  /** Its texts and the patient's details were destroyed. */
  erased?: { at: Instant; reason: ErasureReason };
  closed: boolean;
  mergedInto?: string;
}

/** A journey of which nothing is recorded yet. It is not closed. */
export const emptyJourney = (id: string, subject: Subject): Journey => ({
  id,
  subject,
  seq: 0,
  highWater: 0,
  clinical: 0,
  cancels: [],
  unbooked: [],
  missed: [],
  images: [],
  transfers: [],
  arrivals: [],
  views: [],
  reports: [],
  flags: [],
  gpReceipts: [],
  deaths: [],
  moves: [],
  discharges: [],
  holds: [],
  enquiries: [],
  bounces: [],
  unusable: [],
  concerns: [],
  vettings: [],
  clarifications: [],
  answers: [],
  assurances: [],
  acknowledgements: [],
  plans: [],
  completions: [],
  tellings: [],
  offers: [],
  acceptances: [],
  declines: [],
  expired: [],
  reassigned: {},
  waivers: {},
  queries: [],
  obligations: {},
  openings: {},
  overtaken: {},
  gone: [],
  closed: false,
});

/** A state kept by an earlier release, with what has been added to the shape of one since. */
export const completed = (kept: Journey): Journey => ({ ...emptyJourney(kept.id, kept.subject), ...kept });

/** The instant a clock starts from: when it happened, but never after we heard (an odd date must not hide a duty). */
export const since = (fact: { at: Instant; receivedAt: Instant }): Instant =>
  fact.at < fact.receivedAt ? fact.at : fact.receivedAt;

/** The earliest instant of some facts. */
export const earliest = (facts: readonly { at: Instant; receivedAt: Instant }[]): Instant | undefined =>
  facts.map(since).sort()[0];

/** The latest instant of some facts. */
export const latest = (facts: readonly { at: Instant; receivedAt: Instant }[]): Instant | undefined =>
  facts.map(since).sort().at(-1);

export type FactOf<T extends keyof Facts> = Known<T>;
