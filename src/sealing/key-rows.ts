import type { EntityManager } from 'typeorm';
import { prepared } from '../database/prepared';
import type { Keyring, WrappedKey } from './keyring';

export type OwnerKind = 'patient' | 'journey' | 'search';

/** Who owns the key of the search index: nobody, and there is one. */
export const SEARCH = '00000000-0000-0000-0000-000000000000';

const MAKE = prepared(`
insert into sealing_key (owner, kind, wrapped, master) values ($1, $2, $3, $4)
on conflict (owner) do update set wrapped = excluded.wrapped, master = excluded.master, made_at = now()
  where sealing_key.wrapped is null
returning owner`);

const READ = prepared(
  `select owner, wrapped, master from sealing_key where owner = $1 and wrapped is not null for key share`,
);

/** An owner's key; made where there is none, or none any more. Of two who make one at once the first one's holds. */
export const keyOf = async (
  m: EntityManager,
  keyring: Keyring,
  owner: string,
  kind: OwnerKind,
): Promise<Buffer> => {
  const { key, row } = keyring.make(owner);
  const made = await m.query<unknown[]>(MAKE, [owner, kind, row.wrapped, row.master]);
  if (made.length > 0) return key;
  const [kept] = await m.query<[WrappedKey]>(READ, [owner]);
  return keyring.unwrap(kept);
};
