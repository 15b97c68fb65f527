import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What a message and an ask are traced by, and an index that gauges are read from. */
export class SeenFromOutside1764000000014 implements MigrationInterface {
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

  // ---- gauges: open duties are counted off an index alone
  `create index obligation_open_counts on obligation (kind, category, limit_at) where ended_at is null`,
];
