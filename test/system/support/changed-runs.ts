import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from '../../../src/local/paths';
import type { Change } from '../../support/change';
import { changed } from '../../support/change';

/** Some tests of one file, run with one place of the source changed, or unchanged. */
export interface ChangedRun {
  /** Its own among all runs. */
  name: string;
  /** From `test` on. */
  file: string;
  /** The full titles of the tests, as they are run. */
  tests: readonly string[];
  change?: Change;
}
export interface Result {
  /** Why nothing was run, or else empty. */
  broke: string;
  /** Each test that ran, with its failures. */
  tests: [title: string, failures: string[]][];
}

/** Nothing waits longer than this for what a broken rule will never bring about. */
const PATIENCE_MS = 3_000;
/** More than there may be processors: much of a test is waiting. */
const AT_ONCE = 3;

const here = (file: string): string => join(root, 'test/system/support/changed', file);
const escaped = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** The run as a project of Jest's, without servers of its own: those of the run that starts this one are up. */
const project = ({ name, file, tests, change }: ChangedRun): object => {
  const path = change && join(root, change.file);
  const text = change && changed(readFileSync(path!, 'utf8'), change);
  return {
    displayName: name,
    id: 'changed',
    rootDir: root,
    roots: ['<rootDir>/test'],
    testEnvironment: 'node',
    testMatch: [`<rootDir>/test/${file}`],
    modulePathIgnorePatterns: ['<rootDir>/dist/', '<rootDir>/data/'],
    transform: { '\\.ts$': [here('transform.cjs'), { sourceMaps: 'inline', file: path, text }] },
    runner: 'jest-runner',
    testRunner: here('run-named.cjs'),
    globals: {
      names: `^(${tests.map(escaped).join('|')})$`,
      ...(change ? { patienceMs: PATIENCE_MS } : {}),
    },
  };
};

/** Runs them all on the servers that are up. @returns what became of each, by its name */
export const runAll = async (runs: readonly ChangedRun[]): Promise<Record<string, Result>> => {
  const dir = mkdtempSync(join(tmpdir(), 'imaging-failsafe-changed-'));
  try {
    const [config, out] = [join(dir, 'config.json'), join(dir, 'out.json')];
    const reporters = [[here('report.cjs'), { out }]];
    writeFileSync(config, JSON.stringify({ reporters, projects: runs.map(project) }));
    await ended([
      ...['--experimental-vm-modules', '--disable-warning=ExperimentalWarning'],
      ...[join(root, 'node_modules/jest/bin/jest.js'), '--config', config, '--silent', '--forceExit'],
      ...[`--maxWorkers=${AT_ONCE}`, '--testTimeout=60000'],
    ]);
    return JSON.parse(readFileSync(out, 'utf8')) as Record<string, Result>;
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
};

const ended = (args: readonly string[]): Promise<void> =>
  new Promise((resolve) => {
    const child = spawn(process.execPath, args, { cwd: root, stdio: 'ignore' });
    child.on('close', () => resolve());
  });
