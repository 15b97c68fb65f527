/**
 * What stands in Postgres now, as the gauges show it: each is read off an index, and instants are compared with this server's clock
 * (a gauge is a warning, never evidence).
 */

/** Open duties by kind and category: how many have passed their limit by how long, and the longest. */
export const DUTIES = `
select kind, coalesce(category, 'routine') as category,
  count(*) filter (where limit_at >= now())::int as "inTime",
  count(*) filter (where limit_at < now() and limit_at >= now() - interval '1 hour')::int as "anHour",
  count(*) filter (where limit_at < now() - interval '1 hour' and limit_at >= now() - interval '1 day')::int as "aDay",
  count(*) filter (where limit_at < now() - interval '1 day')::int as longer,
  greatest(0, extract(epoch from now() - min(limit_at)))::float8 as oldest
from obligation where ended_at is null group by 1, 2`;

/** What waits where, and for how long. */
export const WAITING = `
select
  (select greatest(0, extract(epoch from now() - min(next_due_at))) from journey where not closed)::float8 as unasked,
  (select coalesce(sum(last_n - finished_n), 0) from delivery where finished_n < last_n)::int as rows,
  (select greatest(0, extract(epoch from now() - min(i.received_at)))
   from delivery d join inbox i on i.journey = d.journey and i.n = d.finished_n + 1
   where d.finished_n < d.last_n)::float8 as "oldestRow",
  (select count(*) from stuck)::int as stuck,
  (select greatest(0, extract(epoch from now() - min(first_at))) from stuck)::float8 as "oldestStuck"`;

/** Asks that are due and not out, by contact point and whether it is an alert; what is held for the morning is not due. */
export const ASKS = `
select split_part(channel, '#', 1) as channel, coalesce(category, 'routine') <> 'routine' as alert, count(*)::int as count,
  greatest(0, extract(epoch from now() - min(created_at)))::float8 as oldest
from ask where status in ('waiting', 'sending') and next_try_at <= now() group by 1, 2`;
