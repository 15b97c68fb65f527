import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describeFailure } from '../../src/local/plain-error';
import { NOT_YET } from './all-cases';
import { Hospital } from './hospital';
import type { Options } from './options';
import { BadUsage, HELP, options } from './options';
import { playCase, playTwin } from './play';
import type { Findings } from './table';
import { caseLine, markdownTable, terminalTable, twinLine, withTable } from './table';

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

const playAll = async (o: Options, say: (line: string) => void): Promise<Findings> => {
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
  const findings: Findings = {
    cases: [],
    twins: [],
    notYet: NOT_YET.map((n) => ({ ...n, outcome: 'not yet' })),
  };
  try {
    await several([
      ...o.only.map((c, i) => async () => {
        findings.cases[i] = await playCase(c, hospital, o.keep).then(said(caseLine));
      }),
      ...o.only.map((c, i) => async () => {
        findings.twins[i] = await playTwin(c, hospital, o.policy, o.keep).then(said(twinLine));
      }),
    ]);
    return findings;
  } finally {
    await hospital.close();
  }
};

const main = async (): Promise<number> => {
  const o = options(process.argv.slice(2));
  if (!o) {
    process.stdout.write(HELP);
    return 0;
  }
  // Only findings go to stdout: whatever else speaks (a framework's logger, say) goes to stderr.
  const write = process.stdout.write.bind(process.stdout);
  const out = (text: string): Promise<void> => new Promise((written) => write(text, () => written()));
  process.stdout.write = process.stderr.write.bind(process.stderr) as typeof process.stdout.write;
  const apart = o.json || o.table;
  const findings = await playAll(o, (line) => void (apart ? process.stderr : { write }).write(`${line}\n`));
  if (o.json) await out(`${JSON.stringify(findings, null, 2)}\n`);
  else if (o.table) await out(markdownTable(findings));
  else await out(`\n${terminalTable(findings)}`);
  if (o.readme) writeReadme(findings);
  return [...findings.cases, ...findings.twins].every((entry) => entry.failures.length === 0) ? 0 : 1;
};

const writeReadme = (findings: Findings): void => {
  const file = path.resolve(__dirname, '../../README.md');
  writeFileSync(file, withTable(readFileSync(file, 'utf8'), markdownTable(findings)));
};

void main()
  .catch((error: unknown) => {
    if (error instanceof BadUsage) {
      process.stderr.write(`${error.message}\nSee npm run cases -- --help.\n`);
      return 2;
    }
    const { text, exitCode } = describeFailure(error);
    process.stderr.write(`${text}\n`);
    return exitCode;
  })
  .then((code) => process.exit(code));
