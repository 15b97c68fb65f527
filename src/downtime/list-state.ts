import type { DataSource } from 'typeorm';

/** What is known of the lists on disk: noted in the database, since whoever asks for their age may run on another machine. */
export interface ListState {
  /** `none` where no program has ever kept one; `old` where the newest of all machines is older than three of its rounds. */
  status: 'current' | 'old' | 'none' | 'unknown';
  /** Of the newest list. */
  ageSeconds?: number;
}

/** A list is renewed every few minutes; two rounds may fail before anybody is to be troubled. */
const ROUNDS_BEFORE_OLD = 3;

interface Row {
  written_at: Date;
  age: number;
  old: boolean;
}

const STATE = `
select written_at, extract(epoch from now() - written_at)::float8 as age,
  written_at < now() - ${ROUNDS_BEFORE_OLD} * every_seconds * interval '1 second' as old
from downtime_list order by written_at desc limit 1`;

const newest = async (db: DataSource): Promise<Row | undefined> => {
  const [row] = await db.query<(Row | undefined)[]>(STATE);
  return row;
};

export const listState = async (db: DataSource): Promise<ListState> => {
  const row = await newest(db);
  if (!row) return { status: 'none' };
  return { status: row.old ? 'old' : 'current', ageSeconds: Math.floor(row.age) };
};

/** Seconds since the newest list was written; nothing where none ever was. */
export const listAge = async (db: DataSource): Promise<number | undefined> => (await newest(db))?.age;

/** Since when the list has not been renewed, where that is too long. */
export const oldSince = async (db: DataSource): Promise<string | undefined> => {
  const row = await newest(db);
  return row?.old ? row.written_at.toISOString() : undefined;
};
