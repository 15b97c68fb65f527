import type { Actor } from '../../domain/inputs';
import { after } from './support/builders';
import { CORE } from './support/core';
import { CheckedLoop } from './support/invariants';
import { DIRECTORY } from './support/policy';

/** What about the failsafe itself is to be reviewed by a date (C14). The test policy: a year at most, asked four weeks before. */

const LEAD: Actor = { person: 'clinical-lead', role: 'clinical-lead' };
const NEW_LEAD = { ...DIRECTORY, leads: { ...DIRECTORY.leads, 'safety-lead': 'safety-lead-1' } };

const service = (): CheckedLoop =>
  new CheckedLoop(CORE, { subject: 'service', rulebook: { directory: NEW_LEAD } });

const done = (loop: CheckedLoop, duty: string, next?: string) =>
  loop.act(LEAD, 'reviewed', {
    duty,
    outcome: 'met',
    evidence: 'AUDIT-1',
    ...(next === undefined ? {} : { next }),
  });

test('an audit is owed by its date, asked about four weeks before, and goes up to the desk', () => {
  const loop = service();
  loop.fact('review-due', { code: 'failsafe-audit' });
  const o = loop.duty('review:failsafe-audit/1');
  expect(o).toMatchObject({ accountable: { role: 'safety-lead' }, limitAt: after(loop.now, '365d') });
  expect(o.dueAt).toBe(after(loop.now, '337d'));
  loop.wait('365d');
  expect(loop.asked(o.key).at(-1)).toBe('desk-lead');
});

test('what was reviewed is owed again: at the date that was set, and never later than policy allows', () => {
  const loop = service();
  loop.fact('review-due', { code: 'failsafe-audit', dueOn: after(loop.now, '10d') });
  loop.wait('5d');
  const reviewed = loop.now;
  expect(done(loop, 'review:failsafe-audit/1', after(reviewed, '730d'))).toBe('recorded');
  expect(loop.ended('review:failsafe-audit/1')).toMatchObject({ how: 'discharged' });
  expect(loop.duty('review:failsafe-audit/2').limitAt).toBe(after(reviewed, '365d'));
  expect(done(loop, 'review:failsafe-audit/2', after(reviewed, '90d'))).toBe('recorded');
  expect(loop.duty('review:failsafe-audit/3').limitAt).toBe(after(reviewed, '90d'));
  expect(done(loop, 'review:failsafe-audit/3')).toBe('recorded');
  expect(loop.open).toEqual(['review:failsafe-audit/4']);
});

test('what comes once ends with it; and is owed again when it is found wanting later', () => {
  const loop = service();
  loop.fact('review-due', { code: 'findings-shared', ref: 'placebo-lane', dueOn: after(loop.now, '30d') });
  expect(loop.open).toEqual(['review:findings-shared:placebo-lane/1']);
  expect(done(loop, 'review:findings-shared:placebo-lane/1')).toBe('recorded');
  expect(loop.closed).toBe(true);
  loop.wait('2d');
  loop.fact('review-due', { code: 'findings-shared', ref: 'placebo-lane' });
  expect(loop.closed).toBe(false);
  expect(loop.open).toEqual(['review:findings-shared:placebo-lane/2']);
});

test('only a review that is owed can be done, and only by a person', () => {
  const loop = service();
  loop.fact('review-due', { code: 'policy-signed' });
  expect(done(loop, 'review:policy-signed/2')).toBe('unknown-duty');
  const by = { person: 'ris', role: 'system' } as const;
  const data = { duty: 'review:policy-signed/1', outcome: 'met', evidence: 'x' } as const;
  expect(loop.act(by, 'reviewed', data)).toBe('role-not-permitted');
  expect(loop.open).toEqual(['review:policy-signed/1']);
});
