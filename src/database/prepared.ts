import { Client } from 'pg';

const names = new Map<string, string>();

/**
 * Marks a statement that runs for every message: each connection has Postgres parse and plan it once, and not every time.
 * For texts that never vary; each one stays in the memory of every connection.
 */
export const prepared = (sql: string): string => {
  names.set(sql, `failsafe_${names.size + 1}`);
  return sql;
};

type Query = (query: unknown, values?: unknown, done?: unknown) => unknown;

/** A connection that knows these statements by name. */
export class PreparingClient extends Client {
  // The base's overloads cannot be written again here, and none of them changes.
  override query = ((query: unknown, values?: unknown, done?: unknown): unknown => {
    const name = typeof query === 'string' ? names.get(query) : undefined;
    const send = super.query.bind(this) as Query;
    return name === undefined ? send(query, values, done) : send({ name, text: query, values }, done);
  }) as Client['query'];
}
