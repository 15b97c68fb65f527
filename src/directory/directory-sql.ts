/** Writes a directory over the one that stands, in this order. People and leads come as JSON. */
export const WRITE_DIRECTORY = {
  name: `update standing set directory_name = $1`,
  // Whoever leaves at another time, or to somebody else, hands over again.
  people: `insert into directory_person (id, name, email, roles, organisation, supervisor, cover, contacts, absences, left_at,
     successor)
   select id, name, email, roles, organisation, supervisor, cover, contacts, absences, left_at, successor
   from jsonb_to_recordset($1::jsonb) as p(id text, name text, email text, roles text[], organisation text,
     supervisor text, cover text, contacts jsonb, absences jsonb, left_at timestamptz, successor text)
   on conflict (id) do update set name = excluded.name, email = excluded.email, roles = excluded.roles,
     organisation = excluded.organisation, supervisor = excluded.supervisor, cover = excluded.cover,
     contacts = excluded.contacts, absences = excluded.absences, left_at = excluded.left_at,
     successor = excluded.successor,
     handed_over = directory_person.handed_over and directory_person.left_at is not distinct from excluded.left_at
       and directory_person.successor is not distinct from excluded.successor`,
  leads: `insert into directory_lead (role, person)
   select role, person from jsonb_to_recordset($1::jsonb) as l(role text, person text)
   on conflict (role) do update set person = excluded.person`,
  dropLeads: `delete from directory_lead where role <> all ($1::text[])`,
  dropPeople: `delete from directory_person where id <> all ($1::text[])`,
  dropParts: `delete from directory_part`,
  parts: `insert into directory_part (part, id, body)
   select part, id, body from jsonb_to_recordset($1::jsonb) as p(part text, id text, body jsonb)`,
} as const;

/** People whose last moment has come and whose journeys have not been told; they count as told. `$1` now. */
export const HAND_OVER = `
with leavers as (
  update directory_person set handed_over = true where left_at <= $1 and not handed_over returning id
) select id from leavers order by id`;

/**
 * Open journeys that a change touches, with the people concerned in each: who is gone; the old lead of a pool, department,
 * site or desk; the old lead of any other role where they are only asked, since what a person is accountable for is theirs
 * and no lead's; and who is away from now on where they were asked. `$1` everybody concerned, `$2` who is gone, `$3` the
 * changes of leads as JSON, `$4` who is away.
 */
export const TOUCHED = `
with lead as (
  select * from jsonb_to_recordset($3::jsonb) as l(role text, was text, collective boolean)
), part as (
  select journey, accountable_person as person, accountable_role as role, true as answers, false as asked
  from obligation where ended_at is null and accountable_person = any($1)
  union all
  select journey, asked_person, asked_role, false, asks > 0 from obligation
  where ended_at is null and asked_person = any($1)
), concerned as (
  select p.journey, p.person from part p left join lead l on l.role = p.role and l.was = p.person
  group by p.journey, p.person
  having bool_or(p.person = any($2)) or bool_or(coalesce(l.collective, false))
    or (bool_or(l.role is not null) and not bool_or(p.answers))
    or bool_or(p.person = any($4) and p.asked)
)
select c.journey, array_agg(c.person order by c.person) as people
from concerned c join journey j on j.id = c.journey where not j.closed
group by c.journey order by c.journey`;

/** Open journeys that remember that some people left. `$1` their ids. */
export const REMEMBERED = `
select j.id as journey, array(select p from unnest($1::text[]) p where j.state->'left' ? p order by p) as people
from journey j where not j.closed and j.state->'left' ?| $1::text[] order by j.id`;

/**
 * The live asks of people whose address changed go out again, to the new one: the first may lie in a mailbox that nobody
 * reads. The outbox counts it as a further try, so it is marked as a possible duplicate. `$1` their ids.
 */
export const ASK_AGAIN = `
with again as (
  update ask a set status = 'waiting', next_try_at = now()
  from obligation o
  where a.recipient = any($1) and a.purpose = 'ask' and a.channel = 'mail' and a.status in ('sent', 'waiting')
    and o.journey = a.journey and o.key = a.key and o.opening = a.opening and o.asks = a.ask and o.ended_at is null
  returning 1
), woken as (select pg_notify('failsafe_ask', '') where exists (select 1 from again))
select (select count(*)::int from again) as asks, (select count(*) from woken) as woken`;
