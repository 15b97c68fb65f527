import type { Core } from '../support/core';
import { after, CLINICAL_LEAD, SYSTEM } from '../support/builders';
import type { Examples } from '../support/examples';
import { CheckedLoop } from '../support/invariants';
import { DIRECTORY } from '../support/policy';
import type { Outcome } from '../support/loop';

const WITH_SAFETY_LEAD = { ...DIRECTORY, leads: { ...DIRECTORY.leads, 'safety-lead': 'safety-lead-1' } };

const service = (core: Core): CheckedLoop =>
  new CheckedLoop(core, { subject: 'service', rulebook: { directory: WITH_SAFETY_LEAD } });

const done = (loop: CheckedLoop, duty: string, next?: string): Outcome =>
  loop.act(CLINICAL_LEAD, 'reviewed', {
    duty,
    outcome: 'met',
    evidence: 'AUDIT-1',
    ...(next === undefined ? {} : { next }),
  });

/** What about the failsafe itself is to be reviewed by a date (C14). Here: a year at most, asked four weeks before. */
export const REVIEWS_DUE: Examples = {
  'an audit is owed by its date, asked about four weeks before, and goes up to the desk': (core) => {
    const loop = service(core);
    loop.fact('review-due', { code: 'failsafe-audit' });
    const o = loop.duty('review:failsafe-audit/1');
    expect(o).toMatchObject({ accountable: { role: 'safety-lead' }, limitAt: after(loop.now, '365d') });
    expect(o.dueAt).toBe(after(loop.now, '337d'));
    loop.wait('365d');
    expect(loop.asked(o.key).at(-1)).toBe('desk-lead');
  },
  'what was reviewed is owed again: at the date that was set, and never later than policy allows': (core) => {
    const loop = service(core);
    loop.fact('review-due', { code: 'failsafe-audit', dueOn: after(loop.now, '10d') });
    loop.wait('5d');
    expect(done(loop, 'review:failsafe-audit/1', after(loop.now, '730d'))).toBe('recorded');
    expect(loop.ended('review:failsafe-audit/1')).toMatchObject({ how: 'discharged' });
    expect(loop.duty('review:failsafe-audit/2').limitAt).toBe(after(loop.now, '365d'));
    expect(done(loop, 'review:failsafe-audit/2', after(loop.now, '90d'))).toBe('recorded');
    expect(loop.duty('review:failsafe-audit/3').limitAt).toBe(after(loop.now, '90d'));
    expect(done(loop, 'review:failsafe-audit/3')).toBe('recorded');
    expect(loop.open).toEqual(['review:failsafe-audit/4']);
  },
  'what is reviewed once ends with it, and is owed again when it is found wanting later': (core) => {
    const loop = service(core);
    loop.fact('review-due', { code: 'findings-shared', ref: 'elm-surgery', dueOn: after(loop.now, '30d') });
    expect(loop.open).toEqual(['review:findings-shared:elm-surgery/1']);
    expect(done(loop, 'review:findings-shared:elm-surgery/1')).toBe('recorded');
    expect(loop.closed).toBe(true);
    loop.wait('2d');
    loop.fact('review-due', { code: 'findings-shared', ref: 'elm-surgery' });
    expect(loop.open).toEqual(['review:findings-shared:elm-surgery/2']);
  },
  'a re-plan moves no date of a review': (core) => {
    const loop = service(core);
    loop.fact('review-due', { code: 'policy-review', dueOn: after(loop.now, '60d') });
    const { limitAt, dueAt } = loop.duty('review:policy-review/1');
    loop.receive('replan', {}, SYSTEM);
    expect(loop.duty('review:policy-review/1')).toMatchObject({ limitAt, dueAt });
  },
  'only a review that is owed can be done, and only by a person': (core) => {
    const loop = service(core);
    loop.fact('review-due', { code: 'policy-signed' });
    expect(done(loop, 'review:policy-signed/2')).toBe('unknown-duty');
    const data = { duty: 'review:policy-signed/1', outcome: 'met', evidence: 'x' } as const;
    expect(loop.act(SYSTEM, 'reviewed', data)).toBe('role-not-permitted');
    expect(loop.open).toEqual(['review:policy-signed/1']);
  },
};
