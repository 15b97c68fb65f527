/** All that a bare workflow behind HTTP keeps: what came in, and one row a command. */
export const BARE_TABLES = `
create table inbox (
  journey text not null,
  n integer not null,
  body jsonb not null,
  received_at timestamptz not null,
  primary key (journey, n));
create table record (
  journey text not null,
  n integer not null,
  body jsonb not null,
  at timestamptz not null,
  written_at timestamptz not null default clock_timestamp(),
  primary key (journey, n))`;

/** A kept row tells whoever waits for it. */
export const DONE = 'bench_done';
