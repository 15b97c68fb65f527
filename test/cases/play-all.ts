import { NOT_YET } from './all-cases';
import { Hospital } from './hospital';
import { keepIn } from './keep';
import type { Options } from './options';
import { playCase, playTwin } from './play';
import type { Findings } from './table';
import { caseLine, twinLine } from './table';

/** Cases played at once: most of a play is waiting for one commit after another. */
const AT_ONCE = 4;

/** Does some acts, a few at once. */
const several = async (acts: readonly (() => Promise<void>)[]): Promise<void> => {
  const waiting = [...acts];
  const lane = async (): Promise<void> => {
    for (let next = waiting.shift(); next; next = waiting.shift()) await next();
  };
  await Promise.all(Array.from({ length: AT_ONCE }, lane));
};

/** Plays what is asked for, a line each as they end, and stops every server afterwards, also when it is told to stop. */
export const playAll = async (o: Options, say: (line: string) => void): Promise<Findings> => {
  const hospital = await Hospital.open({ policy: o.policy });
  let stopped = false;
  const stop = (): void => {
    stopped = true;
    void hospital.close().finally(() => process.exit(130));
  };
  process.once('SIGINT', stop).once('SIGTERM', stop);
  const said =
    <T>(line: (entry: T) => string) =>
    (entry: T): T => {
      if (!stopped) say(line(entry));
      return entry;
    };
  const keep = o.keep === undefined ? undefined : keepIn(o.keep);
  const findings: Findings = {
    cases: [],
    twins: [],
    notYet: NOT_YET.map((n) => ({ ...n, outcome: 'not yet' })),
  };
  try {
    await several([
      ...o.only.map((c, i) => async () => {
        findings.cases[i] = await playCase(c, hospital, keep).then(said(caseLine));
      }),
      ...o.only.map((c, i) => async () => {
        findings.twins[i] = await playTwin(c, hospital, o.policy, keep).then(said(twinLine));
      }),
    ]);
    return findings;
  } finally {
    await hospital.close();
  }
};
