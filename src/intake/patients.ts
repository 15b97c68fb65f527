import type { EntityManager } from 'typeorm';
import type { Instant } from '../../domain/vocabulary';
import { randomUUIDv7 } from '../ids';
import type { Sealing } from '../sealing/sealing';
import { bareNhsNumber, isNhsNumber } from './nhs-number';

/** What a message says of a patient. None of it leaves Postgres. */
export interface PatientDetails {
  nhsNumber?: string | undefined;
  hospitalNumber?: string | undefined;
  /** Who gave out the hospital number. */
  assigner?: string | undefined;
  name?: string | undefined;
  birthDate?: string | undefined;
  [other: string]: unknown;
}

/** Whom a message is about. */
export interface ResolvedPatient {
  id: string;
  /** Whether an identifier proves it: only then do two messages speak of the same person. */
  proven: boolean;
  queries: string[];
}

const identifiersOf = (p: PatientDetails): { assigner: string; value: string }[] => [
  ...(p.nhsNumber !== undefined && isNhsNumber(p.nhsNumber)
    ? [{ assigner: 'nhs', value: bareNhsNumber(p.nhsNumber) }]
    : []),
  ...(p.hospitalNumber === undefined
    ? []
    : [{ assigner: `local:${p.assigner ?? ''}`, value: p.hospitalNumber }]),
];

/** Locks by name, in one order, so that two messages about one thing wait for each other instead of racing. */
export const lockNames = async (m: EntityManager, names: readonly string[]): Promise<void> => {
  if (names.length === 0) return;
  await m.query(
    'select pg_advisory_xact_lock(hashtextextended(name, 0)) from unnest($1::text[]) as name order by name',
    [[...new Set(names)].sort()],
  );
};

/** The patient whom these details name, if anything of theirs is known; the NHS number first. Keeps nothing. */
export const knownPatient = async (
  m: EntityManager,
  details: PatientDetails,
): Promise<string | undefined> => {
  const found = await m.query<{ patient: string }[]>(
    `select p.patient from patient_identifier p
     join jsonb_to_recordset($1::jsonb) as i(assigner text, value text) using (assigner, value)
     order by p.assigner = 'nhs' desc limit 1`,
    [JSON.stringify(identifiersOf(details))],
  );
  return found[0]?.patient;
};

/**
 * The one patient whom every one of these numbers names, with intake of anything of theirs waiting until the transaction
 * ends: for what must not hit anybody else. @returns nothing where a number is unknown, malformed or another patient's
 */
export const onePatient = async (m: EntityManager, details: PatientDetails): Promise<string | undefined> => {
  const id = await namedByAll(m, details);
  if (id === undefined) return undefined;
  const all = await m.query<{ name: string }[]>(
    `select 'patient/' || assigner || '/' || value as name from patient_identifier where patient = $1`,
    [id],
  );
  await lockNames(
    m,
    all.map(({ name }) => name),
  );
  return (await namedByAll(m, details)) === id ? id : undefined;
};

const namedByAll = async (m: EntityManager, details: PatientDetails): Promise<string | undefined> => {
  const given = [details.nhsNumber, details.hospitalNumber].filter((number) => number !== undefined);
  const found = await m.query<{ patient: string }[]>(
    `select p.patient from patient_identifier p
     join jsonb_to_recordset($1::jsonb) as i(assigner text, value text) using (assigner, value)`,
    [JSON.stringify(identifiersOf(details))],
  );
  const [patient, ...others] = new Set(found.map((f) => f.patient));
  return found.length === given.length && others.length === 0 ? patient : undefined;
};

/** Finds or keeps the patient that a message speaks of. A defect in their numbers is kept as a query, never refused. */
export const resolvePatient = async (
  m: EntityManager,
  sealing: Sealing,
  details: PatientDetails,
  at: Instant,
): Promise<ResolvedPatient> => {
  const identifiers = identifiersOf(details);
  await lockNames(
    m,
    identifiers.map((i) => `patient/${i.assigner}/${i.value}`),
  );
  const found = await m.query<{ patient: string; assigner: string }[]>(
    `select distinct on (p.patient) p.patient, p.assigner from patient_identifier p
     join jsonb_to_recordset($1::jsonb) as i(assigner text, value text) using (assigner, value)`,
    [JSON.stringify(identifiers)],
  );
  const queries = [
    ...(details.nhsNumber !== undefined && !isNhsNumber(details.nhsNumber) ? ['nhs-number-invalid'] : []),
    ...(found.length > 1 ? ['patient-identifiers-disagree'] : []),
  ];
  // Where the numbers name two people, the NHS number stands and a person looks at it.
  const known = found.find((f) => f.assigner === 'nhs') ?? found[0];
  const id = known?.patient ?? randomUUIDv7();
  if (!known) await sealing.patient(m, id, details, at);
  if (found.length <= 1)
    await m.query(
      `insert into patient_identifier (assigner, value, patient)
       select assigner, value, $2 from jsonb_to_recordset($1::jsonb) as i(assigner text, value text) on conflict do nothing`,
      [JSON.stringify(identifiers), id],
    );
  return { id, proven: identifiers.length > 0, queries };
};
