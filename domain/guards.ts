import type { Actor, CommandType, Commands } from './inputs';
import { accept, call, decline, offer } from './guards-handover';
import type { DecisionRules, Guard } from './guards-results';
import { acknowledge, open, plan, tell } from './guards-results';
import type { Journey } from './journey';
import { unstatedRegions } from './pathway-imaging';
import { delegationFor } from './policy';
import type { RefusalCode } from './refusals';
import { issueFor } from './reports';

export { acknowledgedBy } from './guards-handover';
export type { DecisionRules } from './guards-results';

/** Why a person's command is refused, or that it may stand. */

const waive: Guard<'waive'> = (j, data, by, rules) => {
  const duty = j.obligations[data.duty];
  if (!duty) return 'unknown-duty';
  const reason = rules.waivers.find((w) => w.code === data.reason && w.kinds.includes(duty.kind));
  if (!reason) return 'reason-not-listed';
  if (!reason.roles.includes(by.role)) return 'role-not-permitted';
  const pending = j.waivers[data.duty];
  const seconding =
    pending !== undefined && pending.opening === duty.opening && pending.reason === data.reason;
  return needsSecondPerson(j, data.duty, rules) && seconding && pending.by.person === by.person
    ? 'second-person-must-differ'
    : undefined;
};

/** Does waiving this duty take two people (critical, urgent and cancer)? */
export const needsSecondPerson = (j: Journey, key: string, rules: DecisionRules): boolean => {
  const category = j.obligations[key]?.category;
  return category !== undefined && rules.secondPersonFor.includes(category);
};

/** Whether this waiver holds at once, or waits for the second person. */
export const waiverHolds = (
  j: Journey,
  data: Commands['waive'],
  by: Actor,
  rules: DecisionRules,
): boolean => {
  const pending = j.waivers[data.duty];
  const seconded =
    pending !== undefined &&
    pending.opening === j.obligations[data.duty]?.opening &&
    pending.reason === data.reason &&
    pending.by.person !== by.person;
  return seconded || !needsSecondPerson(j, data.duty, rules);
};

const GUARDS: { [T in CommandType]: Guard<T> } = {
  vet: (j) => (open(j, 'vet') ? undefined : j.vettings.length > 0 ? 'already-done' : 'not-owed'),
  return: (j) => (open(j, 'vet') ? undefined : 'not-owed'),
  clarify: (j, data) => {
    const asked = Object.values(j.obligations).filter((o) => o.kind === 'clarify');
    if (asked.length === 0) return 'not-owed';
    return data.duty !== undefined && !asked.some((o) => o.key === data.duty) ? 'unknown-duty' : undefined;
  },
  answer: (j, data) => (open(j, `answer:${data.enquiry}`) ? undefined : 'unknown-enquiry'),
  claim: (j, _, by) => {
    if (!open(j, 'report')) return 'not-owed';
    // A study with somebody who has left would lie until the lease ends.
    if (j.left?.[by.person] !== undefined) return 'role-not-permitted';
    if (!j.claim) return undefined;
    return j.claim.by.person === by.person ? 'already-done' : 'claimed-by-another';
  },
  release: (j, _, by) => {
    if (!j.claim) return 'not-owed';
    return j.claim.by.person === by.person ? undefined : 'not-yours';
  },
  evaluate: (j, data, by, rules) => {
    if (!open(j, 'report')) return 'not-owed';
    const delegation = j.request && delegationFor(rules, data.delegation, j.request);
    if (!delegation) return 'not-delegated';
    return delegation.roles.includes(by.role) ? undefined : 'role-not-permitted';
  },
  assure: (j, data) => {
    const issue = issueFor(j, data.version);
    if (!issue) return 'no-report';
    if (!open(j, `assure:${issue.label}`)) return 'not-owed';
    const stated = data.regions.map((r) => r.region);
    return unstatedRegions(j).every((r) => stated.includes(r)) || (!j.request && stated.length > 0)
      ? undefined
      : 'regions-incomplete';
  },
  acknowledge,
  plan,
  complete: (j, data) => {
    if (open(j, `complete:${data.action}`)) return undefined;
    return j.completions.some((c) => c.action === data.action) ? 'already-done' : 'unknown-action';
  },
  tell,
  offer,
  accept,
  decline,
  call,
  reassign: (j, data) => (data.duty === undefined || open(j, data.duty) ? undefined : 'unknown-duty'),
  waive,
  retract: (j, data) =>
    [...j.acknowledgements, ...j.plans, ...j.tellings].some((x) => x.seq === data.event)
      ? undefined
      : 'nothing-to-retract',
  match: (j, data) =>
    j.subject === 'unmatched' && data.journey !== j.id ? undefined : 'not-an-unmatched-message',
  explain: (j, data) =>
    j.obligations[data.duty]?.kind === 'reconcile' && data.duty !== 'reconcile:gap'
      ? undefined
      : 'unknown-duty',
  reviewed: (j, data) => (j.obligations[data.duty]?.kind === 'review' ? undefined : 'unknown-duty'),
  replan: () => undefined,
};

/** Nothing is acknowledged, planned or told by the software alone (invariant 4), nor let off. */
const BY_PEOPLE = new Set<CommandType>([
  'acknowledge',
  'plan',
  'tell',
  'evaluate',
  'waive',
  'offer',
  'accept',
  'decline',
  'call',
  'reviewed',
]);

/** Whether a person's command may stand in this journey as it is now. */
export const refusalOf = <T extends CommandType>(
  j: Journey,
  type: T,
  data: Commands[T],
  by: Actor,
  rules: DecisionRules,
): RefusalCode | undefined => {
  if (j.mergedInto !== undefined) return 'journey-merged';
  if (by.role === 'system' && BY_PEOPLE.has(type)) return 'role-not-permitted';
  return (GUARDS[type] as Guard<T>)(j, data, by, rules);
};
