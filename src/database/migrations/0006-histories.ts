import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The runs of each journey's workflow, and their complete Temporal histories, which outlive Temporal's retention. */
export class Histories1764000000006 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    for (const statement of STATEMENTS) await q.query(statement);
  }

  async down(q: QueryRunner): Promise<void> {
    throw new Error(`${q.connection.options.type}: histories are never dropped; restore a backup instead`);
  }
}

const STATEMENTS = [
  // One row a run. It refers to no journey's row: what somebody deletes there stays known here. All times but `ended_at`
  // (Temporal's) are this server's clock. `settled`: a whole copy is kept, or none can be had any more.
  `create table run (
     journey uuid not null,
     run uuid not null,
     noted_at timestamptz not null default now(),
     ended_at timestamptz,
     ended_how text check (ended_how in
       ('completed', 'continued', 'failed', 'timed-out', 'terminated', 'cancelled', 'missing')),
     settled boolean not null default false,
     next_at timestamptz not null,
     looks integer not null default 0,
     failing_since timestamptz,
     owned boolean not null default false,
     primary key (journey, run),
     check ((ended_at is null) = (ended_how is null)))`,
  `create index run_due on run (next_at) where not settled`,
  `create index run_ended on run (ended_at) where settled`,
  `create index run_failing on run (failing_since) where failing_since is not null`,
  `create index run_missing on run (ended_at) where ended_how = 'missing' and not owned`,

  // A journey that closes is archived soon: its run completes a moment later.
  `create function archive_soon() returns trigger language plpgsql as $$
   begin
     update run set next_at = now(), looks = 0 where journey = new.id and not settled;
     return null;
   end $$`,
  `create trigger journey_closes after update of closed on journey
     for each row when (new.closed and not old.closed) execute function archive_soon()`,

  // Copies: the SHA-256 is of the text that \`body\` unpacks to. An open run's copy gives way to one that continues it.
  `create table history_archive (
     journey uuid not null,
     run uuid not null,
     events integer not null check (events > 0),
     sha256 text not null,
     body bytea not null,
     whole boolean not null,
     archived_at timestamptz not null default now(),
     primary key (journey, run, sha256))`,
  `alter table history_archive alter column body set storage external`,
  `create trigger history_archive_is_never_changed before update on history_archive
     for each row execute function refuse_change()`,
  `create trigger whole_history_is_kept before delete on history_archive
     for each row when (old.whole) execute function refuse_change()`,
  `create trigger history_archive_is_never_emptied before truncate on history_archive
     for each statement execute function refuse_change()`,

  // One row a check. The first says since when runs are noted.
  `create table history_check (
     at timestamptz primary key default now(),
     closed integer not null,
     archived integer not null)`,
  `insert into history_check (closed, archived) values (0, 0)`,
];
