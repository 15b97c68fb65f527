import { delegationFor, needsSecondPerson, nextStep, ruleFor, rungAt, waiverFor } from '../../domain/policy';
import type { LimitRule, Policy } from '../../domain/policy';
import { loadPolicy } from '../../src/policy/policy-file';

const rule = (duration: string, when?: LimitRule['when']): LimitRule => ({
  kind: 'report',
  ...(when === undefined ? {} : { when }),
  limit: { duration, clock: 'elapsed', source: 'local decision needed' },
  asks: 'at-limit',
  ladder: 'steps',
});

const policy: Policy = {
  ...loadPolicy('policies/england.yaml'),
  rules: [
    rule('PT1H', { priority: ['emergency'] }),
    rule('PT12H', { priority: ['urgent'], setting: ['ed', 'inpatient'] }),
    rule('P7D', { setting: ['ed', 'outpatient'] }),
    rule('P2D'),
  ],
  ladders: {
    steps: {
      rungs: [
        { ask: 'accountable' },
        { ask: 'consultant', wait: 'PT8H' },
        { ask: 'desk', wait: 'P1D', clock: 'working', repeat: 'P2D' },
      ],
    },
  },
};

const limitOf = (situation: Omit<Parameters<typeof ruleFor>[1], 'kind'>): string | undefined =>
  ruleFor(policy, { kind: 'report', ...situation })?.limit.duration;

describe('the rule for a situation', () => {
  it('is the first whose every condition holds', () => {
    expect(limitOf({ priority: 'emergency', setting: 'ed' })).toBe('PT1H');
    expect(limitOf({ priority: 'urgent', setting: 'inpatient' })).toBe('PT12H');
    expect(limitOf({ priority: 'urgent', setting: 'outpatient' })).toBe('P7D');
    expect(limitOf({ priority: 'routine', setting: 'gp' })).toBe('P2D');
  });

  it('does not rest on what is not known', () => {
    expect(limitOf({ priority: 'urgent' })).toBe('P2D');
    expect(limitOf({})).toBe('P2D');
  });

  it('is missing for a kind the policy does not know', () =>
    expect(ruleFor(policy, { kind: 'learn' })).toBeUndefined());
});

describe('the ladder', () => {
  it('gives each rung its time, on its clock', () => {
    expect(nextStep(policy, 'steps', 0)).toEqual({ rung: 1, wait: 'PT8H', clock: 'elapsed' });
    expect(nextStep(policy, 'steps', 1)).toEqual({ rung: 2, wait: 'P1D', clock: 'working' });
  });

  it('never ends: the desk again, and again', () => {
    expect(nextStep(policy, 'steps', 2)).toEqual({ rung: 2, wait: 'P2D', clock: 'working' });
    expect(nextStep(policy, 'steps', 99)).toEqual({ rung: 2, wait: 'P2D', clock: 'working' });
    expect(rungAt(policy, 'steps', 99).ask).toBe('desk');
    expect(rungAt(policy, 'steps', 0).ask).toBe('accountable');
  });

  it('is named when it is missing', () => expect(() => rungAt(policy, 'stairs', 0)).toThrow('"stairs"'));
});

describe('what may end a duty undone', () => {
  it('is a reason meant for that kind', () => {
    expect(waiverFor(policy, 'not-notifiable', 'candour')?.roles).toEqual(['medical-lead']);
    expect(waiverFor(policy, 'not-notifiable', 'report')).toBeUndefined();
    expect(waiverFor(policy, 'because', 'report')).toBeUndefined();
  });

  it('needs a second person for the dangerous categories', () => {
    expect(needsSecondPerson(policy, 'critical')).toBe(true);
    expect(needsSecondPerson(policy, 'routine')).toBe(false);
    expect(needsSecondPerson(policy, undefined)).toBe(false);
  });
});

it('a delegation covers the setting and modality that were signed, and nothing unknown', () => {
  expect(delegationFor(policy, 'fracture-clinic', { setting: 'outpatient', modality: 'XR' })?.code).toBe(
    'fracture-clinic',
  );
  expect(delegationFor(policy, 'fracture-clinic', { setting: 'outpatient', modality: 'CT' })).toBeUndefined();
  expect(delegationFor(policy, 'fracture-clinic', { setting: 'outpatient' })).toBeUndefined();
  expect(delegationFor(policy, 'corridor', { setting: 'outpatient', modality: 'XR' })).toBeUndefined();
});
