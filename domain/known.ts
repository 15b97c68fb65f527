import type { Owner } from './inputs';
import type { Journey, Known } from './journey';
import { earliest } from './journey';
import type { Issue } from './reports';
import { holdsFor, runs } from './reports';

/**
 * What is known of a journey, in the words that the pathway's rules are written in.
 */

export const DESK: Owner = { role: 'desk' };

/** A canary owes exactly what an examination owes, so that it proves the very code by which real ones are kept. */
export const isExamination = (j: Pick<Journey, 'subject'>): boolean =>
  j.subject === 'examination' || j.subject === 'canary';

export const hasReport = (j: Journey): boolean => j.reports.length > 0;
export const hasImages = (j: Journey): boolean => j.images.length > 0 || hasReport(j);
export const imagedAt = (j: Journey): string => earliest(j.images) ?? earliest(j.reports)!;

/** The requester's side: who asked, or whom the newest report names; else the desk finds out. */
export const requesterOf = (j: Journey): Owner => {
  if (j.request) return { role: 'requester', person: j.request.requester.person };
  const named = runs(j).findLast((run) => run.requester !== undefined)?.requester;
  return named === undefined ? DESK : { role: 'requester', person: named };
};

/** The consultant behind the trainee whose request stands. */
export const supervisorOf = (j: Journey): string | undefined =>
  j.supervised !== undefined && j.supervised.requester === j.request?.requester.person
    ? j.supervised.consultant
    : undefined;

/**
 * The accountable clinician: whoever accepted last (an acknowledgement is an acceptance) or to whom a lead moved the patient
 * since; before that the consultant named at the request (a trainee's supervisor), else the requester.
 */
export const accountableClinician = (j: Journey): Owner => {
  const moved = j.reassigned['clinician'];
  const accepted = j.acknowledgements.at(-1);
  if (moved && moved.seq > (accepted?.seq ?? 0)) return { role: moved.role, person: moved.person };
  if (accepted) return { role: accepted.by.role, person: accepted.by.person };
  const consultant = j.request?.consultant ?? supervisorOf(j);
  if (consultant !== undefined) return { role: 'consultant', person: consultant };
  return requesterOf(j);
};

export const acknowledged = (j: Journey, issue: Issue): Known<'acknowledge'> | undefined =>
  j.acknowledgements.find((a) => holdsFor(issue, a));

export const told = (j: Journey, issue: Issue): boolean =>
  j.tellings.some(
    (t) =>
      holdsFor(issue, t) &&
      // A letter or release that bounced told nobody.
      !(
        (t.how === 'letter' || t.how === 'portal') &&
        j.bounces.some((b) => issue.labels.includes(b.version) && b.seq > t.seq)
      ),
  );

/** A receipt names a version; where that was said in two ways, it counts only if it is no older than the last of them. */
export const gpTold = (j: Journey, issue: Issue): boolean =>
  j.gpReceipts.some((g) => {
    const i = issue.labels.indexOf(g.version);
    return i >= 0 && g.at >= (issue.contested[i] ?? '');
  });

/** The requester's last word is that it is not needed, and no changed request has come since. */
export const notNeeded = (j: Journey): boolean => {
  const last = j.clarifications.at(-1);
  return last?.decision === 'not-needed' && last.seq > (j.request?.seq ?? 0);
};

/** A question to the requester that no later decision answered. */
export const unanswered = (j: Journey, key: string, seq: number): boolean =>
  !j.clarifications.some((c) => c.seq > seq && c.questions.includes(key));

/** The first of those that came under one id. */
export const unique = <T extends { id: string }>(facts: readonly T[]): T[] =>
  facts.filter((fact, i) => facts.findIndex((f) => f.id === fact.id) === i);
