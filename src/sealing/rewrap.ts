import { makeDataSource } from '../database/data-source';
import { Keyring } from './keyring';
import type { WrappedKey } from './keyring';
import { requireKnownMasters } from './known-masters';
import type { MasterKeys } from './master-keys';

const BATCH = 500;

/**
 * Wraps every key that is under another master key under the first one. The texts stay as they are. In batches, each a
 * transaction: stopped in the middle, it goes on where it was. @returns a line for whoever asked for it
 */
export const rewrap = async (databaseUrl: string, masters: MasterKeys): Promise<string> => {
  const db = await makeDataSource(databaseUrl, 1).initialize();
  const keyring = new Keyring(masters);
  try {
    await requireKnownMasters(db, keyring);
    let done = 0;
    for (let more = -1; more !== 0; done += more)
      more = await db.transaction(async (m) => {
        const rows = await m.query<WrappedKey[]>(
          `select owner, wrapped, master from sealing_key where master <> $1 and wrapped is not null
           order by owner limit ${BATCH} for no key update`,
          [keyring.first],
        );
        for (const row of rows) {
          const { wrapped, master } = keyring.wrap(row.owner, keyring.unwrap(row));
          await m.query('update sealing_key set wrapped = $2, master = $3 where owner = $1', [
            row.owner,
            wrapped,
            master,
          ]);
        }
        return rows.length;
      });
    return `${done} keys are now wrapped under "${keyring.first}"; other master keys are of no more use here.`;
  } finally {
    await db.destroy();
  }
};
