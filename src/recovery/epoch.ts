import type { EntityManager } from 'typeorm';

/**
 * Postgres and Temporal have parted, because one of the two was restored or lost: raises the epoch, so that every run which is
 * told of it reads its evidence again before it decides anything, and signals about rows that no longer exist are void. Rows
 * without an outcome are delivered again, at once. @returns the new epoch
 */
export const raiseEpoch = async (m: EntityManager): Promise<number> => {
  const [row] = await m.query<{ epoch: number }[]>(
    'with raised as (update standing set epoch = epoch + 1 returning epoch) select epoch from raised',
  );
  await m.query(DELIVER_AGAIN);
  return row!.epoch;
};

/** Every row without an outcome is delivered again at the relay's next round. */
export const DELIVER_AGAIN = `update delivery set delivered_n = finished_n, lease_until = null, redelivered = 0
  where finished_n < last_n`;
