import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Why somebody read, and the indexes by which a safety lead's questions across all journeys are answered. */
export class Questions1764000000007 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    for (const statement of STATEMENTS) await q.query(statement);
  }

  async down(q: QueryRunner): Promise<void> {
    throw new Error(`${q.connection.options.type}: evidence is never dropped; restore a backup instead`);
  }
}

const STATEMENTS = [
  // ---- reading is evidence: for what purpose, and by which filters a list was picked (their names, never a value)
  `alter table access_log add column purpose text, add column filters text[]`,
  `create index access_log_of_journey on access_log (journey, id) where journey is not null`,
  `create index access_log_refused on access_log (at, id) where code is not null`,
  `create index alias_survivor on alias (survivor)`,

  // ---- events across journeys. Whose an event is: who acted, else who was asked, else who took a duty over.
  `create function event_person(body jsonb) returns text language sql immutable parallel safe as
     $$ select coalesce(body #>> '{by,person}', body #>> '{askedNow,person}', body #>> '{to,person}') $$`,
  `create function event_role(body jsonb) returns text language sql immutable parallel safe as
     $$ select coalesce(body #>> '{by,role}', body #>> '{askedNow,role}', body #>> '{to,role}') $$`,
  `create function event_duty(body jsonb) returns text language sql immutable parallel safe as
     $$ select coalesce(body ->> 'key', body #>> '{data,duty}', body #>> '{data,key}') $$`,
  `create index evidence_by_time on evidence (at, journey, seq)`,
  `create index evidence_by_type on evidence (type, at, journey, seq)`,
  `create index evidence_by_person on evidence (event_person(body), at, journey, seq)`,
  `create index evidence_climbs on evidence (at, journey, seq, ((body ->> 'rung')::int))
     where (body ->> 'rung')::int > 0`,
  `create index journey_by_site on journey (site)`,
  `create index journey_by_specialty on journey (specialty)`,

  // ---- deadlines, open and ended
  `create index obligation_planned on obligation (limit_at, journey, key, opening)`,
  `create index obligation_planned_for on obligation (accountable_person, limit_at, journey, key, opening)`,
  `create index obligation_to_tell on obligation (clock_from, journey, key, opening) where kind = 'tell-patient'`,
  `create index obligation_alerts on obligation (clock_from, journey, key, opening)
     where kind = 'acknowledge' and category <> 'routine'`,
];
