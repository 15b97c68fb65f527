import { randomInt } from 'node:crypto';
import { isFree } from '../../../src/local/ports';
import { writeState } from '../../../src/local/state-file';

/**
 * A port that stays ours while what listens there is dead: below those that the system hands out, and not one that every
 * run on this machine tries first.
 */
export async function ownPort(): Promise<number> {
  for (let attempt = 0; attempt < 100; attempt++) {
    const port = randomInt(10_000, 20_000);
    if (await isFree(port)) return port;
  }
  throw new Error('No port from 10000 to 20000 is free.');
}

/** Has an embedded server begin with ports of its own, as if it remembered them from an earlier start. */
export async function rememberPorts(stateFile: string, ...names: string[]): Promise<void> {
  const state: Record<string, number> = {};
  for (const name of names) state[name] = await ownPort();
  writeState(stateFile, state);
}
