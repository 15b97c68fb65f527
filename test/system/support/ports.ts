import { randomInt } from 'node:crypto';
import { isFree } from '../../../src/local/ports';
import { writeState } from '../../../src/local/state-file';

/** Below those that the system hands out; of four workers of Jest each has its own part. */
const FROM = 10_000;
const EACH = 2_500;
const PARTS = 4;
const part = (Number(process.env['JEST_WORKER_ID'] ?? 1) - 1) % PARTS;
const given = new Set<number>();

/** A port that stays ours while what listens there is dead: nobody beside us is given it. */
export async function ownPort(): Promise<number> {
  for (let attempt = 0; attempt < 100; attempt++) {
    const port = FROM + part * EACH + randomInt(EACH);
    if (given.has(port) || !(await isFree(port))) continue;
    given.add(port);
    return port;
  }
  throw new Error(`No port of the ${EACH} from ${FROM + part * EACH} on is free.`);
}

/** Has an embedded server begin with ports of its own, as if it remembered them from an earlier start. */
export async function rememberPorts(stateFile: string, ...names: string[]): Promise<void> {
  const state: Record<string, number> = {};
  for (const name of names) state[name] = await ownPort();
  writeState(stateFile, state);
}
