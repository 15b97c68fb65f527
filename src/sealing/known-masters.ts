import type { DataSource } from 'typeorm';
import { PlainError } from '../local/plain-error';
import type { Keyring, WrappedKey } from './keyring';

const ONE_OF_EACH = `
select distinct on (master) owner, wrapped, master from sealing_key where wrapped is not null order by master, owner`;

/** Whether every key in the database can be unwrapped, tried on one of each master key; told before anything is served. */
export const requireKnownMasters = async (db: DataSource, keyring: Keyring): Promise<void> => {
  for (const row of await db.query<WrappedKey[]>(ONE_OF_EACH)) {
    if (!keyring.has(row.master))
      throw new PlainError(
        `Texts are sealed under the master key "${row.master}", which is not among those given.`,
        'Add it to SEALING_KEYS (or put data/sealing-key.json back) from your copy. Nothing is lost while it exists.',
      );
    if (!opens(keyring, row))
      throw new PlainError(
        `The master key "${row.master}" is another one than the one that sealed the texts.`,
        'Put the right one into SEALING_KEYS (or data/sealing-key.json). Nothing is lost while it exists.',
      );
  }
};

const opens = (keyring: Keyring, row: WrappedKey): boolean => {
  try {
    keyring.unwrap(row);
    return true;
  } catch {
    return false;
  }
};
