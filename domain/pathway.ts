import type { Journey } from './journey';
import { earliest, since } from './journey';
import { DESK, hasImages, isExamination, notNeeded, unique } from './known';
import type { Duty, Rule } from './obligation';
import { acceptHandover } from './offers';
import { worst } from './obligation';
import { feed, isOfFeed } from './pathway-feeds';
import { acquire, assure, questions, report, transfer, vet } from './pathway-imaging';
import { acknowledge, complete, plan, tellGp, tellPatient } from './pathway-results';
import { review, wasReviewed } from './pathway-service';
import { everIssued, finalReport, finalSince } from './reports';

/**
 * The clinical pathway: `duties(journey)` says what is owed now, given what is known. It depends on what is known, never
 * on the order in which it arrived. One function a kind of duty, in the order of the journey; a radiologist can
 * check each against its comment. *Accept handover* is in `offers.ts`: it depends on what else is owed. *Follow up*, *candour*
 * and *learn* will stand in `PATHWAY` too.
 */

/** Answer: a patient or relative who asked, complained, or doubts whose result it is. */
const answer: Rule = (j) =>
  unique(j.enquiries).map((e) => ({
    key: `answer:${e.id}`,
    kind: 'answer',
    from: since(e),
    accountable: DESK,
    basis: e.seq,
    status: j.answers.some((a) => a.enquiry === e.id) ? 'discharged' : 'owed',
  }));

/** Images taken after the report or evaluation that stands: it cannot be of them. */
const unseenImages = (j: Journey): string | undefined => {
  const seen = finalSince(j) ?? j.evaluation?.receivedAt;
  return seen === undefined ? undefined : earliest(j.images.filter((image) => since(image) > seen));
};

/** Reconcile: what was kept and used as far as it could be, and must be looked at. The more alarming, the sooner. */
const reconcile: Rule = (j) => {
  const unmatched = !isExamination(j);
  const alarming = worst(everIssued(j).map((i) => i.category));
  const query = (id: string, from: string, settled: boolean, basis = 0): Duty => ({
    key: `reconcile:${id}`,
    kind: 'reconcile',
    ...(unmatched && alarming !== undefined ? { category: alarming } : {}),
    from,
    accountable: DESK,
    basis,
    status: settled ? 'discharged' : 'owed',
  });
  const explained = (id: string): boolean => j.queries.some((q) => q.id === id && q.explained);
  const heard = earliest([...j.images, ...j.reports, ...j.flags, ...j.cancels]);
  const unseen = unseenImages(j);
  const derived: [id: string, from: string | undefined, settled?: boolean][] = [
    ['no-request', unmatched ? undefined : heard, j.request !== undefined],
    ['gp-unknown', j.request?.gp.status === 'unknown' ? finalSince(j) : undefined],
    ['images-after-report', unseen],
    ['unmatched', unmatched && j.queries.every(isOfNoMessage) ? heard : undefined],
  ];
  const ids = derived.map(([id]) => id);
  return [
    ...derived.flatMap(([id, from, settled]) =>
      from === undefined ? [] : [query(id, from, settled === true || explained(id))],
    ),
    ...j.queries
      .filter((q) => !ids.includes(q.id) && !isOfFeed(q))
      .map((q) => query(q.id, q.from, q.explained, q.seq)),
  ];
};

/** What somebody sent about a patient is not settled with the service's own concerns, nor with a feed's. */
const isOfNoMessage = (q: { id: string }): boolean =>
  q.id === 'unmatched' || q.id.startsWith('concern:') || isOfFeed(q);

/** The pathway, in the order of the journey. */
export const PATHWAY: Readonly<Record<string, Rule>> = {
  vet,
  acquire,
  clarify: questions,
  transfer,
  report,
  assure,
  acknowledge,
  plan,
  complete,
  'tell-patient': tellPatient,
  'tell-gp': tellGp,
  answer,
  reconcile,
  feed,
  review,
};

/**
 * What is of no examination is matched or explained: a message that nobody could match, a concern of the service, a feed's
 * silence. What it may mean for a patient is owed where it belongs.
 */
const OF_UNMATCHED = new Set(['answer', 'reconcile', 'feed', 'review']);

/** A lead's reassignment of one duty stands over what the rule says; for who is gone their successor or the role's lead stands in. */
const assigned = (j: Journey, duty: Duty): Duty => {
  const moved = j.reassigned[duty.key];
  const { role, person } = moved ?? duty.accountable;
  const gone = person !== undefined && j.gone.includes(person);
  const now = gone ? heir(j, person) : person;
  return moved || gone
    ? { ...duty, accountable: now === undefined ? { role } : { role, person: now } }
    : duty;
};

/** Who takes over from somebody who is gone; nobody where no successor is known, or the chain turns in a circle. */
const heir = (j: Journey, person: string): string | undefined => {
  const seen = new Set<string>();
  for (let who: string | null | undefined = person; who && !seen.has(who); who = j.left?.[who]) {
    if (!j.gone.includes(who)) return who;
    seen.add(who);
  }
  return undefined;
};

/** A waiver holds for the opening it was given for, and for what was known then: a duty that reopens is owed again. */
const waived = (j: Journey, duty: Duty): Duty => {
  const waiver = j.waivers[duty.key];
  const holds =
    waiver?.holds === true &&
    waiver.opening === (j.openings[duty.key] ?? 1) &&
    waiver.seq > (duty.basis ?? 0);
  return duty.status === 'owed' && holds ? { ...duty, status: 'waived' } : duty;
};

/** Nobody owes anything, and the journey has not ended: the desk finds out why. */
const gap = (j: Journey, from: string): Duty =>
  waived(j, { key: 'reconcile:gap', kind: 'reconcile', status: 'owed', from, accountable: DESK });

/** When the newest thing was heard of; at the beginning of time where nothing was, so that it is asked about now. */
const newest = (j: Journey): string =>
  Object.values(j)
    .flat()
    .flatMap((known: unknown) => (isHeard(known) ? [known.receivedAt] : []))
    .sort()
    .at(-1) ?? BEGINNING;

const BEGINNING = '1970-01-01T00:00:00.000Z';

const isHeard = (value: unknown): value is { receivedAt: string } =>
  typeof value === 'object' && value !== null && 'receivedAt' in value;

/** Has the journey reached one of the ends that docs/ARCHITECTURE.md names? Only then may it close, once nothing is owed. */
export const hasEnded = (j: Journey): boolean => {
  if (j.mergedInto !== undefined) return true;
  const isWaived = (rule: Rule): boolean => rule(j).some((duty) => waived(j, duty).status === 'waived');
  const gapWaived = gap(j, BEGINNING).status === 'waived';
  if (j.subject === 'feed' && j.feed !== undefined) return true;
  if (!isExamination(j)) return j.queries.length > 0 || wasReviewed(j) || isWaived(reconcile) || gapWaived;
  if (hasImages(j)) return finalReport(j) !== undefined || j.evaluation !== undefined || isWaived(report);
  return notNeeded(j) || [vet, acquire, questions].some(isWaived) || gapWaived;
};

/**
 * What is owed now, and how each other duty of the pathway ended. Owes the desk a `reconcile:gap` where nothing else is
 * owed and the journey has not ended: an open journey never has nobody.
 * @param without rules left out; for the tests that show what each rule is worth
 */
export const duties = (j: Journey, without: readonly string[] = []): Duty[] => {
  if (j.mergedInto !== undefined) return [];
  const all = Object.entries(PATHWAY)
    .filter(([name]) => !without.includes(name) && (isExamination(j) || OF_UNMATCHED.has(name)))
    .flatMap(([, rule]) => rule(j))
    .map((duty) => waived(j, assigned(j, duty)));
  const known = without.includes('accept-handover')
    ? all
    : [...all, ...acceptHandover(j, all, hasEnded(j)).map((duty) => waived(j, assigned(j, duty)))];
  if (j.clinical === 0 || without.includes('gap') || all.some((d) => d.status === 'owed')) return known;
  const left = gap(j, newest(j));
  return left.status === 'waived' || !hasEnded(j) ? [...known, left] : known;
};
