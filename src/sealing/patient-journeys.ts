import type { EntityManager } from 'typeorm';

/** A patient's journeys, with those that were merged into them or that they were merged into. */
export interface PatientJourneys {
  /** Whose texts are the patient's: their own, and what was merged into them. */
  texts: string[];
  /** Those, and the journeys that carry on what theirs held. */
  all: string[];
  /** The ones among all that were merged into no other: each has its own workflow and evidence. */
  standing: string[];
}

const JOURNEYS = `
with recursive own as (
  select id from journey where patient = $1
), behind as (
  select id from own union select a.loser from alias a join behind b on a.survivor = b.id
), ahead as (
  select id from own union select a.survivor from alias a join ahead h on a.loser = h.id
), every as (select id from behind union select id from ahead)
select id, id in (select id from behind) as texts,
  merged_into is null and not exists (select 1 from alias where loser = id) as standing
from every join journey using (id) order by id`;

export const patientJourneys = async (m: EntityManager, patient: string): Promise<PatientJourneys> => {
  const rows = await m.query<{ id: string; texts: boolean; standing: boolean }[]>(JOURNEYS, [patient]);
  const ids = (some: typeof rows): string[] => some.map(({ id }) => id);
  return {
    texts: ids(rows.filter((row) => row.texts)),
    all: ids(rows),
    standing: ids(rows.filter((row) => row.standing)),
  };
};
