import { setTimeout as sleep } from 'node:timers/promises';

/** How long something may take on a machine that is busy with other things. A test that waits longer has failed. */
export const PATIENCE_MS = 60_000;

/**
 * Polls until `look` finds something, and returns it. What it throws counts as not yet.
 * @param what is waited for, in the words of the failure
 */
export async function eventually<T>(
  what: string,
  look: () => T | undefined | false | null | Promise<T | undefined | false | null>,
  timeoutMs = PATIENCE_MS,
): Promise<T> {
  const end = Date.now() + timeoutMs;
  let last: unknown;
  for (;;) {
    try {
      const found = await look();
      if (found !== undefined && found !== false && found !== null) return found;
      last = undefined;
    } catch (error) {
      last = error;
    }
    if (Date.now() >= end)
      throw new Error(`Not within ${timeoutMs / 1000} s: ${what}`, last === undefined ? {} : { cause: last });
    await sleep(100);
  }
}

/** Waits until an instant has passed on this machine's clock, which real servers share. */
export const passed = async (instant: string): Promise<void> => {
  await sleep(Math.max(0, Date.parse(instant) - Date.now() + 1));
};
