import type { DataSource } from 'typeorm';

/** What is known of the list on disk: it is noted in the database, since whoever asks for its age may run on another machine. */
export interface ListState {
  /** `none` where no program has ever kept one; `old` where it is older than three of its rounds. */
  status: 'current' | 'old' | 'none' | 'unknown';
  /** Of the newest list; nothing where there is none yet. */
  ageSeconds?: number;
}

/** A list is renewed every few minutes; two rounds may fail before anybody is to be troubled. */
const ROUNDS_BEFORE_OLD = 3;

interface Row {
  since: Date;
  written_at: Date | null;
  age: number;
  old: boolean;
}

const STATE = `
select since, written_at, extract(epoch from now() - coalesce(written_at, since))::float8 as age,
  coalesce(written_at, since) < now() - ${ROUNDS_BEFORE_OLD} * every_seconds * interval '1 second' as old
from downtime_list`;

const stateRow = async (db: DataSource): Promise<Row | undefined> => {
  const [row] = await db.query<(Row | undefined)[]>(STATE);
  return row;
};

export const listState = async (db: DataSource): Promise<ListState> => {
  const row = await stateRow(db);
  if (!row) return { status: 'none' };
  return {
    status: row.old ? 'old' : 'current',
    ...(row.written_at ? { ageSeconds: Math.floor(row.age) } : {}),
  };
};

/** Seconds since the newest list was written, or since one was first wanted; nothing where nobody wants one. */
export const listAge = async (db: DataSource): Promise<number | undefined> => (await stateRow(db))?.age;

/** Since when the list has not been renewed, where that is too long. */
export const oldSince = async (db: DataSource): Promise<string | undefined> => {
  const row = await stateRow(db);
  return row?.old ? (row.written_at ?? row.since).toISOString() : undefined;
};

/** A list is wanted from now on, this often. */
export const wanted = (db: DataSource, everySeconds: number): Promise<unknown> =>
  db.query(
    `insert into downtime_list (every_seconds) values ($1)
     on conflict (id) do update set every_seconds = excluded.every_seconds`,
    [everySeconds],
  );

/** A list was written, with so many duties. */
export const written = (db: DataSource, duties: number): Promise<unknown> =>
  db.query('update downtime_list set written_at = now(), duties = $1', [duties]);
