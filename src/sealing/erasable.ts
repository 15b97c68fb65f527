import type { EntityManager } from 'typeorm';
import type { ErasureReason } from '../../domain/inputs';
import type { Policy } from '../../domain/policy';
import type { Instant } from '../../domain/vocabulary';
import { Problem } from '../api/problems';
import type { PatientJourneys } from './patient-journeys';

/** What stands against an erasure. `since`: when the last journey closed, by its evidence; else when the patient was first named. */
interface Standing {
  held: boolean;
  open: boolean;
  since: Date;
}

/** A hold of whoever else these journeys are about protects them too. */
const STANDING = `
select
  exists (select 1 from legal_hold h where h.lifted_at is null
    and (h.patient = $1 or h.patient in (select patient from journey where id = any($2::uuid[])))) as held,
  exists (select 1 from journey j left join delivery d on d.journey = j.id
    where j.id = any($2::uuid[]) and (not j.closed or d.finished_n < d.last_n)) as open,
  coalesce((select max(at) from evidence where journey = any($2::uuid[]) and type = 'closed'), p.created_at) as since
from patient p where p.id = $1`;

/** When `years` have passed since an instant, by the calendar. */
export const yearsAfter = (since: Date, years: number): Instant => {
  const then = new Date(since);
  then.setUTCFullYear(then.getUTCFullYear() + years);
  return then.toISOString();
};

/** @throws Problem where nothing of this patient may be destroyed for that reason now */
export const requireErasable = async (
  m: EntityManager,
  patient: string,
  { all }: PatientJourneys,
  reason: ErasureReason,
  policy: Policy,
  now: Instant,
): Promise<void> => {
  const [{ held, open, since }] = await m.query<[Standing]>(STANDING, [patient, all]);
  if (held) throw new Problem('legal-hold-stands');
  if (open) throw new Problem('journey-not-closed');
  if (reason === 'court-order') return;
  if (!policy.retention || now < yearsAfter(since, policy.retention.years))
    throw new Problem('retention-runs');
};
