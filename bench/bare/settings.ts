import { join } from 'node:path';
import type { Stage } from '../stage';

/** How the processes of the bare contenders are told where things are. */
export interface BareSettings {
  databaseUrl: string;
  address: string;
  namespace: string;
  /** The bundled workflow; the worker alone needs it. */
  bundle: string;
  /** What each command's row holds: the events that our own core records for it, so that all write about as much. */
  rows: unknown[];
}

export const BARE_QUEUE = 'bare-journeys';
/** As ours: `makeDataSource`'s. */
export const POOL_SIZE = 20;

/** Where things are on this stage. */
export const settingsOf = (stage: Stage, rows: unknown[] = []): BareSettings => ({
  databaseUrl: stage.bare,
  address: stage.temporal.connectionOptions.address,
  namespace: stage.temporal.namespace,
  bundle: join(stage.dir, 'bare-workflow.js'),
  rows,
});

export const toEnv = (s: BareSettings): Record<string, string> => ({ BENCH_SETTINGS: JSON.stringify(s) });

export const fromEnv = (): BareSettings => JSON.parse(process.env['BENCH_SETTINGS']!) as BareSettings;
