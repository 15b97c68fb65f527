import type { ReachRule, RoutineHours } from './reach';
import type {
  Category,
  Modality,
  Nation,
  ObligationKind,
  PatientClass,
  Priority,
  RoleKey,
  Setting,
  Subject,
} from './vocabulary';

/**
 * What a trust's Clinical Safety Officer signs: how long each duty may take, whom the ladder asks, and what may end a duty
 * without doing it. Types and look-ups only: the files are read and checked in `src/policy`, instants are worked out in
 * `calendar.ts`.
 */

/** `elapsed` runs day and night; `working` only in the working hours of the nation's calendar. */
export type Clock = 'elapsed' | 'working';

/** What stands as the source of a number for which no published one was retrieved. */
export const LOCAL_DECISION = 'local decision needed';

/** A limit or wait: an ISO 8601 duration on a clock, with where it comes from (a key of `sources`, or LOCAL_DECISION). */
export interface Limit {
  duration: string;
  clock: Clock;
  source: string;
}

/**
 * One step of a ladder. `wait` is how long the rung before was given; the first rung has none, it is asked when the duty
 * opens or at its limit. The last rung is the desk, asked again after every `repeat`. Both run on `clock`, elapsed unless said.
 */
export interface Rung {
  ask: RoleKey | 'accountable';
  wait?: string;
  clock?: Clock;
  repeat?: string;
}
export interface Ladder {
  rungs: Rung[];
}

/** What a rule asks of a situation. What is left out matches anything; what is not known matches no list. */
export interface Conditions {
  /** What the journey is about: an examination, a feed, or what this service finds amiss with itself (`service`). */
  subject?: Subject[];
  category?: Category[];
  priority?: Priority[];
  setting?: Setting[];
  modality?: Modality[];
  patientClass?: PatientClass[];
}

/** The limit of one kind of duty in some situations, and the ladder that acts on it. */
export interface LimitRule {
  kind: ObligationKind;
  when?: Conditions;
  limit: Limit;
  /** Whether the first ask goes out when the duty opens, or the duty only shows on worklists until its limit. */
  asks: 'on-opening' | 'at-limit';
  /** How long before the limit the first ask goes out, where it is not asked on opening. */
  notice?: string;
  ladder: string;
}

/** No rule of this kind may let its desk be asked for the first time later than this. */
export interface Ceiling {
  kind: ObligationKind;
  limit: Limit;
}

/** A reason from the closed list for which a duty may end undone, and who may use it. */
export interface WaiverReason {
  code: string;
  text: string;
  kinds: ObligationKind[];
  roles: RoleKey[];
}

/** Where signed policy lets a named person's recorded evaluation stand for a report (IR(ME)R 2017, reg. 12(9)). */
export interface Delegation {
  code: string;
  text: string;
  setting: Setting[];
  modality: Modality[];
  roles: RoleKey[];
  source: string;
}

/** A clinical area that reads its own part of "who owes what by when". */
export interface Specialty {
  code: string;
  name: string;
  setting: Setting[];
  patientClass?: PatientClass[];
}

export interface Policy {
  name: string;
  version: string;
  nation: Nation;
  /** Who signed it for this trust, when, and by when it must be looked at again. Without it the policy is a proposal. */
  signed?: { clinicalSafetyOfficer: string; on: string; reviewBy?: string };
  timeZone: string;
  /** Local times `HH:MM`; days 1 (Monday) to 7. */
  workingDay: { start: string; end: string; days: number[] };
  /** Demonstrations only: how many real seconds a policy day lasts. */
  secondsPerDay?: number;
  rules: LimitRule[];
  ladders: Record<string, Ladder>;
  ceilings: Ceiling[];
  /** Categories whose waiver needs a second person. */
  secondPersonFor: Category[];
  waivers: WaiverReason[];
  delegations: Delegation[];
  /** How long a reporter may hold a claimed study. */
  claimLease: Limit;
  /** How long an offered handover stands where no closer rule says; the catch-all of `accept-handover` is the same. */
  offerLimit: Limit;
  /** More asks than this to one person in this time are a hazard of their own. */
  askCeiling: { perPerson: number; per: string };
  /**
   * How long a duty that was past its limit when we heard of it waits for the rest of what its sender held back, before
   * anybody is asked. Never an alert finding's, nor an emergency's. Without it: not at all.
   */
  arrears?: Limit;
  /** How asks reach people, the most specific rule first. Without it: by mail, and sent is enough. */
  reach?: ReachRule[];
  /** How long what is known of a patient is kept after their last journey closed. Without it: until a court orders otherwise. */
  retention?: { years: number; source: string };
  /** When routine asks go out. Without it: at once. */
  routine?: RoutineHours;
  specialties: Specialty[];
  /** What the source keys stand for. */
  sources: Record<string, string>;
}

/** What is known of a duty when its limit is looked up. */
export interface Situation {
  kind: ObligationKind;
  subject?: Subject;
  category?: Category;
  priority?: Priority;
  setting?: Setting;
  modality?: Modality;
  patientClass?: PatientClass;
}

const CONDITIONS = ['subject', 'category', 'priority', 'setting', 'modality', 'patientClass'] as const;

/** Whether everything that a rule asks for is known to be so. */
export const conditionsHold = (when: Conditions, situation: Omit<Situation, 'kind'>): boolean =>
  CONDITIONS.every((name) => {
    const list: readonly string[] | undefined = when[name];
    const value = situation[name];
    return list === undefined || (value !== undefined && list.includes(value));
  });

/** The first rule of that kind whose conditions hold: a policy lists the most specific first and a catch-all last. */
export const ruleFor = (policy: Policy, situation: Situation): LimitRule | undefined =>
  policy.rules.find((rule) => rule.kind === situation.kind && conditionsHold(rule.when ?? {}, situation));

const rungsOf = (policy: Policy, ladder: string): Rung[] => {
  const rungs = policy.ladders[ladder]?.rungs;
  if (rungs === undefined || rungs.length === 0)
    throw new Error(`policy ${policy.name} has no ladder "${ladder}"`);
  return rungs;
};

/** A rung by its number from 0. Past the end it is the last one: the ladder never ends. */
export const rungAt = (policy: Policy, ladder: string, rung: number): Rung => {
  const rungs = rungsOf(policy, ladder);
  return rungs[Math.min(Math.max(rung, 0), rungs.length - 1)]!;
};

/** What the ladder does after it asked `rung`: which rung it asks next, and how long it gives this one. */
export const nextStep = (
  policy: Policy,
  ladder: string,
  rung: number,
): { rung: number; wait: string; clock: Clock } => {
  const last = rungsOf(policy, ladder).length - 1;
  const next = Math.min(rung + 1, last);
  const step = rungAt(policy, ladder, next);
  const wait = rung < last ? step.wait : step.repeat;
  if (wait === undefined)
    throw new Error(`policy ${policy.name}: ladder "${ladder}" gives rung ${next} no time`);
  return { rung: next, wait, clock: step.clock ?? 'elapsed' };
};

/** The waiver reason of that code, if it is meant for this kind of duty. */
export const waiverFor = (policy: Policy, code: string, kind: ObligationKind): WaiverReason | undefined =>
  policy.waivers.find((reason) => reason.code === code && reason.kinds.includes(kind));

/** Whether a waiver in this category holds only once a second person has agreed. */
export const needsSecondPerson = (policy: Policy, category: Category | undefined): boolean =>
  category !== undefined && policy.secondPersonFor.includes(category);

/** The signed delegation of that code, if it covers this setting and modality. What is not known is not covered. */
export const delegationFor = (
  policy: Pick<Policy, 'delegations'>,
  code: string,
  situation: { setting?: Setting; modality?: Modality },
): Delegation | undefined =>
  policy.delegations.find(
    (d) =>
      d.code === code &&
      situation.setting !== undefined &&
      situation.modality !== undefined &&
      d.setting.includes(situation.setting) &&
      d.modality.includes(situation.modality),
  );
