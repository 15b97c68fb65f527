import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { CASES, NOT_YET } from '../cases/all-cases';
import { OUTCOMES } from '../cases/case';
import { BadUsage, options } from '../cases/options';
import type { Findings } from '../cases/table';
import { markdownTable, withTable } from '../cases/table';

const root = path.resolve(__dirname, '../..');

interface Run {
  code: number;
  stdout: string;
  stderr: string;
}

/** `npm run cases -- ...` and the like, without npm. */
const program = (script: string, args: readonly string[]): Promise<Run> =>
  new Promise((resolve) => {
    const all = ['--enable-source-maps', '-r', './scripts/ts.cjs', script, ...args];
    execFile(process.execPath, all, { cwd: root, maxBuffer: 1 << 26 }, (error, stdout, stderr) =>
      resolve({ code: typeof error?.code === 'number' ? error.code : error ? 1 : 0, stdout, stderr }),
    );
  });
const cases = (...args: string[]): Promise<Run> => program('test/cases/run.ts', args);

describe("the Ombudsman's cases", () => {
  const kept = mkdtempSync(path.join(tmpdir(), 'failsafe-kept-'));
  let run: Run;
  let findings: Findings;
  beforeAll(async () => {
    run = await cases('--json', '--keep', kept);
    findings = JSON.parse(run.stdout) as Findings;
  }, 900_000);
  afterAll(() => rmSync(kept, { recursive: true, force: true }));

  it('end well as a whole', () =>
    expect([run.code, run.stderr]).toEqual([0, expect.stringContaining('C13')]));

  it.each(CASES.map((c) => c.id))('%s is no worse than the specification expects', (id) => {
    const entry = findings.cases.find((e) => e.id === id)!;
    expect(entry.failures).toEqual([]);
    expect(OUTCOMES.indexOf(entry.outcome)).toBeLessThanOrEqual(OUTCOMES.indexOf(entry.expected));
    expect(entry.days ?? Infinity).toBeGreaterThanOrEqual(entry.expectedDays ?? 0);
    expect(entry.firstStep).not.toBe('none');
    expect(entry.after).toMatch(/^P/);
    expect(entry.holds.filter((h) => !h.ok)).toEqual([]);
  });

  it.each(CASES.map((c) => c.id))('%s, with everybody doing their part, ends closed and quiet', (id) => {
    const twin = findings.twins.find((t) => t.id === `${id}-twin`)!;
    expect(twin).toMatchObject({ closed: true, escalations: 0, needless: 0, failures: [] });
  });

  it('leave evidence that verifies: chains, ledger, histories and read model of every play', async () => {
    const { code, stdout } = await program('src/verification/run.ts', ['--data', kept]);
    expect([code, stdout]).toEqual([0, expect.stringContaining(`${2 * CASES.length} verified, 0 broken`)]);
    expect(stdout.match(/^ok .* events that a history confirms$/gm)).toHaveLength(2 * CASES.length);
  }, 120_000);

  it('name those that are not played yet', () =>
    expect(findings.notYet.map((n) => n.id)).toEqual(NOT_YET.map((n) => n.id)));

  it('are what the README says', () => {
    const file = path.join(root, 'README.md');
    const page = existsSync(file) ? readFileSync(file, 'utf8') : '';
    expect(withTable(page, markdownTable(findings))).toBe(page);
  });
});

/** England's policy with a lease that outlives the patient: a file that the program itself would accept. */
const longLease = (): { file: string; gone: () => void } => {
  const folder = mkdtempSync(path.join(tmpdir(), 'failsafe-policy-'));
  const file = path.join(folder, 'long-lease.yaml');
  const text = readFileSync(path.join(root, 'policies/england.yaml'), 'utf8');
  writeFileSync(file, text.replace('claimLease: { duration: PT8H', 'claimLease: { duration: P365D'));
  return { file, gone: () => rmSync(folder, { recursive: true, force: true }) };
};

describe('a policy under which a case would happen again', () => {
  it('fails the run, and says why', async () => {
    const { file, gone } = longLease();
    try {
      const { code, stdout } = await cases('--json', '--only', 'C10', '--policy', file);
      const { cases: played, twins } = JSON.parse(stdout) as Findings;
      expect(code).toBe(1);
      expect(played[0]!.failures).toContainEqual(expect.stringContaining('the lease ended'));
      expect(twins[0]).toMatchObject({ closed: true, failures: [] });
    } finally {
      gone();
    }
  }, 120_000);
});

describe('the command line', () => {
  it('explains itself', async () => {
    const { code, stdout } = await cases('--help');
    expect([code, stdout]).toEqual([0, expect.stringContaining('--keep DIR')]);
  }, 60_000);

  it('says what it cannot use, on stderr, with code 2', async () => {
    const { code, stdout, stderr } = await cases('--only', 'C99');
    expect([code, stdout, stderr]).toEqual([2, '', expect.stringContaining('C99')]);
  }, 60_000);

  it.each([
    [['--nonsense']],
    [['--only', '']],
    [['--only', 'C1']],
    [['extra']],
    [['--policy', 'no-such-file']],
    [['--keep']],
  ])('refuses %j', (args) => expect(() => options(args)).toThrow(BadUsage));

  it.each([
    ['C12', ['C12-report']],
    ['c04,C22', ['C04a', 'C22']],
  ])('--only %s plays %j', (only, ids) =>
    expect(options(['--only', only])!.only.map((c) => c.id)).toEqual(ids),
  );
});
