import type { DataSource } from 'typeorm';

/** Years of asks, put straight into the database: none is to be sent, or waits for a proof. */
export interface ManyAsks {
  /** Asked half an hour after half an hour, about duties of others that are long past. */
  person: string;
  past: number;
  /** Somebody was to be rung about that many duties, and a newer ask has taken the place of each. */
  rung: number;
  /** Somebody is to be rung now about that many. */
  toRing: number;
}

/** Needs open duties, at least as many as the largest of these numbers. `$1` to `$4` as above. */
const PUT = `
with duty as (
  select row_number() over (order by journey) as n, o.* from obligation o where ended_at is null
), lot (n, journey, key, opening, kind, category, ask, recipient, role, channel, at) as (
  select n, journey, key, opening, kind, category, -1, $1, 'consultant', 'mail', now() - n * interval '30 minutes'
  from duty where n <= $2::int
  union all
  select n, journey, key, opening, kind, category, 0, accountable_person, accountable_role, 'phone', opened_at
  from duty where n <= $3::int
  union all
  select n, journey, key, opening, kind, category, asks, asked_person, asked_role,
    case when n <= $4::int then 'phone' else 'mail' end, opened_at
  from duty
)
insert into ask (id, journey, key, opening, ask, kind, category, recipient, role, channel, created_at, status, attempts,
  sent_at, to_ring)
select gen_random_uuid(), journey, key, opening, ask, kind, category, recipient, role, channel, at, 'sent', 1, at,
  channel = 'phone' and ask > 0
from lot`;

export const putManyAsks = async (
  db: DataSource,
  { person, past, rung, toRing }: ManyAsks,
): Promise<void> => {
  await db.query(PUT, [person, past, rung, toRing]);
  await db.query('vacuum analyze ask');
};
