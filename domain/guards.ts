import type { Actor, CommandType, Commands } from './inputs';
import { TOLD_HOW } from './inputs';
import type { Journey } from './journey';
import { isAlert } from './obligation';
import { unstatedRegions } from './pathway-imaging';
import type { Policy } from './policy';
import { delegationFor } from './policy';
import type { RefusalCode } from './refusals';
import { issueFor, live } from './reports';
import type { Issue } from './reports';

/** Of the policy, only what a decision needs: who may waive what, for which categories a second person must, and what evaluation is delegated. */
export type DecisionRules = Pick<Policy, 'waivers' | 'secondPersonFor' | 'delegations'>;

/** Why a command is refused, or nothing where it may stand. */
type Guard<T extends CommandType> = (
  j: Journey,
  data: Commands[T],
  by: Actor,
  rules: DecisionRules,
) => RefusalCode | undefined;

const open = (j: Journey, key: string): boolean => j.obligations[key] !== undefined;

/** The issue that a version names, if a person may act on it now. */
const actable = (j: Journey, version: string): Issue | RefusalCode => {
  const issue = issueFor(j, version);
  if (!issue) return 'no-report';
  return live(j).some((i) => i.label === issue.label) ? issue : 'version-superseded';
};

const isRefusal = (x: Issue | RefusalCode): x is RefusalCode => typeof x === 'string';

/** A person's contact, not a letter or a screen. */
const HUMAN_CONTACT: readonly (typeof TOLD_HOW)[number][] = ['in-person', 'telephone', 'video'];

const acknowledge: Guard<'acknowledge'> = (j, data) => {
  const issue = actable(j, data.version);
  if (isRefusal(issue)) return issue;
  if (!open(j, `acknowledge:${issue.label}`))
    return j.acknowledgements.some((a) => issue.labels.includes(a.version)) ? 'already-done' : 'not-owed';
  const alerts = issue.alerts.map((f) => f.id);
  if (data.findings.some((id) => !alerts.includes(id))) return 'unknown-finding';
  if (alerts.some((id) => !data.findings.includes(id))) return 'findings-incomplete';
  if (issue.category === 'critical' && !(data.how === 'voice' && data.readBack === true))
    return 'read-back-required';
  return undefined;
};

const plan: Guard<'plan'> = (j, data) => {
  const issue = actable(j, data.version);
  if (isRefusal(issue)) return issue;
  if (!issue.alerts.some((f) => f.id === data.finding)) return 'unknown-finding';
  const actions = data.actions ?? [];
  if (actions.length > 0 === (data.noAction !== undefined)) return 'plan-incomplete';
  if (new Set(actions.map((a) => a.id)).size !== actions.length) return 'plan-incomplete';
  if (open(j, `plan:${issue.label}:${data.finding}`)) return undefined;
  return j.plans.some((p) => issue.labels.includes(p.version) && p.finding === data.finding)
    ? 'already-done'
    : 'not-owed';
};

const tell: Guard<'tell'> = (j, data) => {
  const issue = issueFor(j, data.version);
  if (!issue) return 'no-report';
  if (!open(j, `tell-patient:${issue.label}`)) {
    if (!live(j).some((i) => i.label === issue.label)) return 'version-superseded';
    return j.tellings.some((t) => issue.labels.includes(t.version)) ? 'already-done' : 'not-owed';
  }
  if (
    j.deaths.length > 0 &&
    (data.to === 'patient' || data.outcome === 'told') &&
    data.to !== 'personal-representative'
  )
    return 'not-to-the-dead';
  if (data.outcome !== 'told') return undefined;
  if (data.to === 'nobody' || data.how === undefined) return 'human-contact-required';
  if (isAlert(issue.category) && !HUMAN_CONTACT.includes(data.how)) return 'human-contact-required';
  return undefined;
};

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
  replan: () => undefined,
};

/** Nothing is acknowledged, planned or told by the software alone (invariant 4), nor let off. */
const BY_PEOPLE = new Set<CommandType>(['acknowledge', 'plan', 'tell', 'evaluate', 'waive']);

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
