/** Whoever takes SQL: a pool, a client, or TypeORM's data source. */
interface Database {
  query(sql: string, params: unknown[]): Promise<unknown>;
}

/** Duties that a record would have taken a day to bring about. */
export interface OpenDuties {
  /** Keeps the ids of one lot apart from those of another. */
  name: string;
  /** Who answers for them and is asked about them, in turn. */
  people: readonly string[];
  count: number;
}

/** Asked about every tenth duty in place of somebody of the team, as when a ladder has gone up. */
const OUTSIDE = 'desk-1';

/**
 * Journeys, each with one open duty to acknowledge a routine report, put straight into the read model: no evidence, no
 * workflow, no asks. Half of them ask whoever answers for them, most others a colleague of the same team, and every tenth
 * somebody outside of it. Limits are a minute apart from tomorrow on, so that nothing is due while it is looked at; they were
 * opened half a minute apart until yesterday.
 */
const PUT = `
with lot as (
  select n, md5($1 || n)::uuid as journey, $2::text[] as people, now() + interval '1 day' + n * interval '1 minute' as limit_at,
    now() - interval '1 day' - n * interval '30 seconds' as opened_at
  from generate_series(1, $3::int) n
), journeys as (
  insert into journey (id, subject, received_at, policy, seq, head, clinical, stage, open_obligations, next_due_at,
    last_event_at, category, priority, setting, modality, specialty, site, nation)
  select journey, 'examination', opened_at, s.policy, 1, '', 1, 'acknowledging', 1, limit_at,
    opened_at, 'routine', 'routine', 'outpatient', 'CT', 'respiratory', 'site-' || n % 4, 'england'
  from lot, standing s
)
insert into obligation (journey, key, opening, kind, category, risk, accountable_role, accountable_person, asked_role,
  asked_person, clock_from, opened_at, limit_at, due_at, rung, asks)
select journey, 'acknowledge:r1', 1, 'acknowledge', 'routine', 4, 'consultant', people[1 + n % size],
  case when n % 10 = 0 then 'desk' else 'consultant' end,
  case when n % 10 = 0 then $4 when n % 2 = 0 then people[1 + (n / size) % size] else people[1 + n % size] end,
  opened_at, opened_at, limit_at, limit_at, 0, 1
from lot, cardinality(people) size`;

/** Puts them in, and has Postgres look at what is in the tables now, as it does by itself after a while. */
export const putOpenDuties = async (db: Database, { name, people, count }: OpenDuties): Promise<void> => {
  await db.query(PUT, [name, people, count, OUTSIDE]);
  await db.query('vacuum analyze journey, obligation', []);
};
