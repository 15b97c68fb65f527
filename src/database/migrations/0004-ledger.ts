import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The ledger over all chains (docs/EVIDENCE.md): what waits to be anchored, the tree, its signed checkpoints, and where they
 * went. Hashes of the tree are bytes; those of chains are hex, as everywhere.
 */
export class Ledger1764000000004 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    for (const statement of STATEMENTS) await q.query(statement);
  }

  async down(q: QueryRunner): Promise<void> {
    throw new Error(`${q.connection.options.type}: evidence is never dropped; restore a backup instead`);
  }
}

const appendOnly = (table: string): string[] => [
  `create trigger ${table}_is_append_only before update or delete on ${table}
     for each row execute function refuse_change()`,
  `create trigger ${table}_is_never_emptied before truncate on ${table}
     for each statement execute function refuse_change()`,
];

const STATEMENTS = [
  // ---- what was recorded and is not anchored yet. Rows are taken out, never read on from a number: an identity is given out
  // before its transaction commits, so a lower one can appear after a higher one was seen. `seq` of the access chain is here
  // the id of an access, which has no hash until it is in a batch.
  `create table anchor_queue (
     n bigint generated always as identity primary key,
     chain text not null,
     seq bigint not null,
     hash text not null,
     queued_at timestamptz not null default now())`,

  // ---- two more chains: accesses in batches, and keys from when they signed first
  `create table access_batch (
     n bigint primary key check (n > 0),
     at timestamptz not null,
     body jsonb not null,
     previous text not null,
     hash text not null)`,
  ...appendOnly('access_batch'),
  `create table signing_key (
     n bigint primary key check (n > 0),
     at timestamptz not null,
     key text not null unique,
     previous text not null,
     hash text not null)`,
  ...appendOnly('signing_key'),

  // ---- the tree: leaves from 0, and every full subtree above them
  `create table ledger_leaf (
     n bigint primary key check (n >= 0),
     chain text not null,
     seq bigint not null,
     hash text not null,
     leaf_hash bytea not null,
     at timestamptz not null)`,
  `create index ledger_leaf_of_chain on ledger_leaf (chain, n)`,
  ...appendOnly('ledger_leaf'),
  `create table ledger_node (
     level integer not null check (level > 0),
     n bigint not null check (n >= 0),
     hash bytea not null,
     primary key (level, n))`,
  ...appendOnly('ledger_node'),
  `create table checkpoint (
     size bigint primary key check (size > 0),
     root bytea not null,
     at timestamptz not null,
     note text not null)`,
  ...appendOnly('checkpoint'),

  // ---- how far each place outside has them; waits are by this server's clock
  `create table checkpoint_export (
     target text primary key check (target in ('file', 'mail', 'webhook')),
     size bigint not null default 0,
     exported_at timestamptz,
     next_try_at timestamptz not null default now(),
     attempts integer not null default 0,
     failing_since timestamptz,
     failure text)`,

  `create trigger access_log_is_never_emptied before truncate on access_log
     for each statement execute function refuse_change()`,
  `create trigger stray_report_is_never_emptied before truncate on stray_report
     for each statement execute function refuse_change()`,

  // ---- what was recorded before there was a ledger
  `insert into anchor_queue (chain, seq, hash) select id::text, seq, head from journey where seq > 0`,
  `insert into anchor_queue (chain, seq, hash)
     select 'directory', version, hash from directory_change order by version desc limit 1`,
  `insert into anchor_queue (chain, seq, hash) select 'access', id, '' from access_log order by id`,
];
