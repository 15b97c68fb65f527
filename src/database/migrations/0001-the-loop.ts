import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Everything the loop needs. Constraints hold what a constraint can hold: one journey an identifier, one open opening a
 * duty, one ask a recipient and channel, an open journey has an open obligation, evidence is only ever added to.
 */
export class TheLoop1764000000001 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    for (const statement of STATEMENTS) await q.query(statement);
  }

  async down(q: QueryRunner): Promise<void> {
    throw new Error(`${q.connection.options.type}: evidence is never dropped; restore a backup instead`);
  }
}

const STATEMENTS = [
  // ---- what decisions are made from
  `create table policy (
     hash text primary key,
     name text not null,
     version text not null,
     body jsonb not null,
     loaded_at timestamptz not null default now())`,
  `create table calendar (
     hash text primary key,
     body jsonb not null,
     loaded_at timestamptz not null default now())`,
  `create table directory_person (
     id text primary key,
     name text not null,
     email text,
     roles text[] not null default '{}')`,
  `create table directory_lead (
     role text primary key,
     person text not null references directory_person(id))`,
  // One row: what stands today, and the epoch that a restored database raises.
  `create table standing (
     id boolean primary key default true check (id),
     epoch integer not null default 1,
     policy text references policy(hash),
     calendar text references calendar(hash),
     directory integer not null default 1)`,
  `insert into standing default values`,

  // ---- patients and free text: the only place where they are, referred to by salted commitments
  `create table patient (
     id uuid primary key,
     sealed uuid not null,
     created_at timestamptz not null)`,
  `create table patient_identifier (
     assigner text not null,
     value text not null,
     patient uuid not null references patient(id),
     primary key (assigner, value))`,
  `create table sealed (
     ref uuid primary key,
     journey uuid,
     kind text not null,
     salt bytea not null,
     body text not null,
     commitment text not null)`,
  `create index sealed_of_journey on sealed (journey, kind)`,

  // ---- journeys: the read model. Times are clinical instants from the workflow or the edge, never this server's clock
  `create table journey (
     id uuid primary key,
     subject text not null,
     received_at timestamptz not null,
     policy text not null references policy(hash),
     patient uuid references patient(id),
     seq integer not null default 0,
     head text not null default '',
     state jsonb,
     clinical integer not null default 0,
     stage text not null default 'received',
     closed boolean not null default false,
     closed_at timestamptz,
     merged_into uuid,
     open_obligations integer not null default 0,
     next_due_at timestamptz,
     last_event_at timestamptz,
     category text,
     priority text,
     setting text,
     modality text,
     specialty text,
     site text,
     nation text,
     unreported boolean not null default false,
     on_hold boolean not null default false,
     constraint somebody_owes check (closed or seq = 0 or open_obligations > 0),
     constraint nobody_owes_when_closed check (not closed or open_obligations = 0))`,
  `create index journey_open on journey (received_at, id) where not closed`,
  `create index journey_due on journey (next_due_at) where not closed`,
  `create index journey_patient on journey (patient)`,
  `create table identifier (
     assigner text not null,
     type text not null,
     value text not null,
     journey uuid not null references journey(id),
     primary key (assigner, type, value))`,
  `create index identifier_value on identifier (type, value)`,
  `create index identifier_journey on identifier (journey)`,
  `create table alias (
     loser uuid primary key references journey(id),
     survivor uuid not null references journey(id),
     check (loser <> survivor))`,
  `create table obligation (
     journey uuid not null references journey(id),
     key text not null,
     opening integer not null,
     kind text not null,
     category text,
     risk smallint not null,
     accountable_role text not null,
     accountable_person text not null,
     asked_role text not null,
     asked_person text not null,
     clock_from timestamptz not null,
     opened_at timestamptz not null,
     limit_at timestamptz not null,
     due_at timestamptz not null,
     lease_until timestamptz,
     rung integer not null,
     asks integer not null,
     ended_at timestamptz,
     ended_how text,
     ended_why text,
     late boolean not null default false,
     primary key (journey, key, opening),
     check ((ended_at is null) = (ended_how is null)))`,
  `create unique index obligation_one_open on obligation (journey, key) where ended_at is null`,
  `create index obligation_by_limit on obligation (limit_at, risk, journey, key) where ended_at is null`,
  `create index obligation_by_accountable on obligation (accountable_person, limit_at) where ended_at is null`,
  `create index obligation_by_asked on obligation (asked_person, limit_at) where ended_at is null`,

  // ---- evidence: append-only, chained
  `create table evidence (
     journey uuid not null references journey(id),
     seq integer not null check (seq > 0),
     type text not null,
     at timestamptz not null,
     cause text not null,
     body jsonb not null,
     previous text not null,
     hash text not null,
     primary key (journey, seq))`,
  `create index evidence_by_cause on evidence (journey, cause)`,
  `create function refuse_change() returns trigger language plpgsql as $$
   begin raise exception '% is append-only', tg_table_name using errcode = 'restrict_violation'; end $$`,
  `create trigger evidence_is_append_only before update or delete on evidence
     for each row execute function refuse_change()`,
  `create trigger evidence_is_never_emptied before truncate on evidence
     for each statement execute function refuse_change()`,

  // ---- one way in
  `create table inbox (
     journey uuid not null references journey(id),
     n integer not null check (n > 0),
     id uuid not null unique,
     type text not null,
     data jsonb not null,
     by_person text not null,
     by_role text not null,
     received_at timestamptz not null,
     if_match integer,
     queries jsonb,
     outcome jsonb,
     finished_seq integer,
     primary key (journey, n))`,
  `create table delivery (
     journey uuid primary key references journey(id),
     last_n integer not null default 0,
     finished_n integer not null default 0,
     delivered_n integer not null default 0,
     delivered_at timestamptz,
     redelivered integer not null default 0,
     lease_until timestamptz,
     check (finished_n <= last_n))`,
  `create index delivery_waiting on delivery (lease_until nulls first) where finished_n < last_n`,
  `create table idempotency (
     principal text not null,
     key text not null,
     fingerprint text not null,
     status integer,
     body jsonb,
     headers jsonb,
     command uuid,
     created_at timestamptz not null default now(),
     primary key (principal, key))`,
  `create table access_log (
     id bigint generated always as identity primary key,
     at timestamptz not null,
     principal text,
     role text,
     method text not null,
     route text not null,
     status integer not null,
     code text,
     journey uuid,
     request text not null)`,
  `create trigger access_log_is_append_only before update or delete on access_log
     for each row execute function refuse_change()`,

  // ---- one way out
  `create table ask (
     id uuid primary key,
     journey uuid not null references journey(id),
     key text not null,
     opening integer not null,
     ask integer not null,
     purpose text not null default 'ask' check (purpose in ('ask', 'stand-down')),
     kind text not null,
     category text,
     recipient text not null,
     role text not null,
     channel text not null,
     about_patient_send boolean not null default false,
     created_at timestamptz not null,
     status text not null default 'waiting' check (status in ('waiting', 'sending', 'sent', 'failed', 'cancelled')),
     attempts integer not null default 0,
     next_try_at timestamptz not null default now(),
     lease_until timestamptz,
     provider_id text,
     failure text,
     sent_at timestamptz,
     unique (journey, key, opening, ask, recipient, channel, purpose))`,
  `create index ask_to_send on ask (next_try_at) where status in ('waiting', 'sending')`,
  `create index ask_by_recipient on ask (recipient, created_at)`,

  // ---- what could not be recorded
  `create table stuck (
     journey uuid not null,
     cause text not null,
     reason text not null,
     first_at timestamptz not null default now(),
     last_at timestamptz not null default now(),
     times integer not null default 1,
     primary key (journey, cause))`,
];
