import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';

/**
 * The folder that holds domain/, workflows/ and policies/: the repository when we run from TypeScript, `dist` when we run
 * the build. The build copies whatever is read at run time, so both look the same from here.
 */
export const root = resolve(__dirname, '..', '..');

/** Whether this is the output of `npm run build`. */
export const isBuilt = !existsSync(join(__dirname, 'paths.ts'));

/** Where the embedded parts keep what must survive a restart. `IMAGING_FAILSAFE_DATA` moves it. */
export function dataDir(): string {
  return resolve(process.env['IMAGING_FAILSAFE_DATA'] ?? join(process.cwd(), 'data'));
}

/** Where things go that can be fetched or made again: binaries, workflow bundles. `IMAGING_FAILSAFE_CACHE` moves it. */
export function cacheDir(): string {
  return resolve(process.env['IMAGING_FAILSAFE_CACHE'] ?? join(homedir(), '.cache', 'imaging-failsafe'));
}
