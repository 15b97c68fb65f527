import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { CASES, NOT_YET } from '../cases/all-cases';
import { OUTCOMES } from '../cases/case';
import type { Findings } from '../cases/table';
import { markdownTable, withTable } from '../cases/table';

const root = path.resolve(__dirname, '../..');

interface Run {
  code: number;
  stdout: string;
  stderr: string;
}

/** `npm run cases -- ...`, without npm. */
const cases = (...args: string[]): Promise<Run> =>
  new Promise((resolve) => {
    const program = ['--enable-source-maps', '-r', './scripts/ts.cjs', 'test/cases/run.ts', ...args];
    execFile(process.execPath, program, { cwd: root, maxBuffer: 1 << 26 }, (error, stdout, stderr) =>
      resolve({ code: typeof error?.code === 'number' ? error.code : error ? 1 : 0, stdout, stderr }),
    );
  });

describe("the Ombudsman's cases", () => {
  let run: Run;
  let findings: Findings;
  beforeAll(async () => {
    run = await cases('--json');
    findings = JSON.parse(run.stdout) as Findings;
  }, 300_000);

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

  it('name those that are not played yet', () =>
    expect(findings.notYet.map((n) => n.id)).toEqual(NOT_YET.map((n) => n.id)));

  it('are what the README says', () => {
    const file = path.join(root, 'README.md');
    const page = existsSync(file) ? readFileSync(file, 'utf8') : '';
    expect(withTable(page, markdownTable(findings))).toBe(page);
  });
});

describe('the command line', () => {
  it('explains itself', async () => {
    const { code, stdout } = await cases('--help');
    expect([code, stdout]).toEqual([0, expect.stringContaining('--keep DIR')]);
  });
  it.each([
    [['--nonsense']],
    [['--only', 'C99']],
    [['--only', '']],
    [['extra']],
    [['--policy', 'no-such-file']],
    [['--keep']],
  ])('refuses %j', async (args) => expect((await cases(...args)).code).toBe(2));
});
