import type { EntityManager } from 'typeorm';
import type { Instant, Subject } from '../../domain/vocabulary';
import { prepared } from '../database/prepared';
import { appendRow, lockInboxes } from './inbox';

/** A journey as intake knows it. */
export interface Known {
  id: string;
  subject: Subject;
  patient: string | null;
}

const SOFTWARE = { person: 'imaging-failsafe', role: 'system' } as const;

const SURVIVOR = prepared(`
with recursive chain as (
  select $1::uuid as id, 0 as depth
  union all select a.survivor, depth + 1 from alias a join chain c on a.loser = c.id where depth < 50)
select j.id, j.subject, j.patient from chain c join journey j on j.id = c.id order by depth desc limit 1`);

/** The journey of that id, or the one it was merged into. */
export const survivorOf = async (m: EntityManager, id: string): Promise<Known | undefined> => {
  const [row] = await m.query<Known[]>(SURVIVOR, [id]);
  return row;
};

/** Merges are rare, and two at once could end in each other: one at a time. */
export const lockMerging = (m: EntityManager): Promise<unknown> =>
  m.query("select pg_advisory_xact_lock(hashtextextended('merging', 0))");

/**
 * Journeys turn out to be one examination: the oldest id survives, the identifiers move to it, an alias stays. Each loser
 * gets a row; when its end is recorded, its facts go to the survivor's inbox in that same transaction.
 */
export const merge = async (m: EntityManager, journeys: readonly Known[], at: Instant): Promise<Known> => {
  const [survivor, ...losers] = [...journeys].sort((a, b) => (a.id < b.id ? -1 : 1));
  await lockInboxes(
    m,
    journeys.map((j) => j.id),
  );
  for (const loser of losers) {
    await m.query('update identifier set journey = $2 where journey = $1', [loser.id, survivor!.id]);
    await m.query('insert into alias (loser, survivor) values ($1, $2)', [loser.id, survivor!.id]);
    await appendRow(m, loser.id, {
      type: 'merged',
      data: { into: survivor!.id },
      by: SOFTWARE,
      receivedAt: at,
    });
  }
  return survivor!;
};
