import type { EntityManager } from 'typeorm';
import { Problem } from '../api/problems';
import { MOST } from './remedy-schema';
import type { RemedyBody } from './remedy-schema';

/** A journey that a remedy is for, and whether a critical duty is open in it. */
export interface Picked {
  journey: string;
  critical: boolean;
}

const CRITICAL = `exists (select 1 from obligation o where o.journey = j.id and o.ended_at is null and o.category = 'critical')`;

/** @throws Problem `unknown-journey` where one is named that is not there; `nothing-picked` where no finding is open */
export const picked = async (m: EntityManager, { journeys, finding }: RemedyBody): Promise<Picked[]> => {
  const ids = journeys ? [...new Set(journeys)] : await found(m, finding!);
  const rows = await m.query<Picked[]>(
    `select j.id as journey, ${CRITICAL} as critical from journey j where j.id = any($1::uuid[]) order by j.id`,
    [ids],
  );
  if (journeys && rows.length < ids.length) throw new Problem('unknown-journey');
  if (rows.length === 0) throw new Problem('nothing-picked');
  return rows;
};

/** The journeys that have waited longest with an open finding of that code. */
const found = async (m: EntityManager, code: string): Promise<string[]> => {
  const rows = await m.query<{ journey: string }[]>(
    `select journey from finding where code = $1 and cleared_at is null and journey is not null
     group by journey order by min(first_at), journey limit ${MOST}`,
    [code],
  );
  return rows.map(({ journey }) => journey);
};
