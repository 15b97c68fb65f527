import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What people did on paper while nothing worked, with its real time; and how old each copy of the downtime list is. */
export class Downtime1764000000013 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    for (const statement of STATEMENTS) await q.query(statement);
  }

  async down(q: QueryRunner): Promise<void> {
    throw new Error(`${q.connection.options.type}: evidence is never dropped; restore a backup instead`);
  }
}

const STATEMENTS = [
  `alter table inbox add column happened_at timestamptz`,
  // One row for each machine that keeps a list; times are this server's clock.
  `create table downtime_list (
     writer text primary key,
     every_seconds integer not null check (every_seconds > 0),
     written_at timestamptz not null,
     duties integer not null check (duties >= 0))`,
];
