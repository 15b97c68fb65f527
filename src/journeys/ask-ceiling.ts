import { addOnClock } from '../../domain/calendar';
import type { Rulebook } from '../../domain/schedule';

/**
 * Who was asked as often as policy allows. Counting everybody's asks with each record would cost more the busier a day is;
 * so the record that brings somebody to the ceiling writes down until when they are there, which takes one look at an index
 * for each ask that goes out, and every record reads the handful of people who are there now along with its lock.
 *
 * Two records at the same moment do not see each other's asks, and one ask goes through when a time is over before it is
 * looked at again: somebody may be asked a little more often than policy says, never less.
 */

/** How often in how long, as today's policy says it: this is about a person's day, not about one journey. */
export interface CeilingNow {
  perPerson: number;
  seconds: number;
}

/** @param at when the asks of this record go out */
export const ceilingNow = ({ today, calendar }: Rulebook, at: string): CeilingNow => {
  const { perPerson, per } = today.policy.askCeiling;
  return {
    perPerson,
    seconds: (Date.parse(addOnClock(at, per, 'elapsed', calendar)) - Date.parse(at)) / 1000,
  };
};

/** The people who are at their ceiling, as a column of a query that has the moment as its second parameter. */
export const AT_CEILING = `(select coalesce(jsonb_agg(person), '[]') from ask_ceiling where until > $2::timestamptz) as "atCeiling"`;

/**
 * The oldest of somebody's newest so many asks, those of this record (`more` of them) among them, where all are within the time
 * before `at`: so it looks at a day of their asks, and not at years. One that went to three devices is one. The desk is asked
 * for ever and is never counted.
 */
const OLDEST_OF_NEWEST = `
  select a.created_at from (
    select c.at as created_at from generate_series(1, c.more)
    union all
    (select created_at from (
       select distinct created_at, journey, key, opening, ask from ask
       where recipient = c.person and purpose = 'ask' and created_at > c.at - c.span
       order by created_at desc, journey, key, opening, ask
       limit (r->'ceiling'->>'perPerson')::int) before)
  ) a order by created_at desc offset (r->'ceiling'->>'perPerson')::int - 1 limit 1`;

/** Writes down who comes to their ceiling with the asks of a record (`record.r`), once in its time. In order, against deadlocks. */
export const NOTE_CEILING = `
  insert into ask_ceiling (person, until)
  select c.person, oldest.created_at + c.span
  from record,
    lateral (select a.recipient as person, count(*)::int as more, max(a.created_at) as at,
               make_interval(secs => (r->'ceiling'->>'seconds')::double precision) as span
             from jsonb_to_recordset(r->'asks') as a(recipient text, role text, created_at timestamptz)
             where a.role <> 'desk' group by a.recipient order by a.recipient) c,
    lateral (${OLDEST_OF_NEWEST}) oldest
  where not exists (select 1 from ask_ceiling k where k.person = c.person and k.until > c.at)
  on conflict (person) do update set until = excluded.until`;
