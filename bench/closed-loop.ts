/** No act of a benchmark takes this long unless something is lost; then the run must fail and not hang. */
const PATIENCE_MS = 60_000;

/**
 * Runs `count` acts, at most `concurrency` at a time; each place takes the next act when its last one is done.
 * The first failure ends the loop.
 */
export const closedLoop = async (
  count: number,
  concurrency: number,
  act: (i: number) => Promise<void>,
): Promise<void> => {
  let next = 0;
  const place = async (): Promise<void> => {
    while (next < count) {
      const i = next++;
      try {
        await within(PATIENCE_MS, act(i), `number ${i}`);
      } catch (error) {
        next = count;
        throw error;
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(concurrency, count) }, place));
};

/** Fails when the promise takes longer. */
export const within = async <T>(ms: number, promise: Promise<T>, what: string): Promise<T> => {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${what} did not end within ${ms / 1000} s`)), ms);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
};

/** Looks again and again until it is so. */
export const until = async (what: string, isSo: () => Promise<boolean>, everyMs = 50): Promise<void> => {
  const end = Date.now() + PATIENCE_MS;
  while (!(await isSo())) {
    if (Date.now() > end) throw new Error(`${what}: not within ${PATIENCE_MS / 1000} s`);
    await new Promise((resolve) => setTimeout(resolve, everyMs));
  }
};
