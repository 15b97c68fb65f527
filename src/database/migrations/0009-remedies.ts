import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What was done about journeys that did not go on, who asked for it and who approved it. */
export class Remedies1764000000009 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    for (const statement of STATEMENTS) await q.query(statement);
  }

  async down(q: QueryRunner): Promise<void> {
    throw new Error(`${q.connection.options.type}: who did what is never dropped; restore a backup instead`);
  }
}

const STATEMENTS = [
  // `options`: which row, and what else was said, as codes; a text is sealed. Each journey's own chain tells of it as well.
  `create table remedy (
     id uuid primary key,
     remedy text not null check (remedy in ('replay', 'resume', 'redeliver', 'quarantine', 'correct')),
     reason text not null,
     options jsonb not null,
     status text not null check (status in ('waiting', 'applied')),
     asked_by text not null,
     asked_role text not null,
     asked_at timestamptz not null,
     approved_by text,
     approved_role text,
     approved_at timestamptz,
     check (approved_by is distinct from asked_by),
     check (status <> 'applied' or approved_at is not null or not (options->>'secondPerson')::boolean))`,
  `create index remedy_by_time on remedy (asked_at desc, id desc)`,

  // What became of each journey: the row in its inbox that tells it, or why nothing was done. Neither: not come to yet.
  `create table remedy_journey (
     remedy uuid not null references remedy(id),
     journey uuid not null references journey(id),
     critical boolean not null,
     note jsonb,
     command uuid,
     did jsonb,
     refused text,
     primary key (remedy, journey))`,
  `create index remedy_of_journey on remedy_journey (journey)`,

  // The inbox row (its number) that can never be recorded: the record refuses it in its own place.
  `alter table journey add column set_aside integer`,
];
