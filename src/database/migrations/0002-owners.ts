import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The directory in full, its changes as evidence, in whose stead somebody is asked, and who was asked often enough. */
export class Owners1764000000002 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    for (const statement of STATEMENTS) await q.query(statement);
  }

  async down(q: QueryRunner): Promise<void> {
    throw new Error(`${q.connection.options.type}: evidence is never dropped; restore a backup instead`);
  }
}

const STATEMENTS = [
  // ---- who is who: instants in UTC; `handed_over` once the journeys of somebody who left have been told
  `alter table standing add column directory_name text`,
  `alter table directory_person
     add column if not exists contacts jsonb not null default '[]',
     add column organisation text,
     add column supervisor text,
     add column cover text,
     add column absences jsonb not null default '[]',
     add column left_at timestamptz,
     add column successor text,
     add column handed_over boolean not null default false`,
  `create index directory_person_leaving on directory_person (left_at) where left_at is not null and not handed_over`,
  // Organisations, sites, teams and rotas: read and written as a whole, never searched by what is in them.
  `create table directory_part (
     part text not null check (part in ('organisations', 'sites', 'teams', 'rotas')),
     id text not null,
     body jsonb not null,
     primary key (part, id))`,

  // ---- changes of the directory: append-only, chained like a journey's events
  `create table directory_change (
     version integer primary key,
     at timestamptz not null,
     by_person text not null,
     by_role text not null,
     body jsonb not null,
     previous text not null,
     hash text not null)`,
  `create trigger directory_change_is_append_only before update or delete on directory_change
     for each row execute function refuse_change()`,
  `create trigger directory_change_is_never_emptied before truncate on directory_change
     for each statement execute function refuse_change()`,

  // ---- in whose stead somebody is asked, and why
  `alter table obligation
     add column instead_of_role text,
     add column instead_of_person text,
     add column because text`,

  // ---- who was asked as often as policy allows, until when: a handful of people, written by the record that reaches it
  `create table ask_ceiling (
     person text primary key,
     until timestamptz not null)`,

  // ---- worklists: one person's first page is read off an index, however much they owe
  `drop index obligation_by_accountable`,
  `drop index obligation_by_asked`,
  `create index obligation_by_accountable on obligation (accountable_person, limit_at, risk, journey, key)
     where ended_at is null`,
  `create index obligation_by_asked on obligation (asked_person, limit_at, risk, journey, key) where ended_at is null`,
];
