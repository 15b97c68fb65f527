import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Several channels to one person, and what proved that an ask arrived. One row of `ask` is one contact point tried; the
 * rows of one (journey, duty, opening, ask, recipient) are one question. `ask_log` is only ever added to.
 */
export class Channels1764000000003 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    for (const statement of STATEMENTS) await q.query(statement);
  }

  async down(q: QueryRunner): Promise<void> {
    throw new Error(
      `${q.connection.options.type}: what was proved is never dropped; restore a backup instead`,
    );
  }
}

const STATEMENTS = [
  `alter table directory_person add column if not exists contacts jsonb not null default '[]'`,
  `create function proof_rank(proof text) returns integer language sql immutable parallel safe as
     $$ select coalesce(array_position(array['sent', 'delivered', 'read', 'spoken'], proof), 0) $$`,
  // How policy wants this ask to reach its person, as it stood when the ask was recorded.
  `alter table ask add column reach jsonb`,
  // The best proof so far, when (the edge's clock) and from where.
  `alter table ask add column proof text check (proof in ('sent', 'delivered', 'read', 'spoken'))`,
  `alter table ask add column proof_at timestamptz`,
  `alter table ask add column proof_from text`,
  `update ask set proof = 'sent', proof_at = sent_at, proof_from = channel where status = 'sent'`,
  // By when it must be proved, by this server's clock: a wait like that for the next try, not a clinical instant.
  `alter table ask add column prove_by timestamptz`,
  `create index ask_to_prove on ask (prove_by) where prove_by is not null`,
  // The journey has heard that this question reached nobody.
  `alter table ask add column given_up boolean not null default false`,
  // Routine, and waiting for the one mail of the day; and which mail that was.
  `alter table ask add column held boolean not null default false`,
  `alter table ask add column digest uuid`,
  `create index ask_of_digest on ask (digest) where digest is not null`,
  `create index ask_of_provider on ask (provider_id) where provider_id is not null`,
  // Somebody is to be rung about it: an ask by voice, until the record by which its duty ends or is asked anew.
  `alter table ask add column to_ring boolean not null default false`,
  `create index ask_to_ring on ask (journey, key, opening) where to_ring`,

  `create table ask_log (
     id bigint generated always as identity primary key,
     ask uuid not null,
     at timestamptz not null,
     attempt integer not null,
     what text not null check (what in ('sent', 'delivered', 'read', 'spoken', 'waits', 'failed', 'unproven', 'noted')),
     code text,
     source text not null)`,
  `create index ask_log_of_ask on ask_log (ask, id)`,
  `create trigger ask_log_is_append_only before update or delete on ask_log
     for each row execute function refuse_change()`,
  `create trigger ask_log_is_never_emptied before truncate on ask_log
     for each statement execute function refuse_change()`,

  // Reports that named no ask of ours: forged, garbled, or of another installation. Codes only.
  `create table stray_report (
     id bigint generated always as identity primary key,
     at timestamptz not null,
     source text not null,
     code text not null)`,
  `create trigger stray_report_is_append_only before update or delete on stray_report
     for each row execute function refuse_change()`,

  // A receiver that said 410 Gone, by the SHA-256 of its address. A new address in the directory is another receiver.
  `create table endpoint_gone (
     endpoint text primary key,
     at timestamptz not null)`,

  // A link works once: its use is recorded in the transaction that takes in what it did.
  `create table link_use (
     ask uuid primary key,
     person text not null,
     at timestamptz not null)`,

  // When somebody wants to hear of routine duties. Nothing here touches an alert.
  `create table routine_preference (
     person text primary key,
     digest boolean not null,
     digest_at text,
     quiet_from text,
     quiet_until text,
     check ((quiet_from is null) = (quiet_until is null)))`,

  // ---- worklists: the most dangerous first is read off an index too
  `create index obligation_by_risk on obligation (risk, limit_at, journey, key) where ended_at is null`,
];
