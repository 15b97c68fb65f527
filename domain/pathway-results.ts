import type { Finding } from './inputs';
import type { Journey, Known } from './journey';
import { accountableClinician, acknowledged, gpTold, told } from './known';
import type { Duty, Rule } from './obligation';
import type { Issue } from './reports';
import { everIssued, holdsFor, live, runs } from './reports';

/** The pathway from report to action, and to everybody who must be told. See `pathway.ts`. */

/** Findings of two issues that are one: by id, and where a flag is one of them, by region. */
const sameFinding =
  (a: Issue, b: Issue) =>
  (x: Finding, y: Finding): boolean =>
    a.kind === 'flag' || b.kind === 'flag' ? x.region === y.region : x.id === y.id;

/**
 * Issues whose clock a new one carries on: those that share an alert (or, both being routine, any), so that amending a report
 * again and again puts nothing off.
 */
const earlierThan = (j: Journey, issue: Issue): Issue[] =>
  everIssued(j).filter((e) => {
    if (e.label === issue.label) return false;
    if (issue.alerts.length === 0) return e.alerts.length === 0;
    return e.alerts.some((a) => issue.alerts.some((b) => sameFinding(e, issue)(a, b)));
  });

/** The duties of earlier issues, by kind, that a duty for some of this one's findings carries on. */
const plansBefore = (j: Journey, issue: Issue, findings: readonly Finding[]): string[] =>
  earlierThan(j, issue).flatMap((e) =>
    e.alerts
      .filter((a) => findings.some((b) => sameFinding(e, issue)(a, b)))
      .map((a) => `plan:${e.label}:${a.id}`),
  );

/** Is anything to be acknowledged in this issue? A plain preliminary report is not; a withdrawal is, if anybody relied on it. */
const asksForAcknowledgement = (j: Journey, issue: Issue): boolean => {
  if (issue.kind === 'final') return true;
  if (issue.kind !== 'withdrawn') return issue.alerts.length > 0;
  return runs(j).some((e) => e.label !== issue.label && (acknowledged(j, e) !== undefined || told(j, e)));
};

/** Acknowledge: each report version that says something new, and each critical finding told ahead of a report. */
export const acknowledge: Rule = (j) => {
  const now = live(j);
  return everIssued(j).flatMap((issue): Duty[] => {
    const isLive = now.some((i) => i.label === issue.label);
    if (isLive && !asksForAcknowledgement(j, issue)) return [];
    return [
      {
        key: `acknowledge:${issue.label}`,
        kind: 'acknowledge',
        category: issue.category,
        from: issue.at,
        accountable: accountableClinician(j),
        // An action that was to be planned for an earlier version waits for this acknowledgement, but not any longer.
        carriesOn: [
          ...earlierThan(j, issue).map((e) => `acknowledge:${e.label}`),
          ...plansBefore(j, issue, issue.alerts),
        ],
        basis: issue.changed[0]!,
        status: acknowledged(j, issue) ? 'discharged' : isLive ? 'owed' : 'overtaken',
      },
    ];
  });
};

const planned = (j: Journey, issue: Issue, finding: Finding): Known<'plan'> | undefined =>
  j.plans.find((p) => holdsFor(issue, p) && p.finding === finding.id);

/** Plan: each alert finding that was acknowledged. Acknowledged is not acted on. */
export const plan: Rule = (j) => {
  const now = live(j);
  const moved = j.reassigned['clinician'];
  return everIssued(j).flatMap((issue) => {
    const accepted = acknowledged(j, issue);
    if (!accepted) return [];
    const isLive = now.some((i) => i.label === issue.label);
    const { role, person } = moved && moved.seq > accepted.seq ? moved : accepted.by;
    return issue.alerts.map((finding): Duty => ({
      key: `plan:${issue.label}:${finding.id}`,
      kind: 'plan',
      category: finding.category,
      from: accepted.receivedAt,
      accountable: { role, person },
      carriesOn: plansBefore(j, issue, [finding]),
      basis: issue.changed[0]!,
      status: planned(j, issue, finding) ? 'discharged' : isLive ? 'owed' : 'overtaken',
    }));
  });
};

/** Complete: each action planned, until there is proof. It stays with who planned it until the person named accepts. */
export const complete: Rule = (j) => {
  const actions = j.plans.flatMap((p) =>
    (p.actions ?? []).map((action): Duty => {
      const id = `${p.version}:${p.finding}:${action.id}`;
      const issue = everIssued(j).find((i) => i.labels.includes(p.version));
      const category = issue?.alerts.find((f) => f.id === p.finding)?.category;
      return {
        key: `complete:${id}`,
        kind: 'complete',
        ...(category === undefined ? {} : { category }),
        from: p.receivedAt,
        by: action.by,
        accountable: { role: p.by.role, person: p.by.person },
        askFirst: action.owner,
        basis: p.seq,
        // Proof of what an earlier plan ordered is not proof of this one.
        status: j.completions.some((c) => c.action === id && c.seq > p.seq) ? 'discharged' : 'owed',
      };
    }),
  );
  return actions.filter((a, i) => actions.findLastIndex((b) => b.key === a.key) === i);
};

/** A duty to tell somebody of each issue that is final, or that withdraws one of which they were told. */
const telling = (j: Journey, kind: 'tell-patient' | 'tell-gp', has: (issue: Issue) => boolean): Duty[] => {
  const now = live(j);
  return runs(j).flatMap((issue): Duty[] => {
    const knew = runs(j).some((e) => e.label !== issue.label && has(e));
    if (issue.kind !== 'final' && !(issue.kind === 'withdrawn' && knew)) return [];
    const isLive = now.some((i) => i.label === issue.label);
    return [
      {
        key: `${kind}:${issue.label}`,
        kind,
        category: issue.category,
        from: (issue.kind === 'final' ? issue.finalAt : undefined) ?? issue.at,
        accountable: accountableClinician(j),
        carriesOn: earlierThan(j, issue).map((e) => `${kind}:${e.label}`),
        basis: issue.changed[0]!,
        status: has(issue) ? 'discharged' : isLive ? 'owed' : 'overtaken',
      },
    ];
  });
};

/** Tell patient: a final report; and the withdrawal of one of which the patient was told. */
export const tellPatient: Rule = (j) => telling(j, 'tell-patient', (issue) => told(j, issue));

/** Tell GP: a final report, and a GP who is not the one acknowledging. No GP or an objection: nothing. */
export const tellGp: Rule = (j) => {
  const gp = j.request?.gp;
  if (gp?.status !== 'registered') return [];
  const isTheOne = (issue: Issue): boolean =>
    gp.person !== undefined &&
    gp.person === (acknowledged(j, issue)?.by.person ?? accountableClinician(j).person);
  return telling(j, 'tell-gp', (issue) => gpTold(j, issue)).map((duty) =>
    duty.status === 'owed' && isTheOne(runs(j).find((run) => duty.key === `tell-gp:${run.label}`)!)
      ? { ...duty, status: 'overtaken' }
      : duty,
  );
};
