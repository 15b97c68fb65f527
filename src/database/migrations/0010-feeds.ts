import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Source systems with their rhythm and their counts, and a lane of its own for what comes long after it happened. */
export class Feeds1764000000010 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    for (const statement of STATEMENTS) await q.query(statement);
  }

  async down(q: QueryRunner): Promise<void> {
    throw new Error(
      `${q.connection.options.type}: what was received is never dropped; restore a backup instead`,
    );
  }
}

const STATEMENTS = [
  // ---- feeds. All times are the edge's clock. `heard_at` and `quiet_until` are as of the last look, which is made when the
  // quiet that the rhythm allows is over, and not with each message; `silent_since` is set while a silence lasts.
  `create table feed (
     id text primary key,
     name text not null,
     quiet jsonb not null,
     registered_at timestamptz not null,
     changed_at timestamptz not null,
     changed_by text not null,
     heard_at timestamptz,
     quiet_until timestamptz not null,
     silent_since timestamptz)`,
  `create table feed_principal (
     principal text primary key,
     feed text not null references feed(id))`,
  `create index feed_principal_of_feed on feed_principal (feed)`,

  // Whose a row is stays with the row, also when a principal moves to another feed.
  `alter table inbox add column feed text references feed(id)`,
  `create index inbox_of_feed on inbox (feed, received_at) where feed is not null`,

  // What a source said that it sent, and what had been received of it by then.
  `create table feed_statement (
     id bigint generated always as identity primary key,
     feed text not null references feed(id),
     at timestamptz not null,
     by_person text not null,
     since timestamptz not null,
     until timestamptz not null,
     sent integer not null,
     sent_by_type jsonb,
     received integer not null,
     received_by_type jsonb not null,
     differs boolean not null,
     check (since < until))`,
  `create index feed_statement_of_feed on feed_statement (feed, since, until, id)`,
  `create trigger feed_statement_is_append_only before update or delete on feed_statement
     for each row execute function refuse_change()`,

  // ---- the backlog. \`behind\`: everything unfinished of the journey came long after it happened, so live rows go first.
  `alter table delivery add column behind boolean not null default false`,
  `drop index delivery_waiting`,
  `create index delivery_waiting on delivery (behind, lease_until nulls first) where finished_n < last_n`,
  `create index delivery_behind_under_way on delivery (journey) where behind and finished_n < delivered_n`,
];
