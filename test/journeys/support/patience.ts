/** How long a test waits for something that must come. Mutants wait less: there, what must come does not. */
const { patienceMs: changedPatienceMs = Infinity } = globalThis as { patienceMs?: number };
let patienceMs = Math.min(10_000, changedPatienceMs);

export const setPatience = (ms: number): void => {
  patienceMs = Math.min(ms, changedPatienceMs);
};

export const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Asks again and again until there is an answer. */
export const eventually = async <T>(what: string, ask: () => Promise<T | undefined | false>): Promise<T> => {
  const deadline = Date.now() + patienceMs;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined && answer !== false) return answer;
    if (Date.now() > deadline) throw new Error(`waited in vain for: ${what}`);
    await pause(20);
  }
};
