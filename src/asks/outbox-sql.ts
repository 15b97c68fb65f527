import { prepared } from '../database/prepared';

/** The outbox's statements. Leases and waits are mechanical, so they use this server's clock and nothing else does. */

/** Alerts first: a backlog of routine asks never delays a critical one. */
const URGENCY = `case a.category when 'critical' then 0 when 'urgent' then 1 when 'cancer' then 2
  when 'significant-unexpected' then 3 else 4 end`;

/** Asks of the same opening to the same person. */
const SAME = `s.journey = a.journey and s.key = a.key and s.opening = a.opening and s.recipient = a.recipient
  and s.purpose = 'ask'`;

/**
 * Locks what is due: new, to be tried again, or left in the middle by a dispatcher that died. A stand-down waits until the
 * ask it takes back is settled, so that it never arrives first. `$1` how many, `$2` alerts only.
 */
export const LOCK_DUE = prepared(`
select a.id from ask a
where a.status in ('waiting', 'sending')
  and ((a.status = 'waiting' and a.next_try_at <= now()) or (a.status = 'sending' and a.lease_until <= now()))
  and (not $2::boolean or a.category <> 'routine')
  and (a.purpose = 'ask' or not exists (select 1 from ask s where ${SAME} and s.status in ('waiting', 'sending')))
order by ${URGENCY}, a.next_try_at
limit $1 for update of a skip locked`);

/**
 * Judges each locked ask by what is committed now, in a statement of its own so that it sees what was recorded while the
 * lock was awaited: an ask goes out while it is the live one of an open duty; a stand-down if the ask may have reached
 * somebody. Anything else is cancelled. `$1` their ids, `$2` the lease in seconds.
 */
export const TAKE = prepared(`
with judged as (
  select a.id, case when a.purpose = 'ask'
      then exists (select 1 from obligation o where o.journey = a.journey and o.key = a.key and o.opening = a.opening
                     and o.ended_at is null and o.asks = a.ask)
      else exists (select 1 from ask s where ${SAME} and s.attempts > 0) end as goes
  from ask a where a.id = any($1::uuid[])
), taken as (
  update ask a set status = case when goes then 'sending' else 'cancelled' end,
    attempts = a.attempts + goes::int,
    lease_until = case when goes then now() + $2::int * interval '1 second' end
  from judged where judged.id = a.id
  returning a.*
)
select t.id, t.journey, t.key, t.opening, t.ask, t.purpose, t.kind, t.category, t.recipient, t.role, t.channel,
  t.created_at as "createdAt", t.status, t.attempts, p.id is not null as known, p.email as address,
  o.limit_at as "limitAt", o.due_at as "dueAt", o.accountable_person as accountable, o.rung
from taken t
left join directory_person p on p.id = t.recipient
left join obligation o on o.journey = t.journey and o.key = t.key and o.opening = t.opening`);

/** What was accepted was sent, even where the lease was over or the duty ended meanwhile. */
export const MARK_SENT = prepared(`
update ask set status = 'sent', provider_id = $2, sent_at = $3, failure = null, lease_until = null
where id = $1 and status in ('waiting', 'sending', 'cancelled')`);

/** `$2` is the attempt that speaks: one whose lease was taken over has nothing to say any more. */
export const MARK_WAITING = `
update ask set status = 'waiting', failure = $3, lease_until = null, next_try_at = now() + $4::int * interval '1 second'
where id = $1 and status = 'sending' and attempts = $2`;

/** Returns whether the ask was still the live one of an open duty. */
export const MARK_FAILED = `
with failed as (
  update ask set status = 'failed', failure = $3, lease_until = null
  where id = $1 and status = 'sending' and attempts = $2 returning *
)
select exists (select 1 from obligation o where o.journey = f.journey and o.key = f.key and o.opening = f.opening
                 and o.ended_at is null and o.asks = f.ask) as live
from failed f`;
