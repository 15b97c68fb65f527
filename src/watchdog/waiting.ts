import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import type { AlarmBell } from './alarm-bell';
import { POSTGRES_AWAY_MS, postgresAway } from './watchdog.service';

const AGAIN_MS = 5_000;

const answers = async (url: string): Promise<boolean> => {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: AGAIN_MS });
  client.on('error', () => {});
  try {
    await client.connect();
    return true;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => {});
  }
};

/**
 * Waits for Postgres, and rings where it does not come: a watchdog that starts in the middle of an outage, as after the machine's
 * own, is needed then.
 * @returns whether it answers; not where the waiting was stopped
 */
export const postgresAnswers = async (
  url: string,
  bell: AlarmBell,
  signal: AbortSignal,
): Promise<boolean> => {
  for (
    const from = performance.now();
    !signal.aborted;
    await sleep(AGAIN_MS, undefined, { signal }).catch(() => {})
  ) {
    if (await answers(url)) return true;
    const ms = performance.now() - from;
    if (ms >= POSTGRES_AWAY_MS) await bell.tell([postgresAway(ms)]);
  }
  return false;
};
