import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { LimitRule, Policy } from '../../domain/policy';
import type { ObligationKind } from '../../domain/vocabulary';
import { writeWorkflowBundle } from '../../src/local/workflow-bundle';
import { loadPolicy } from '../../src/policy/policy-file';
import { CASES } from '../cases/all-cases';
import { OUTCOMES } from '../cases/case';
import { Hospital } from '../cases/hospital';
import type { CaseEntry, TwinEntry } from '../cases/play';
import { playCase, playTwin } from '../cases/play';

/**
 * The judge of the cases has teeth: a policy with a fault in it, or a pathway with a rule left out, makes a case worse and
 * fails it. Each fault is one that a person could make.
 */
jest.setTimeout(120_000);

const root = path.resolve(__dirname, '../..');
const england = loadPolicy(path.join(root, 'policies/england.yaml'));
const caseOf = (id: string) => CASES.find((c) => c.id === id)!;

const withRules = (kind: ObligationKind, change: (rule: LimitRule) => LimitRule): Policy => ({
  ...england,
  rules: england.rules.map((rule) => (rule.kind === kind ? change(rule) : rule)),
});

const in_ = async <T>(
  options: Parameters<typeof Hospital.open>[0],
  act: (hospital: Hospital) => Promise<T>,
): Promise<T> => {
  const hospital = await Hospital.open(options);
  try {
    return await act(hospital);
  } finally {
    await hospital.close();
  }
};

const under = (policy: Policy, id: string): Promise<CaseEntry> =>
  in_({ policy }, (h) => playCase(caseOf(id), h));
const twinUnder = (policy: Policy, id: string): Promise<TwinEntry> =>
  in_({ policy }, (h) => playTwin(caseOf(id), h, policy));

const isWorse = (entry: CaseEntry): void => {
  expect(entry.failures).not.toEqual([]);
  expect(OUTCOMES.indexOf(entry.outcome)).toBeGreaterThan(OUTCOMES.indexOf(entry.expected));
};

describe('a policy with a fault', () => {
  it('a report that may take a year', async () => {
    const limit = { duration: 'P365D', clock: 'elapsed', source: 'a slip of the pen' } as const;
    isWorse(
      await under(
        withRules('report', (rule) => ({ ...rule, limit })),
        'C13',
      ),
    );
  });

  it('a ladder that gives each rung a season', async () => {
    const slow = england.ladders['reporting-acute']!.rungs.map((rung, i) =>
      i === 0 ? rung : { ...rung, wait: 'P90D' },
    );
    const ladders = { ...england.ladders, 'reporting-acute': { rungs: slow } };
    isWorse(await under({ ...england, ladders }, 'C13'));
  });

  it('a critical finding that only shows on a worklist until the next day', async () => {
    const limit = { duration: 'PT24H', clock: 'elapsed', source: 'a slip of the pen' } as const;
    const policy = withRules('acknowledge', (rule) => ({ ...rule, limit, asks: 'at-limit' }));
    isWorse(await under(policy, 'C19'));
  });

  it('limits so short that people who do their part are chased', async () => {
    const limit = { duration: 'PT30M', clock: 'elapsed', source: 'a slip of the pen' } as const;
    const twin = await twinUnder(
      withRules('report', (rule) => ({ ...rule, limit })),
      'C13',
    );
    expect(twin.escalations).toBeGreaterThan(0);
    expect(twin.failures).not.toEqual([]);
  });
});

/** The workflows with one rule of the pathway taken out. */
const without = async (rule: string): Promise<{ codePath: string; gone: () => void }> => {
  const folder = mkdtempSync(path.join(tmpdir(), 'failsafe-mutant-'));
  for (const part of ['domain', 'activities', 'workflows'])
    cpSync(path.join(root, part), path.join(folder, part), { recursive: true });
  symlinkSync(path.join(root, 'node_modules'), path.join(folder, 'node_modules'));
  const file = path.join(folder, 'domain/pathway.ts');
  const text = readFileSync(file, 'utf8');
  const line = new RegExp(`^  (?:'?${rule}'?: \\w+|${rule}),$`, 'm');
  expect(text).toMatch(line);
  writeFileSync(file, text.replace(line, ''));
  const codePath = path.join(folder, 'bundle.js');
  await writeWorkflowBundle(path.join(folder, 'workflows/index.ts'), codePath);
  return { codePath, gone: () => rmSync(folder, { recursive: true, force: true }) };
};

describe('a pathway with a rule left out', () => {
  it.each([
    ['report', 'C09', 'report was never owed'],
    ['transfer', 'C11', 'transfer was never owed'],
    ['tell-patient', 'C21', 'tell-patient was never owed'],
    ['plan', 'C07', 'plan was never owed'],
  ])('%s: %s fails', async (rule, id, failure) => {
    const mutant = await without(rule);
    try {
      const entry = await in_({ bundle: mutant }, (h) => playCase(caseOf(id), h));
      expect(entry.failures).toContainEqual(
        expect.stringMatching(new RegExp(`${failure}|could not be played`)),
      );
    } finally {
      mutant.gone();
    }
  });
});
