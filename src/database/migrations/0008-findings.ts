import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What the watchdog found amiss, and its heartbeat. */
export class Findings1764000000008 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    for (const statement of STATEMENTS) await q.query(statement);
  }

  async down(q: QueryRunner): Promise<void> {
    throw new Error(
      `${q.connection.options.type}: what was found is never dropped; restore a backup instead`,
    );
  }
}

const STATEMENTS = [
  // One row for one cause from when it was found until it was gone; the next time is another row. Refers to no journey's row:
  // what somebody deletes there stays known here. Times are this server's clock. `concern`: under which ref the desk owns it;
  // many of one code are owned as one.
  `create table finding (
     id uuid primary key,
     code text not null,
     journey uuid,
     ref text not null,
     reason text not null,
     remedy text not null check (remedy in ('replay', 'resume', 'redeliver', 'quarantine', 'correct', 'none')),
     first_at timestamptz not null default now(),
     last_at timestamptz not null default now(),
     times integer not null default 1,
     cleared_at timestamptz,
     concern text)`,
  `create unique index finding_open on finding (code, ref) where cleared_at is null`,
  `create index finding_of_journey on finding (journey, id) where journey is not null`,
  `create index finding_not_owned on finding (first_at) where concern is null`,

  // One row: that the watchdog lives, and when it last looked at everything.
  `create table watchdog (
     id boolean primary key default true check (id),
     beat_at timestamptz,
     swept_at timestamptz)`,
  `insert into watchdog default values`,

  // What is due is read page by page: the time alone leaves the order of those at one instant to chance.
  `drop index journey_due`,
  `create index journey_due on journey (next_due_at, id) where not closed`,
];
