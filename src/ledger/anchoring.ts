import type { DataSource } from 'typeorm';
import { CONTRADICTED } from './outlets';

/** Whether what is recorded is anchored, and whether checkpoints go elsewhere: for health, and no reason to turn anybody away. */
export interface Anchoring {
  /** `late` where something has waited for more than a minute. */
  status: 'current' | 'late' | 'unknown';
  /** How long the oldest row has waited that is not anchored yet. */
  oldestSeconds: number;
  /** `failing` where a place has been without the newest checkpoint for an hour, or has one that contradicts the ledger. */
  exports: 'current' | 'failing' | 'unknown';
}

export const ANCHORING_UNKNOWN: Anchoring = { status: 'unknown', oldestSeconds: 0, exports: 'unknown' };

const LATE_SECONDS = 60;

const LOOK = `
select coalesce(extract(epoch from now() - (select queued_at from anchor_queue order by n limit 1)), 0)::int as oldest,
  exists (select 1 from checkpoint_export
          where failing_since < now() - interval '1 hour' or failure = '${CONTRADICTED}') as failing`;

export const anchoring = async (db: DataSource): Promise<Anchoring> => {
  const [{ oldest, failing }] = await db.query<[{ oldest: number; failing: boolean }]>(LOOK);
  return {
    status: oldest > LATE_SECONDS ? 'late' : 'current',
    oldestSeconds: oldest,
    exports: failing ? 'failing' : 'current',
  };
};
