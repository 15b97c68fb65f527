import type { EntityManager } from 'typeorm';
import type { Actor } from '../../domain/inputs';
import { linkHash } from '../journeys/evidence-chain';
import type { ChangedEntry } from './directory-change';

/** One change of the directory, as it is chained. */
export interface RecordedChange {
  version: number;
  at: string;
  by: Actor;
  entries: ChangedEntry[];
}

/** A link of the directory's chain. */
export interface ChangeLink extends RecordedChange {
  previous: string;
  hash: string;
}

/** What a journey's id is in a journey's chain. */
export const CHAIN = 'directory';

/** Puts a change on record, chained to the one before it. The caller holds the lock under which directories change. */
export const recordChange = async (m: EntityManager, change: RecordedChange): Promise<void> => {
  const [last] = await m.query<{ hash: string }[]>(
    'select hash from directory_change order by version desc limit 1',
  );
  const previous = last?.hash ?? '';
  await m.query(
    `with change as (
       insert into directory_change (version, at, by_person, by_role, body, previous, hash)
       values ($1, $2, $3, $4, $5, $6, $7) returning version, hash)
     insert into anchor_queue (chain, seq, hash) select '${CHAIN}', version, hash from change`,
    [
      change.version,
      change.at,
      change.by.person,
      change.by.role,
      JSON.stringify(change),
      previous,
      linkHash(CHAIN, previous, change),
    ],
  );
};

/** Changes, the newest first, from before a version on. */
export const readChanges = async (
  m: EntityManager,
  limit: number,
  before = 2_147_483_647,
): Promise<ChangeLink[]> => {
  const rows = await m.query<{ body: RecordedChange; previous: string; hash: string }[]>(
    'select body, previous, hash from directory_change where version < $2 order by version desc limit $1',
    [limit, before],
  );
  return rows.map(({ body, previous, hash }) => ({ ...body, previous, hash }));
};

/** Where the chain of these links (the oldest first, from the beginning) is broken: a version, or nowhere. */
export const brokenAt = (links: readonly ChangeLink[]): number | undefined => {
  let previous = '';
  for (const { previous: said, hash, ...change } of links) {
    if (said !== previous || hash !== linkHash(CHAIN, previous, change)) return change.version;
    previous = hash;
  }
  return undefined;
};
