import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Texts and patients' details under a key per patient. What an earlier release kept in clear moves to `sealed_before`, from
 * which the step after migrating encrypts it (src/sealing/seal-earlier.ts) and which is then dropped: here there is no key.
 */
export class Sealing1764000000005 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    for (const statement of STATEMENTS) await q.query(statement);
    const before = (await q.query('select 1 from sealed_before limit 1')) as unknown[];
    if (before.length === 0) await q.query('drop table sealed_before');
  }

  async down(q: QueryRunner): Promise<void> {
    throw new Error(
      `${q.connection.options.type}: what is sealed is never laid open; restore a backup instead`,
    );
  }
}

const STATEMENTS = [
  `alter table sealed rename to sealed_before`,
  `alter index sealed_pkey rename to sealed_before_pkey`,
  `drop index sealed_of_journey`,

  // A key per patient, or per journey that has none; and the one key of the search index. Wrapped under a master key, which
  // is not here. Destroyed: no `wrapped`, and who destroyed it when and why. What comes later gets a new one.
  `create table sealing_key (
     owner uuid primary key,
     kind text not null check (kind in ('patient', 'journey', 'search')),
     wrapped bytea,
     master text,
     made_at timestamptz not null default now(),
     destroyed_at timestamptz,
     destroyed_by text,
     reason text,
     check ((wrapped is null) = (master is null)),
     check (wrapped is not null or destroyed_at is not null))`,
  `create index sealing_key_of_master on sealing_key (master, owner) where wrapped is not null`,

  // `cipher` is AES-256-GCM over salt and text. `fingerprint` and `terms` are HMACs: whether the same words came before in
  // this journey, and which words are in it. All three go when the owner's key is destroyed.
  `create table sealed (
     ref uuid primary key,
     owner uuid not null references sealing_key(owner),
     journey uuid,
     kind text not null,
     cipher bytea,
     fingerprint text,
     terms text[] not null default '{}',
     commitment text not null)`,
  `create index sealed_of_journey on sealed (journey, kind)`,
  `create index sealed_of_owner on sealed (owner)`,
  `create index sealed_by_term on sealed using gin (terms)`,

  // Nothing of a patient is destroyed while one stands. The journeys' evidence has each as well.
  `create table legal_hold (
     id uuid primary key,
     patient uuid not null references patient(id),
     reason text not null,
     set_by text not null,
     set_at timestamptz not null,
     lift_reason text,
     lifted_by text,
     lifted_at timestamptz)`,
  `create unique index legal_hold_stands on legal_hold (patient, reason) where lifted_at is null`,

  // One person asks, another approves.
  `create table erasure (
     id uuid primary key,
     patient uuid not null references patient(id),
     reason text not null,
     asked_by text not null,
     asked_role text not null,
     asked_at timestamptz not null,
     approved_by text,
     approved_at timestamptz,
     check (approved_by is distinct from asked_by))`,
  `create unique index erasure_waits on erasure (patient) where approved_at is null`,
];
