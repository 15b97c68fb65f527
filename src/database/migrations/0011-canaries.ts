import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What canaries ran and how each ended, and everybody whom an ask can go to: people, or the recipients of canaries. */
export class Canaries1764000000011 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    for (const statement of STATEMENTS) await q.query(statement);
  }

  async down(q: QueryRunner): Promise<void> {
    throw new Error(`${q.connection.options.type}: evidence is never dropped; restore a backup instead`);
  }
}

const STATEMENTS = [
  // ---- where the asks of canaries go: the setting, and each recipient that it makes
  `alter table directory_part drop constraint directory_part_part_check,
     add check (part in ('organisations', 'sites', 'teams', 'rotas', 'canary', 'canaries'))`,

  // One of a name a day, whichever worker starts it. `day` is that of the program's clock, in UTC.
  `create table canary (
     day date not null,
     name text not null,
     journey uuid not null unique references journey(id),
     number text not null,
     feed text not null,
     channel text,
     category text not null,
     started_at timestamptz not null,
     limit_at timestamptz not null,
     sent_at timestamptz,
     reached_at timestamptz,
     ended_at timestamptz,
     outcome text check (outcome in ('passed', 'failed')),
     failure text,
     closed_at timestamptz,
     primary key (day, name),
     check ((outcome is null) = (ended_at is null)),
     check ((failure is not null) = (outcome is not distinct from 'failed'))
   )`,
  `create index canary_open on canary (started_at) where closed_at is null`,
  `create index canary_latest on canary (started_at)`,

  // An ask finds its recipient here, and only one of its own sort: no canary rings a person, no examination a canary.
  `create view recipient as
     select id, name, email, contacts, false as canary from directory_person
     union all
     select id, body->>'name', body->>'email', coalesce(body->'contacts', '[]'::jsonb), true
     from directory_part where part = 'canaries'`,
  `create function is_canary(journey uuid) returns boolean language sql stable parallel safe as
     $$ select exists (select 1 from journey j where j.id = is_canary.journey and j.subject = 'canary') $$`,
];
