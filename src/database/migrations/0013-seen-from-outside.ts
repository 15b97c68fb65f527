import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What a message is traced by, when something was done that was entered afterwards, and the list for when nothing works. */
export class SeenFromOutside1764000000013 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    for (const statement of STATEMENTS) await q.query(statement);
  }

  async down(q: QueryRunner): Promise<void> {
    throw new Error(`${q.connection.options.type}: evidence is never dropped; restore a backup instead`);
  }
}

const STATEMENTS = [
  // A W3C traceparent, or nothing: bookkeeping of whoever watches, and no evidence.
  `alter table inbox add column trace text`,
  `alter table ask add column trace text`,

  // When a person's act was done, where it was entered later; and whether from a list that was kept on paper meanwhile.
  `alter table inbox add column happened_at timestamptz`,
  `alter table inbox add column entered_afterwards boolean not null default false`,

  // One row, once somebody wants lists: when the newest was written, by this server's clock.
  `create table downtime_list (
     id boolean primary key default true check (id),
     since timestamptz not null default now(),
     every_seconds integer not null check (every_seconds > 0),
     written_at timestamptz,
     duties integer)`,

  // ---- gauges: open duties are counted off an index alone
  `create index obligation_open_counts on obligation (kind, category, limit_at) where ended_at is null`,
];
