import { readFileSync } from 'node:fs';
import { stringify } from 'yaml';
import type { Policy } from '../../domain/policy';
import { PolicyFileError, loadPolicy, parsePolicy, policyHash } from '../../src/policy/policy-file';

const england = loadPolicy('policies/england.yaml');

/** England's policy with one thing changed, as a file. */
const edited = (edit: (policy: Policy) => unknown): string => {
  const copy = structuredClone(england);
  edit(copy);
  return stringify(copy);
};

const defectsOf = (text: string): string[] => {
  try {
    parsePolicy(text, 'test.yaml');
    return [];
  } catch (error) {
    expect(error).toBeInstanceOf(PolicyFileError);
    return (error as PolicyFileError).defects;
  }
};

const anyRule = (policy: Policy, kind: string) => policy.rules.find((rule) => rule.kind === kind)!;
const lastRule = (policy: Policy, kind: string) => policy.rules.findLast((rule) => rule.kind === kind)!;

describe('the policies that ship', () => {
  it.each(['policies/england.yaml', 'policies/demo.yaml'])('%s is sound', (file) =>
    expect(loadPolicy(file).rules.length).toBeGreaterThan(17),
  );
});

describe('a policy file is refused when', () => {
  const cases: [string, (policy: Policy) => unknown, string][] = [
    ['a field is unknown', (p) => Object.assign(p, { limits: 1 }), 'Unrecognized key: "limits"'],
    [
      'a condition is misspelt',
      (p) => Object.assign(p.rules[0]!.when!, { catgory: ['critical'] }),
      'rules[0].when: Unrecog',
    ],
    [
      'a rule names no ladder of the file',
      (p) => (p.rules[3]!.ladder = 'stairs'),
      'rules[3].ladder: no ladder "stairs"',
    ],
    [
      'an engineer is asked about a patient',
      (p) => (p.ladders.unread!.rungs[1]!.ask = 'on-call-engineer'),
      'asks an engineer: only for subject: [service]',
    ],
    ['a ladder ends elsewhere', (p) => p.ladders.unread!.rungs.pop(), 'a ladder ends at the staffed desk'],
    ['the desk is asked once', (p) => delete p.ladders.unread!.rungs.at(-1)!.repeat, 'asked again and again'],
    [
      'the desk is asked less than weekly',
      (p) => (p.ladders.unread!.rungs.at(-1)!.repeat = 'P8D'),
      'at least weekly',
    ],
    [
      'the desk is asked without a pause',
      (p) => (p.ladders.unread!.rungs.at(-1)!.repeat = 'PT1M'),
      'too often',
    ],
    ['a rung has no wait', (p) => delete p.ladders.unread!.rungs[1]!.wait, 'how long the rung before'],
    ['the first rung waits', (p) => (p.ladders.unread!.rungs[0]!.wait = 'PT1H'), 'asked at once'],
    [
      'a middle rung repeats',
      (p) => (p.ladders.unread!.rungs[1]!.repeat = 'PT1H'),
      'only the last rung repeats',
    ],
    ['the software is asked', (p) => (p.ladders.unread!.rungs[1]!.ask = 'system'), 'can act on a patient'],
    [
      'a role does not exist',
      (p) => Object.assign(p.ladders.unread!.rungs[1]!, { ask: 'nurse' }),
      'ladders.unread.rungs[1].ask',
    ],
    ['a ladder is never used', (p) => (p.ladders.spare = p.ladders.unread!), 'no rule uses this ladder'],
    [
      'a kind has no rule for the rest',
      (p) => (lastRule(p, 'report').when = { setting: ['ed'] }),
      '"report" needs a last rule',
    ],
    [
      'a kind has no rule at all',
      (p) => (p.rules = p.rules.filter((r) => r.kind !== 'learn')),
      '"learn" needs a last rule',
    ],
    ['a rule is out of reach', (p) => p.rules.push(structuredClone(anyRule(p, 'report'))), 'never reached'],
    [
      'a source is not listed',
      (p) => (p.rules[0]!.limit.source = 'hearsay'),
      '"hearsay" is not among the sources',
    ],
    [
      'a duration is in months',
      (p) => (p.rules[0]!.limit.duration = 'P1M'),
      'rules[0].limit.duration: not a duration',
    ],
    ['a condition lists nothing', (p) => (p.rules[0]!.when = { setting: [] }), 'rules[0].when.setting'],
    [
      'asking on opening reaches the desk late',
      (p) => (anyRule(p, 'vet').limit.duration = 'PT20M'),
      'after the limit PT20M',
    ],
    [
      'asking on opening mixes clocks',
      (p) => (anyRule(p, 'vet').limit.clock = 'working'),
      "the limit's clock",
    ],
    [
      'a report reaches the desk after 28 days',
      (p) => (lastRule(p, 'report').limit.duration = 'P28D'),
      'the ceiling of P28D',
    ],
    [
      'a report has working time under a ceiling',
      (p) => (lastRule(p, 'report').limit.clock = 'working'),
      'elapsed time',
    ],
    [
      'a waiver names no kind of duty',
      (p) => Object.assign(p.waivers[0]!, { kinds: ['lunch'] }),
      'waivers[0].kinds[0]',
    ],
    ['a waiver names no role', (p) => Object.assign(p.waivers[0]!, { roles: [] }), 'waivers[0].roles'],
    ['a waiver is there twice', (p) => p.waivers.push(p.waivers[0]!), 'is used twice'],
    [
      'the working day ends before it starts',
      (p) => (p.workingDay.end = '08:00'),
      'workingDay.end: must be after',
    ],
    ['the working day lies in the small hours', (p) => (p.workingDay.start = '01:00'), 'workingDay.start'],
    ['a day of the week is there twice', (p) => (p.workingDay.days = [1, 1]), 'workingDay.days'],
    ['the time zone does not exist', (p) => (p.timeZone = 'Europe/Londinium'), 'timeZone: not a time zone'],
    ['the offer limit says two things', (p) => (p.offerLimit.duration = 'PT5H'), 'offerLimit: must equal'],
    ['a setting has no specialty', (p) => p.specialties.shift(), 'no specialty has the setting'],
    [
      'it is signed by nobody',
      (p) => Object.assign(p, { signed: { clinicalSafetyOfficer: ' ', on: '2026-11-24' } }),
      'signed.clinicalSafetyOfficer',
    ],
  ];
  // A child's service also reads every setting; without it the first specialty stands alone for its own.
  const only = (edit: (policy: Policy) => unknown) => (policy: Policy) => {
    policy.specialties = policy.specialties.filter((s) => s.code !== 'children');
    edit(policy);
  };
  it.each(cases)('%s', (_, edit, message) => {
    const defects = defectsOf(edited(only(edit)));
    expect(defects.join('\n')).toContain(message);
  });

  it('a key is there twice, or it is not YAML, or empty', () => {
    expect(defectsOf('name: a\nname: b\n')[0]).toMatch(/^line 2: .*unique/);
    expect(defectsOf('rules: [')[0]).toMatch(/^line 1: /);
    expect(defectsOf('')).toHaveLength(1);
  });
});

it('a defect names its line, its place and the remedy', () => {
  const text = readFileSync('policies/england.yaml', 'utf8').replace(
    'ladder: emergency-imaging',
    'ladder: stairs',
  );
  const line = text.split('\n').findIndex((l) => l.includes('stairs')) + 1;
  expect(defectsOf(text)[0]).toMatch(
    new RegExp(`^line ${line}: rules\\[0\\]\\.ladder: no ladder "stairs": name one of critical, `),
  );
});

it('a missing file is named, with the remedy', () =>
  expect(() => loadPolicy('policies/nowhere.yaml')).toThrow(
    /nowhere\.yaml cannot be used[^]*name a YAML file/,
  ));

describe('the hash of a policy', () => {
  it('does not depend on how the file is written', () => {
    const turned = Object.fromEntries(Object.entries(england).reverse());
    expect(policyHash(parsePolicy(stringify(turned), 'turned.yaml'))).toBe(policyHash(england));
    expect(policyHash(england)).toMatch(/^[0-9a-f]{64}$/);
  });

  it('changes with any limit', () => {
    const text = edited((p) => (lastRule(p, 'assure').limit.duration = 'P4D'));
    expect(policyHash(parsePolicy(text, 'changed.yaml'))).not.toBe(policyHash(england));
  });
});
