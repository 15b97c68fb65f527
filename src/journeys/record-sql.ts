import { prepared } from '../database/prepared';
import { NOTE_CEILING } from './ask-ceiling';

/**
 * The whole of one record in one statement, so that a record costs one round trip after its lock. `$1` is the journey,
 * `$2` the record as JSON. An ask that exists already (same journey, duty, opening, ask, recipient, channel) stays as it is.
 */
export const WRITE_RECORD = prepared(`
with record as (select $1::uuid as journey, $2::jsonb as r),
links as (
  insert into evidence (journey, seq, type, at, cause, body, previous, hash)
  select journey, (e->'event'->>'seq')::int, e->'event'->>'type', (e->'event'->>'at')::timestamptz, e->'event'->>'cause',
         e->'event', e->>'previous', e->>'hash'
  from record, jsonb_array_elements(r->'links') e
),
duties as (
  insert into obligation (journey, key, opening, kind, category, risk, accountable_role, accountable_person, asked_role,
    asked_person, instead_of_role, instead_of_person, because, clock_from, opened_at, limit_at, due_at, lease_until, rung,
    asks, ended_at, ended_how, ended_why, late)
  select journey, o.key, o.opening, o.kind, o.category, o.risk, o.accountable_role, o.accountable_person, o.asked_role,
    o.asked_person, o.instead_of_role, o.instead_of_person, o.because, o.clock_from, o.opened_at, o.limit_at, o.due_at, o.lease_until, o.rung, o.asks, o.ended_at, o.ended_how,
    o.ended_why, o.late
  from record, jsonb_to_recordset(r->'obligations') as o(key text, opening int, kind text, category text, risk smallint,
    accountable_role text, accountable_person text, asked_role text, asked_person text, instead_of_role text,
    instead_of_person text, because text, clock_from timestamptz,
    opened_at timestamptz, limit_at timestamptz, due_at timestamptz, lease_until timestamptz, rung int, asks int,
    ended_at timestamptz, ended_how text, ended_why text, late boolean)
  on conflict (journey, key, opening) do update set
    accountable_role = excluded.accountable_role, accountable_person = excluded.accountable_person,
    asked_role = excluded.asked_role, asked_person = excluded.asked_person,
    instead_of_role = excluded.instead_of_role, instead_of_person = excluded.instead_of_person,
    because = excluded.because, limit_at = excluded.limit_at,
    due_at = excluded.due_at, lease_until = excluded.lease_until, rung = excluded.rung, asks = excluded.asks,
    ended_at = excluded.ended_at, ended_how = excluded.ended_how, ended_why = excluded.ended_why, late = excluded.late
),
cancelled as (
  update ask a set status = case a.status when 'waiting' then 'cancelled' else a.status end, to_ring = false
  from record, jsonb_to_recordset(r->'cancel') as c(key text, opening int, before bigint)
  where a.journey = record.journey and a.key = c.key and a.opening = c.opening and a.ask < c.before
    and (a.status = 'waiting' or a.to_ring) and a.purpose = 'ask'
),
outbox as (
  insert into ask (id, journey, key, opening, ask, purpose, kind, category, recipient, role, channel, reach, created_at,
    to_ring, trace)
  select a.id, journey, a.key, a.opening, a.ask, a.purpose, a.kind, a.category, a.recipient, a.role, a.channel, a.reach,
    a.created_at, a.channel = 'phone' and a.purpose = 'ask', r->>'trace'
  from record, jsonb_to_recordset(r->'asks') as a(id uuid, key text, opening int, ask int, purpose text, kind text,
    category text, recipient text, role text, channel text, reach jsonb, created_at timestamptz)
  on conflict do nothing
  returning pg_notify('failsafe_ask', '')
),
ceiling as (${NOTE_CEILING}
),
proved as (
  update ask a set proof = p.proof, proof_at = p.at, proof_from = p.source, prove_by = null
  from record, jsonb_to_recordset(r->'proofs') as p(key text, opening int, person text, proof text, at timestamptz, source text)
  where a.journey = record.journey and a.key = p.key and a.opening = p.opening and a.recipient = p.person
    and a.purpose = 'ask' and a.status in ('sending', 'sent') and proof_rank(p.proof) > proof_rank(a.proof)
  returning a.id, a.attempts, p.proof, p.at, p.source
),
logged as (
  insert into ask_log (ask, at, attempt, what, source) select id, at, attempts, proof, source from proved
),
finished as (
  update inbox i set outcome = r->'outcome', finished_seq = (r->'journey'->>'seq')::int
  from record where i.journey = record.journey and i.n = (r->'row'->>'n')::int and i.id = (r->'row'->>'id')::uuid
  returning pg_notify('failsafe_outcome', jsonb_build_object('id', i.id, 'outcome', i.outcome)::text)
),
head as (
  update delivery d set finished_n = greatest(d.finished_n, (r->'row'->>'n')::int), redelivered = 0
  from record where d.journey = record.journey and jsonb_typeof(r->'row') = 'object'
),
unstuck as (
  delete from stuck s using record where s.journey = record.journey
),
model as (
  update journey j set seq = m.seq, head = m.head, state = m.state, clinical = m.clinical, stage = m.stage,
    closed = m.closed, closed_at = m.closed_at, merged_into = m.merged_into, open_obligations = m.open_obligations,
    next_due_at = m.next_due_at, last_event_at = m.last_event_at, category = m.category, priority = m.priority,
    setting = m.setting, modality = m.modality, specialty = m.specialty, site = m.site, nation = m.nation,
    unreported = m.unreported, on_hold = m.on_hold
  from record, jsonb_to_record(r->'journey') as m(seq int, head text, state jsonb, clinical int, stage text, closed boolean,
    closed_at timestamptz, merged_into uuid, open_obligations int, next_due_at timestamptz, last_event_at timestamptz,
    category text, priority text, setting text, modality text, specialty text, site text, nation text, unreported boolean,
    on_hold boolean)
  where j.id = record.journey
),
anchored as (
  insert into anchor_queue (chain, seq, hash)
  select journey::text, (r->'journey'->>'seq')::bigint, r->'journey'->>'head' from record
)
select (select count(*)::int from finished) as finished`);
