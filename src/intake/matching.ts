import type { EntityManager } from 'typeorm';
import { FEED_FOLDS } from '../../domain/feeds';
import type { InputType } from '../../domain/inputs';
import type { Instant, Subject } from '../../domain/vocabulary';
import { randomUUIDv7 } from '../ids';
import type { Sealing } from '../sealing/sealing';
import type { Known } from './merges';
import { lockMerging, merge, survivorOf } from './merges';
import type { PatientDetails, ResolvedPatient } from './patients';
import { lockNames, resolvePatient } from './patients';

/** An order number, an accession number, a study instance UID; unique under who gave it out. */
export interface Identifier {
  assigner: string;
  type: string;
  value: string;
}

/** Nobody has this journey's id. */
export class UnknownJourney extends Error {}

export interface Match {
  journey: string;
  subject: Subject;
  created: boolean;
  queries: string[];
}

/**
 * Finds the journey that a message belongs to, or opens one. Equal identifiers of one patient are one examination, and two
 * journeys that turn out to be one are merged; whatever does not fit becomes an unmatched message with an owner.
 */
export const matchJourney = async (
  m: EntityManager,
  sealing: Sealing,
  s: {
    type?: InputType | undefined;
    journey?: string | undefined;
    identifiers?: Identifier[] | undefined;
    patient?: PatientDetails | undefined;
    canary?: true;
  },
  at: Instant,
): Promise<Match> => {
  const identifiers = s.identifiers ?? [];
  await lockNames(
    m,
    identifiers.map((i) => `journey/${i.assigner}/${i.type}/${i.value}`),
  );
  const patient = s.patient && (await resolvePatient(m, sealing, s.patient, at));
  const queries = patient?.queries ?? [];
  let all = await journeysOf(m, s.journey, identifiers);
  if (all.length > 1) {
    await lockMerging(m);
    all = await journeysOf(m, s.journey, identifiers);
  }

  if (all.length === 0) {
    const subject = s.canary ? 'canary' : subjectOf(s.type, identifiers);
    const journey = await open(m, subject, patient, at);
    await name(m, journey, identifiers);
    return {
      journey,
      subject,
      created: true,
      queries: subject === 'unmatched' ? [...queries, 'no-identifier'] : queries,
    };
  }
  if (!isOfCanary(all, identifiers, patient)) return unmatched(m, 'names-a-canary', queries, patient, at);
  if (!samePatient(all, patient, queries))
    return unmatched(m, all.length > 1 ? 'identifiers-disagree' : 'patient-mismatch', queries, patient, at);
  const survivor = all.length === 1 ? all[0]! : await merge(m, all, at);
  await name(m, survivor.id, identifiers);
  if (patient && survivor.patient === null)
    await m.query('update journey set patient = $2 where id = $1 and patient is null', [
      survivor.id,
      patient.id,
    ]);
  return { journey: survivor.id, subject: survivor.subject, created: false, queries };
};

const subjectOf = (type: InputType | undefined, identifiers: readonly Identifier[]): Subject => {
  if (type !== undefined && type in FEED_FOLDS) return 'feed';
  if (type === 'concern' || type === 'review-due') return 'service';
  return identifiers.length > 0 ? 'examination' : 'unmatched';
};

/** Whose numbers the software gives out itself. */
export const OURS = 'imaging-failsafe';

/**
 * A canary takes nothing that could be a patient's: what names one along with a patient, with another journey or with a number that
 * somebody else gave out belongs to nobody yet, and the desk owns it. Otherwise that order's next message would end in the canary.
 */
const isOfCanary = (
  journeys: readonly Known[],
  identifiers: readonly Identifier[],
  patient: ResolvedPatient | undefined,
): boolean =>
  journeys.every((j) => j.subject !== 'canary') ||
  (journeys.length === 1 && patient === undefined && identifiers.every((i) => i.assigner === OURS));

/** The journey that is addressed, and those that the identifiers name: one, unless they are to be merged. */
const journeysOf = async (
  m: EntityManager,
  addressed: string | undefined,
  identifiers: readonly Identifier[],
): Promise<Known[]> => {
  const named = addressed === undefined ? undefined : await survivorOf(m, addressed);
  if (addressed !== undefined && !named) throw new UnknownJourney();
  const found = await withIdentifiers(m, identifiers);
  return named ? [named, ...found.filter((f) => f.id !== named.id)] : found;
};

const withIdentifiers = (m: EntityManager, identifiers: readonly Identifier[]): Promise<Known[]> =>
  identifiers.length === 0
    ? Promise.resolve([])
    : m.query<Known[]>(
        `select distinct j.id, j.subject, j.patient from identifier
         join jsonb_to_recordset($1::jsonb) as i(assigner text, type text, value text) using (assigner, type, value)
         join journey j on j.id = identifier.journey order by j.id`,
        [JSON.stringify(identifiers)],
      );

/**
 * May these be one? One journey and a message that names no other patient: yes. Several journeys: only where every one is
 * of the same, proven patient.
 */
const samePatient = (
  journeys: readonly Known[],
  patient: ResolvedPatient | undefined,
  queries: readonly string[],
): boolean => {
  if (queries.includes('patient-identifiers-disagree')) return false;
  const known = new Set(journeys.flatMap((j) => j.patient ?? []));
  if (journeys.length > 1)
    return (
      known.size === 1 && journeys.every((j) => j.patient !== null) && (!patient || known.has(patient.id))
    );
  return !patient?.proven || known.size === 0 || known.has(patient.id);
};

const unmatched = async (
  m: EntityManager,
  why: string,
  queries: readonly string[],
  patient: ResolvedPatient | undefined,
  at: Instant,
): Promise<Match> => ({
  journey: await open(m, 'unmatched', patient, at),
  subject: 'unmatched',
  created: true,
  queries: [...queries, why],
});

/** Opens a journey, pinned to the policy that stands. */
const open = async (
  m: EntityManager,
  subject: Subject,
  patient: ResolvedPatient | undefined,
  at: Instant,
): Promise<string> => {
  const id = randomUUIDv7();
  await m.query(
    'insert into journey (id, subject, received_at, policy, patient) select $1, $2, $3, policy, $4 from standing',
    [id, subject, at, patient?.id ?? null],
  );
  return id;
};

const name = async (m: EntityManager, journey: string, identifiers: readonly Identifier[]): Promise<void> => {
  if (identifiers.length === 0) return;
  await m.query(
    `insert into identifier (assigner, type, value, journey)
     select assigner, type, value, $2 from jsonb_to_recordset($1::jsonb) as i(assigner text, type text, value text)
     on conflict do nothing`,
    [JSON.stringify(identifiers), journey],
  );
};
