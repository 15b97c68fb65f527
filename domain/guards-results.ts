import type { Actor, CommandType, Commands } from './inputs';
import { TOLD_HOW } from './inputs';
import type { Journey } from './journey';
import { isAlert } from './obligation';
import type { Policy } from './policy';
import type { RefusalCode } from './refusals';
import type { Issue } from './reports';
import { issueFor, live } from './reports';

/** What stands against an acknowledgement, a plan and a telling. See `guards.ts`. */

/** Of the policy, only what a decision needs: who may waive what, for which categories a second person must, and what evaluation is delegated. */
export type DecisionRules = Pick<Policy, 'waivers' | 'secondPersonFor' | 'delegations'>;

/** Why a command is refused, or nothing where it may stand. */
export type Guard<T extends CommandType> = (
  j: Journey,
  data: Commands[T],
  by: Actor,
  rules: DecisionRules,
) => RefusalCode | undefined;

export const open = (j: Journey, key: string): boolean => j.obligations[key] !== undefined;

/** The issue that a version names, if a person may act on it now. */
const actable = (j: Journey, version: string): Issue | RefusalCode => {
  const issue = issueFor(j, version);
  if (!issue) return 'no-report';
  return live(j).some((i) => i.label === issue.label) ? issue : 'version-superseded';
};

const isRefusal = (x: Issue | RefusalCode): x is RefusalCode => typeof x === 'string';

/** A person's contact, not a letter or a screen. */
const HUMAN_CONTACT: readonly (typeof TOLD_HOW)[number][] = ['in-person', 'telephone', 'video'];

export const acknowledge: Guard<'acknowledge'> = (j, data) => {
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

export const plan: Guard<'plan'> = (j, data) => {
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

export const tell: Guard<'tell'> = (j, data) => {
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
