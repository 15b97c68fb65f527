import type { Program } from './programs';

/** Somebody who plays the happy journey. */
export interface Contender {
  name: 'ours' | 'bare' | 'bareHttp';
  /** In a line: what it is. */
  what: string;
  /** Processes beside Postgres, Temporal and this one. */
  programs: readonly Program[];
  /** Plays one journey; `took` is told of each command's milliseconds. @returns the workflow's id */
  play(n: number, took: (ms: number) => void): Promise<string>;
  /** Waits until nothing is left to be done for these journeys: it belongs to the measured time. */
  settled(ids: readonly string[]): Promise<void>;
  /** Fails where one of these journeys lost something. @returns what it counted */
  check(ids: readonly string[]): Promise<Record<string, number>>;
  stop(): Promise<void>;
}

/** Runs an act and tells how long it took. */
export const timed = async <T>(took: (ms: number) => void, act: () => Promise<T>): Promise<T> => {
  const began = performance.now();
  const result = await act();
  took(performance.now() - began);
  return result;
};

/** Every one of these must hold, or the run lost something. */
export const mustEqual = (who: string, counts: Record<string, [found: number, expected: number]>): void => {
  const wrong = Object.entries(counts).filter(([, [found, expected]]) => found !== expected);
  if (wrong.length === 0) return;
  const said = wrong.map(([what, [found, expected]]) => `${found} ${what} instead of ${expected}`);
  throw new Error(`${who} lost something: ${said.join(', ')}`);
};
