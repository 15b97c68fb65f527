import type { EntityManager } from 'typeorm';
import type { ErasureReason } from '../../domain/inputs';
import type { Instant } from '../../domain/vocabulary';

/** Waits for whoever seals under these keys, and lets nobody seal under them before the transaction ends. */
export const lockKeys = (m: EntityManager, patient: string, journeys: readonly string[]): Promise<unknown> =>
  m.query('select 1 from sealing_key where owner = any($1::uuid[]) order by owner for update', [
    [patient, ...journeys],
  ]);

/** The key itself; who destroyed it stays. */
const KEYS = `
update sealing_key set wrapped = null, master = null, destroyed_at = $2, destroyed_by = $3, reason = $4
where owner = any($1::uuid[]) and wrapped is not null`;

/** Unreadable without the key; gone all the same, with everything that could tell a guess from a text. */
const TEXTS = `
update sealed set cipher = null, fingerprint = null, terms = '{}'
where owner = any($1::uuid[]) or journey = any($2::uuid[])`;

/** A key of a repeated request keeps a digest of its whole body, without a salt. */
const DIGESTS = `delete from idempotency where command in (select id from inbox where journey = any($1::uuid[]))`;

/** Destroys what can be read of a patient. Events, references and commitments stay, and prove nothing about any guess. */
export const destroy = async (
  m: EntityManager,
  patient: string,
  journeys: readonly string[],
  { at, by, reason }: { at: Instant; by: string; reason: ErasureReason },
): Promise<void> => {
  const owners = [patient, ...journeys];
  await m.query(TEXTS, [owners, journeys]);
  await m.query(KEYS, [owners, at, by, reason]);
  await m.query('delete from patient_identifier where patient = $1', [patient]);
  await m.query(DIGESTS, [journeys]);
};
