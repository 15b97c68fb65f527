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

/** Whatever else is held for the mail of the day to the same person: it goes with it. `$1` asks that are taken. */
export const LOCK_HELD = prepared(`
select a.id from ask a
where a.held and a.status = 'waiting' and a.next_try_at <= now() + interval '1 minute' and not a.id = any($1::uuid[])
  and (a.recipient, a.channel) in (select s.recipient, s.channel from ask s where s.id = any($1::uuid[]) and s.held)
order by a.created_at limit 200 for update of a skip locked`);

/**
 * Judges each locked ask by what is committed now, in a statement of its own so that it sees what was recorded while the
 * lock was awaited: an ask goes out while it is the live one of an open duty; a stand-down if the ask may have reached
 * somebody there. Anything else is cancelled. `$1` their ids, `$2` the lease in seconds.
 */
export const TAKE = prepared(`
with judged as (
  select a.id, case when a.purpose = 'ask'
      then exists (select 1 from obligation o where o.journey = a.journey and o.key = a.key and o.opening = a.opening
                     and o.ended_at is null and o.asks = a.ask)
      else exists (select 1 from ask s where ${SAME} and s.channel = a.channel and s.attempts > 0) end as goes
  from ask a where a.id = any($1::uuid[])
), taken as (
  update ask a set status = case when goes then 'sending' else 'cancelled' end,
    attempts = a.attempts + goes::int,
    lease_until = case when goes then now() + $2::int * interval '1 second' end
  from judged where judged.id = a.id
  returning a.*
)
select t.id, t.journey, t.key, t.opening, t.ask, t.purpose, t.kind, t.category, t.recipient, t.role, t.channel, t.reach,
  t.trace, t.created_at as "createdAt", t.status, t.attempts, t.held, p.id is not null as known, p.email,
  coalesce(p.contacts, '[]') as contacts, to_jsonb(r) as preference,
  o.limit_at as "limitAt", o.due_at as "dueAt", o.accountable_person as accountable, o.rung
from taken t
left join recipient p on p.id = t.recipient and p.canary = is_canary(t.journey)
left join routine_preference r on r.person = t.recipient
left join obligation o on o.journey = t.journey and o.key = t.key and o.opening = t.opening`);

/** The same ask through further contact points. A repetition of one that is there changes nothing. `$1` the ask, `$2`, `$3` ids and points. */
export const ADD_POINTS = prepared(`
insert into ask (id, journey, key, opening, ask, purpose, kind, category, recipient, role, channel, reach, created_at, to_ring,
  trace)
select n.id, a.journey, a.key, a.opening, a.ask, a.purpose, a.kind, a.category, a.recipient, a.role, n.point, a.reach,
  a.created_at, n.point = 'phone' and a.purpose = 'ask', a.trace
from ask a, unnest($2::uuid[], $3::text[]) as n(id, point) where a.id = $1
on conflict do nothing returning pg_notify('failsafe_ask', '')`);

/** A stand-down goes wherever its ask may have arrived; who was rung is rung back by people. `$1` stand-downs. */
export const SPREAD_STAND_DOWN = prepared(`
insert into ask (id, journey, key, opening, ask, purpose, kind, category, recipient, role, channel, reach, created_at)
select gen_random_uuid(), a.journey, a.key, a.opening, a.ask, a.purpose, a.kind, a.category, a.recipient, a.role, s.channel,
  a.reach, a.created_at
from ask a join ask s on ${SAME} and s.ask = a.ask and s.attempts > 0 and s.channel <> 'phone'
where a.id = any($1::uuid[]) and a.purpose = 'stand-down'
on conflict do nothing returning pg_notify('failsafe_ask', '')`);

/** What was accepted was sent, even where the lease was over or the duty ended meanwhile. `$4` what that proves, `$5` the digest it went in. */
export const MARK_SENT = prepared(`
with marked as (
  update ask set status = 'sent', provider_id = $2, sent_at = $3::timestamptz, failure = null, lease_until = null,
    digest = $5::uuid,
    proof = case when proof_rank($4) > proof_rank(proof) then $4 else proof end,
    proof_at = case when proof_rank($4) > proof_rank(proof) then $3 else proof_at end,
    proof_from = case when proof_rank($4) > proof_rank(proof) then channel else proof_from end,
    prove_by = case when purpose = 'ask'
        and greatest(proof_rank($4), proof_rank(proof)) < proof_rank(coalesce(reach->>'proof', 'sent'))
      then now() + (reach->>'within')::int * interval '1 second' end
  where id = $1 and status in ('waiting', 'sending', 'cancelled') returning id, attempts, channel
)
insert into ask_log (ask, at, attempt, what, source) select id, $3, attempts, $4, channel from marked`);

/** `$2` is the attempt that speaks: one whose lease was taken over has nothing to say any more. */
export const MARK_WAITING = `
with marked as (
  update ask set status = 'waiting', failure = $3, lease_until = null, next_try_at = now() + $4::int * interval '1 second'
  where id = $1 and status = 'sending' and attempts = $2 returning id, attempts, channel
)
insert into ask_log (ask, at, attempt, what, code, source) select id, $5, attempts, 'waits', $3, channel from marked`;

export const MARK_FAILED = `
with marked as (
  update ask set status = 'failed', failure = $3, lease_until = null, prove_by = null
  where id = $1 and status = 'sending' and attempts = $2 returning id, attempts, channel
)
insert into ask_log (ask, at, attempt, what, code, source) select id, $4, attempts, 'failed', $3, channel from marked
returning id`;

/** Back until the mail of the day; not a try. */
export const HOLD = `
update ask set status = 'waiting', held = true, lease_until = null, attempts = attempts - 1, next_try_at = $3
where id = $1 and status = 'sending' and attempts = $2`;

/** Sent, and not proved in its time; the most urgent first. */
export const UNPROVEN = prepared(`
select a.id, a.journey, a.channel, a.provider_id as "providerId" from ask a
where a.prove_by <= now() order by ${URGENCY}, a.prove_by limit $1`);
