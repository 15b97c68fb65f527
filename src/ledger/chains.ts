import type { EntityManager } from 'typeorm';
import { linkHash } from '../journeys/evidence-chain';
import type { Anchored } from './tree';

/** The two chains that the ledger itself keeps: accesses in batches, and keys from when they signed first. */

/** An access as a batch has it: codes, templates and ids. `at` is RFC 3339 in UTC with milliseconds. */
interface Access {
  id: number;
  at: string;
  principal: string | null;
  role: string | null;
  method: string;
  route: string;
  status: number;
  code: string | null;
  journey: string | null;
  request: string;
  /** Why, as a code; and the names of the filters of a list. */
  purpose: string | null;
  filters: string[] | null;
}

/** The end of a chain. Only the sequencer adds to these, under its lock. */
const lastOf = async (
  m: EntityManager,
  table: 'access_batch' | 'signing_key',
): Promise<{ n: number; hash: string }> => {
  const [last] = await m.query<{ n: string; hash: string }[]>(
    `select n, hash from ${table} order by n desc limit 1`,
  );
  return { n: Number(last?.n ?? 0), hash: last?.hash ?? '' };
};

/** Makes one batch of these accesses, in the order of their ids. */
export const batchAccesses = async (
  m: EntityManager,
  ids: readonly number[],
  at: string,
): Promise<Anchored> => {
  const rows = await m.query<(Omit<Access, 'id' | 'at'> & { id: string; at: Date })[]>(
    `select id, at, principal, role, method, route, status, code, journey, request, purpose, filters
     from access_log where id = any($1::bigint[]) order by id`,
    [ids],
  );
  const accesses = rows.map((row): Access => ({ ...row, id: Number(row.id), at: row.at.toISOString() }));
  const last = await lastOf(m, 'access_batch');
  const body = { n: last.n + 1, at, rows: accesses };
  const hash = linkHash('access', last.hash, body);
  await m.query('insert into access_batch (n, at, body, previous, hash) values ($1, $2, $3, $4, $5)', [
    body.n,
    at,
    JSON.stringify(body),
    last.hash,
    hash,
  ]);
  return { chain: 'access', seq: body.n, hash };
};

/** Puts the keys on record that have not signed before; gives the end of the chain of keys where it has grown. */
export const recordKeys = async (
  m: EntityManager,
  keys: readonly string[],
  at: string,
): Promise<Anchored | undefined> => {
  const known = await m.query<{ key: string }[]>('select key from signing_key where key = any($1)', [keys]);
  let grown: Anchored | undefined;
  for (const key of keys.filter((each) => known.every((row) => row.key !== each))) {
    const last = await lastOf(m, 'signing_key');
    const body = { n: last.n + 1, at, key };
    const hash = linkHash('keys', last.hash, body);
    await m.query('insert into signing_key (n, at, key, previous, hash) values ($1, $2, $3, $4, $5)', [
      body.n,
      at,
      key,
      last.hash,
      hash,
    ]);
    grown = { chain: 'keys', seq: body.n, hash };
  }
  return grown;
};
