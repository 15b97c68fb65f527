import { ruleFor } from '../../domain/policy';
import type { Ceiling, Clock, Conditions, Limit, LimitRule, Policy } from '../../domain/policy';
import {
  CATEGORIES,
  MODALITIES,
  OBLIGATION_KINDS,
  PATIENT_CLASSES,
  PRIORITIES,
} from '../../domain/vocabulary';
import type { ObligationKind, PatientClass, Setting, Subject } from '../../domain/vocabulary';
import { DUTY_TEXTS } from './duty-texts';
import type { DutyText } from './duty-texts';

/**
 * "Who owes what by when", drawn from a policy: for each clinical area exactly those rules that can hold there, and for
 * what is not yet matched to a request those that hold then. The page in docs/ and the API's answer are both this.
 */
export interface WhoOwesWhat {
  policy: Pick<Policy, 'name' | 'version' | 'nation' | 'signed' | 'secondsPerDay'>;
  areas: Area[];
  ceilings: Ceiling[];
  claimLease: Limit;
  askCeiling: Policy['askCeiling'];
  arrears?: Limit;
  waivers: Policy['waivers'];
  secondPersonFor: Policy['secondPersonFor'];
  delegations: Policy['delegations'];
  sources: Policy['sources'];
}

export interface Area {
  code: string;
  name: string;
  duties: (DutyText & { kind: ObligationKind; limits: DutyLimit[] })[];
}

/** One limit of a duty in an area. */
export interface DutyLimit {
  /** What it holds for within the area; empty where it holds for all that the lines above it leave. */
  when: Conditions;
  limit: Limit;
  firstAsk: LimitRule['asks'];
  /** How long before the limit the first ask goes out, where that is said. */
  notice?: string;
  /** Whom the ladder asks in turn, each so long after the one before. */
  asked: { ask: string; after: string; clock: Clock }[];
  /** The desk again, after each of these. */
  repeat: string;
}

type Scope = {
  code: string;
  name: string;
  setting?: Setting[];
  patientClass?: PatientClass[];
  /** What is owed there is about one of these; an examination unless said. */
  subject?: Subject[];
  kinds?: readonly ObligationKind[];
};

/** What stands for a report or message without a known request: nothing but its findings is known of it. */
const UNMATCHED: Scope = { code: 'unmatched', name: 'Not yet matched to a request' };

/** What the service finds amiss with itself is of no examination: it is explained, and that is all. */
const SERVICE: Scope = {
  code: 'service',
  name: 'The service itself',
  subject: ['service'],
  kinds: ['reconcile'],
};

/** A source system that is silent, or that counts otherwise than we do. */
const FEEDS: Scope = { code: 'feeds', name: 'Feeds', subject: ['feed'], kinds: ['reconcile'] };

const every = <T>(list: readonly T[]): (T | undefined)[] => [undefined, ...list];

/** The rules of a kind that are the answer to at least one situation of the area. */
const rulesIn = (policy: Policy, kind: ObligationKind, scope: Scope): LimitRule[] => {
  const ofKind = { ...policy, rules: policy.rules.filter((rule) => rule.kind === kind) };
  const known = scope.setting !== undefined;
  const found = new Set<LimitRule | undefined>();
  for (const setting of scope.setting ?? [undefined])
    for (const category of scope.subject ? [undefined] : every(CATEGORIES))
      for (const priority of known ? PRIORITIES : [undefined])
        for (const modality of known ? MODALITIES : [undefined])
          for (const patientClass of known ? (scope.patientClass ?? PATIENT_CLASSES) : [undefined])
            for (const subject of scope.subject ?? ['examination', 'unmatched'])
              found.add(
                ruleFor(ofKind, { kind, subject, setting, category, priority, modality, patientClass }),
              );
  return ofKind.rules.filter((rule) => found.has(rule));
};

/** The conditions that say more than the area itself. */
const within = (when: Conditions = {}, scope: Scope): Conditions => {
  const covers = <T>(list: readonly T[] | undefined, all: readonly T[] | undefined): boolean =>
    list === undefined || (all !== undefined && all.every((item) => list.includes(item)));
  const { setting, patientClass, subject, ...rest } = when;
  return {
    ...rest,
    ...(covers(setting, scope.setting)
      ? {}
      : { setting: setting?.filter((s) => scope.setting?.includes(s)) }),
    ...(covers(patientClass, scope.patientClass) ? {} : { patientClass }),
    ...(covers(subject, scope.subject) ? {} : { subject }),
  };
};

const limitOf = (policy: Policy, rule: LimitRule, scope: Scope): DutyLimit => {
  const rungs = policy.ladders[rule.ladder]!.rungs;
  const asked = rungs
    .slice(1)
    .map(({ ask, wait, clock }) => ({ ask, after: wait!, clock: clock ?? 'elapsed' }));
  return {
    when: within(rule.when, scope),
    limit: rule.limit,
    firstAsk: rule.asks,
    ...(rule.notice === undefined ? {} : { notice: rule.notice }),
    asked,
    repeat: rungs.at(-1)!.repeat!,
  };
};

const areaOf = (policy: Policy, scope: Scope): Area => ({
  code: scope.code,
  name: scope.name,
  duties: (scope.kinds ?? OBLIGATION_KINDS).map((kind) => ({
    kind,
    ...DUTY_TEXTS[kind],
    limits: rulesIn(policy, kind, scope).map((rule) => limitOf(policy, rule, scope)),
  })),
});

export const whoOwesWhat = (policy: Policy): WhoOwesWhat => ({
  policy: {
    name: policy.name,
    version: policy.version,
    nation: policy.nation,
    ...(policy.signed === undefined ? {} : { signed: policy.signed }),
    ...(policy.secondsPerDay === undefined ? {} : { secondsPerDay: policy.secondsPerDay }),
  },
  areas: [...policy.specialties, UNMATCHED, FEEDS, SERVICE].map((scope) => areaOf(policy, scope)),
  ceilings: policy.ceilings,
  claimLease: policy.claimLease,
  askCeiling: policy.askCeiling,
  ...(policy.arrears === undefined ? {} : { arrears: policy.arrears }),
  waivers: policy.waivers,
  secondPersonFor: policy.secondPersonFor,
  delegations: policy.delegations,
  sources: policy.sources,
});
