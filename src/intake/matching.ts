import type { EntityManager } from 'typeorm';
import type { Instant, Subject } from '../../domain/vocabulary';
import { randomUUIDv7 } from '../ids';
import { appendRow } from './inbox';
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

interface Known {
  id: string;
  subject: Subject;
  patient: string | null;
}

const SOFTWARE = { person: 'imaging-failsafe', role: 'system' } as const;

/** The journey of that id, or the one it was merged into. */
export const survivorOf = async (m: EntityManager, id: string): Promise<Known | undefined> => {
  const [row] = await m.query<Known[]>(
    `with recursive chain as (
       select $1::uuid as id, 0 as depth
       union all select a.survivor, depth + 1 from alias a join chain c on a.loser = c.id where depth < 50)
     select j.id, j.subject, j.patient from chain c join journey j on j.id = c.id order by depth desc limit 1`,
    [id],
  );
  return row;
};

/**
 * Finds the journey that a message belongs to, or opens one. Equal identifiers of one patient are one examination, and two
 * journeys that turn out to be one are merged; whatever does not fit becomes an unmatched message with an owner.
 */
export const matchJourney = async (
  m: EntityManager,
  s: { journey?: string | undefined; identifiers?: Identifier[] | undefined; patient?: PatientDetails | undefined },
  at: Instant,
): Promise<Match> => {
  const identifiers = s.identifiers ?? [];
  await lockNames(m, identifiers.map((i) => `journey/${i.assigner}/${i.type}/${i.value}`));
  const patient = s.patient && (await resolvePatient(m, s.patient, at));
  const queries = patient?.queries ?? [];
  const named = s.journey === undefined ? undefined : await survivorOf(m, s.journey);
  if (s.journey !== undefined && !named) throw new UnknownJourney();
  const found = await withIdentifiers(m, identifiers);
  const all = named ? [named, ...found.filter((f) => f.id !== named.id)] : found;

  if (all.length === 0) {
    const subject: Subject = identifiers.length > 0 ? 'examination' : 'unmatched';
    const journey = await open(m, subject, patient, at);
    await name(m, journey, identifiers);
    return { journey, subject, created: true, queries: subject === 'unmatched' ? [...queries, 'no-identifier'] : queries };
  }
  if (!samePatient(all, patient, queries)) return unmatched(m, all.length > 1 ? 'identifiers-disagree' : 'patient-mismatch', queries, patient, at);
  const survivor = all.length === 1 ? all[0]! : await merge(m, all, at);
  await name(m, survivor.id, identifiers);
  if (patient && survivor.patient === null)
    await m.query('update journey set patient = $2 where id = $1 and patient is null', [survivor.id, patient.id]);
  return { journey: survivor.id, subject: survivor.subject, created: false, queries };
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
const samePatient = (journeys: readonly Known[], patient: ResolvedPatient | undefined, queries: readonly string[]): boolean => {
  if (queries.includes('patient-identifiers-disagree')) return false;
  const known = new Set(journeys.flatMap((j) => j.patient ?? []));
  if (journeys.length > 1) return known.size === 1 && journeys.every((j) => j.patient !== null) && (!patient || known.has(patient.id));
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

/**
 * Two journeys are one examination: the older id survives, the identifiers move to it, an alias stays. Each loser gets a
 * row; when its end is recorded, its facts go to the survivor's inbox in that same transaction.
 */
const merge = async (m: EntityManager, journeys: readonly Known[], at: Instant): Promise<Known> => {
  const [survivor, ...losers] = [...journeys].sort((a, b) => (a.id < b.id ? -1 : 1));
  for (const loser of losers) {
    await m.query('update identifier set journey = $2 where journey = $1', [loser.id, survivor!.id]);
    await m.query('insert into alias (loser, survivor) values ($1, $2)', [loser.id, survivor!.id]);
    await appendRow(m, loser.id, { type: 'merged', data: { into: survivor!.id }, by: SOFTWARE, receivedAt: at });
  }
  return survivor!;
};
