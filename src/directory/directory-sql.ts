/** Writes the people and leads of a file over those that stand. `$1` people, `$2` leads, both as JSON. */
export const WRITE_DIRECTORY = [
  `insert into directory_person (id, name, email, roles)
   select id, name, email, roles from jsonb_to_recordset($1::jsonb) as p(id text, name text, email text, roles text[])
   on conflict (id) do update set name = excluded.name, email = excluded.email, roles = excluded.roles`,
  `insert into directory_lead (role, person)
   select role, person from jsonb_to_recordset($1::jsonb) as l(role text, person text)
   on conflict (role) do update set person = excluded.person`,
  `delete from directory_lead where role <> all ($1::text[])`,
  `delete from directory_person where id <> all ($1::text[])`,
] as const;

/**
 * Open journeys that a change touches, with the people concerned in each: who is gone; the old lead of a pool, department,
 * site or desk; the old lead of any other role where they are only asked, since what a person is accountable for is theirs
 * and no lead's. `$1` everybody concerned, `$2` who is gone, `$3` the changes of leads as JSON.
 */
export const TOUCHED = `
with lead as (
  select * from jsonb_to_recordset($3::jsonb) as l(role text, was text, collective boolean)
), part as (
  select journey, accountable_person as person, accountable_role as role, true as answers
  from obligation where ended_at is null and accountable_person = any($1)
  union all
  select journey, asked_person, asked_role, false from obligation where ended_at is null and asked_person = any($1)
), concerned as (
  select p.journey, p.person from part p left join lead l on l.role = p.role and l.was = p.person
  group by p.journey, p.person
  having bool_or(p.person = any($2)) or bool_or(coalesce(l.collective, false))
    or (bool_or(l.role is not null) and not bool_or(p.answers))
)
select c.journey, array_agg(c.person order by c.person) as people
from concerned c join journey j on j.id = c.journey where not j.closed
group by c.journey order by c.journey`;

/**
 * The live asks of people whose address changed go out again, to the new one: the first may lie in a mailbox that nobody
 * reads. The outbox counts it as a further try, so it is marked as a possible duplicate. `$1` their ids.
 */
export const ASK_AGAIN = `
with again as (
  update ask a set status = 'waiting', next_try_at = now()
  from obligation o
  where a.recipient = any($1) and a.purpose = 'ask' and a.status in ('sent', 'waiting')
    and o.journey = a.journey and o.key = a.key and o.opening = a.opening and o.asks = a.ask and o.ended_at is null
  returning 1
), woken as (select pg_notify('failsafe_ask', '') where exists (select 1 from again))
select (select count(*)::int from again) as asks, (select count(*) from woken) as woken`;
