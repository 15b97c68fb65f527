import type { Loop } from '../../support/loop';

type Query = (sql: string, params?: unknown[]) => Promise<unknown>;

/** What somebody with all rights does to the database: no trigger and no constraint between tables holds them. */
export const whileOwner = <T>(loop: Loop, act: (q: Query) => Promise<T>): Promise<T> =>
  loop.db.transaction(async (m) => {
    await m.query('set local session_replication_role = replica');
    return act((sql, params) => m.query(sql, params));
  });
