import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describeFailure } from '../../src/local/plain-error';
import { BadUsage, HELP, options } from './options';
import type { Findings } from './table';
import { markdownTable, terminalTable, withTable } from './table';

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
  // Loaded only now: a mistyped option is answered at once.
  const { playAll } = require('./play-all') as typeof import('./play-all');
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
