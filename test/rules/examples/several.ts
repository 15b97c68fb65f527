import {
  after,
  CLINICAL_LEAD,
  CONSULTANT,
  DESK,
  finding,
  MEDICAL_LEAD,
  OTHER_REPORTER,
  report,
  REPORTER,
  REQUESTER,
  SYSTEM,
} from '../support/builders';
import type { Examples } from '../support/examples';
import { CheckedLoop } from '../support/invariants';
import { accepted, imaged, reported, requested, seen, toldInPerson } from '../support/journeys';
import { DIRECTORY, rulebook } from '../support/policy';

/** Two of the same: the second does not wipe out the first, and neither speaks for the other. */

const CANCER = finding('f1', 'cancer');

export const SEVERAL: Examples = {
  'two questions, each answered on its own': (core) => {
    const loop = accepted(core);
    loop.fact('unbooked', {});
    loop.fact('did-not-attend', {});
    loop.act(REQUESTER, 'clarify', { duty: 'clarify:unbooked', decision: 'rebook' });
    expect(loop.open).toEqual(['clarify:did-not-attend']);
    loop.act(REQUESTER, 'clarify', { duty: 'clarify:did-not-attend', decision: 'rebook' });
    expect(loop.open).toEqual(['acquire']);
  },
  'an older absence that is heard of late asks nothing that was answered for a newer one': (core) => {
    const loop = accepted(core);
    loop.wait('2d').fact('did-not-attend', {});
    loop.act(REQUESTER, 'clarify', { decision: 'rebook' });
    loop.fact('did-not-attend', { at: after(loop.now, '-1d') });
    expect(loop.open).toEqual(['acquire']);
  },
  'two enquiries': (core) => {
    const loop = reported(core);
    for (const id of ['e1', 'e2']) loop.fact('enquiry', { id, from: 'patient', about: 'not-heard' });
    for (const id of ['e1', 'e2']) loop.act(DESK, 'answer', { enquiry: id });
    expect(loop.open).toEqual(['acknowledge:r1', 'tell-gp:r1', 'tell-patient:r1']);
  },
  'two transfers: the arrival of one is not that of the other': (core) => {
    const loop = imaged(core);
    for (const id of ['t1', 't2']) loop.fact('transfer', { id, from: 'main', to: 'there' });
    loop.fact('transfer-received', { id: 't1', complete: true });
    expect(loop.open).toEqual(['report', 'transfer:t2']);
  },
  'two acknowledgements, of a call and of the report, and the plans of both': (core) => {
    const loop = imaged(core);
    loop.fact('flag', { id: 'c1', category: 'critical', region: 'head', raisedBy: 'dr-cedar' });
    loop.act(CONSULTANT, 'acknowledge', seen('flag:c1', 'f1'));
    loop.fact('report', report(1, [CANCER]));
    loop.act(REQUESTER, 'acknowledge', seen('r1', 'f1'));
    expect(loop.open).toEqual(['plan:flag:c1:f1', 'plan:r1:f1', 'tell-gp:r1', 'tell-patient:r1']);
    expect(loop.duty('plan:flag:c1:f1').accountable.person).toBe('dr-birch');
    expect(loop.duty('tell-patient:r1').accountable.person).toBe('dr-ash');
  },
  'who accepted answers for what follows, be it not the requester': (core) => {
    const loop = reported(core);
    loop.act(CONSULTANT, 'acknowledge', seen('r1'));
    expect(loop.duty('tell-patient:r1').accountable).toEqual(CONSULTANT);
    expect(loop.asks('tell-patient:r1')).toEqual([]);
  },
  'an acceptance after the first ask moves who answers, and asks nobody again': (core) => {
    const loop = reported(core);
    loop.wait('7d');
    expect(loop.asked('tell-gp:r1')).toEqual(['dr-ash']);
    const { askedNow, asks } = loop.duty('tell-gp:r1');
    loop.act(CONSULTANT, 'acknowledge', seen('r1'));
    expect(loop.duty('tell-gp:r1')).toMatchObject({ accountable: CONSULTANT, askedNow, asks });
  },
  'two actions, each with its own proof': (core) => {
    const loop = reported(core, [finding('f1', 'significant-unexpected')]);
    const refer = { what: 'refer', owner: OTHER_REPORTER, by: after(loop.now, '9d') } as const;
    loop.act(CONSULTANT, 'acknowledge', seen('r1', 'f1'));
    loop.act(CONSULTANT, 'plan', {
      version: 'r1',
      finding: 'f1',
      actions: ['a1', 'a2'].map((id) => ({ ...refer, id })),
    });
    expect(loop.duty('complete:r1:f1:a1')).toMatchObject({ askedNow: { person: 'dr-dogwood' }, asks: 0 });
    loop.act(CLINICAL_LEAD, 'reassign', { duty: 'complete:r1:f1:a1', to: REQUESTER });
    expect(loop.duty('complete:r1:f1:a1')).toMatchObject({
      accountable: REQUESTER,
      askedNow: { person: 'dr-dogwood' },
    });
    loop.until(loop.duty('complete:r1:f1:a1').limitAt);
    expect(loop.asked('complete:r1:f1:a1')).toEqual(['dr-dogwood']);
    for (const id of ['a1', 'a2'])
      loop.act(CONSULTANT, 'complete', { action: `r1:f1:${id}`, proof: { kind: 'order', ref: 'o1' } });
    expect(loop.open).toEqual(['tell-gp:r1', 'tell-patient:r1']);
  },
  'two waivers': (core) => {
    const loop = reported(core);
    for (const kind of ['tell-gp', 'tell-patient'])
      loop.act(CLINICAL_LEAD, 'waive', { duty: `${kind}:r1`, reason: 'not-appropriate' });
    expect(loop.open).toEqual(['acknowledge:r1']);
  },
  'two odd things: what explains one does not explain the other': (core) => {
    const loop = new CheckedLoop(core);
    loop.fact('images', {}, { queries: ['nhs-number-invalid', 'site-unknown'] });
    loop.act(DESK, 'explain', { duty: 'reconcile:nhs-number-invalid' });
    expect(loop.open).toEqual(['reconcile:no-request', 'reconcile:site-unknown', 'report']);
    loop.act(DESK, 'explain', { duty: 'reconcile:site-unknown' });
    expect(loop.open).toEqual(['reconcile:no-request', 'report']);
  },
  'two people who are gone': (core) => {
    const loop = imaged(core);
    loop.rulebook = rulebook({ directory: { ...DIRECTORY, people: { 'desk-lead': { roles: ['desk'] } } } });
    for (const person of ['dr-ash', 'dr-cedar']) loop.receive('directory', { people: [person] }, SYSTEM);
    loop.fact('report', report(1, [], { regions: [] }));
    expect(loop.duty('acknowledge:r1').accountable.role).toBe('desk');
    expect(loop.duty('assure:r1').accountable.role).toBe('desk');
    expect(loop.events.findLast((e) => e.type === 'directory')?.data).toEqual({
      people: ['dr-cedar'],
      gone: ['dr-cedar'],
    });
  },
  'a letter that bounced, then another: only what came back told nobody': (core) => {
    for (const how of ['letter', 'portal'] as const) {
      const loop = reported(core);
      const tell = { ...toldInPerson(loop, 'r1'), how };
      loop.act(CONSULTANT, 'tell', tell);
      loop.fact('bounced', { version: 'r2' });
      expect(loop.open).not.toContain('tell-patient:r1');
      loop.wait('1d').fact('bounced', { version: 'r1' });
      expect(loop.open).toContain('tell-patient:r1');
      loop.act(CONSULTANT, 'tell', tell);
      expect(loop.open).not.toContain('tell-patient:r1');
    }
  },
  'the region statement of one version is not that of the next': (core) => {
    const loop = reported(core);
    loop.fact('report', report(2, [], { status: 'amended', regions: [] }));
    expect(loop.open).toContain('assure:r2');
    loop.act(REPORTER, 'assure', { version: 'r2', regions: [{ region: 'chest', statement: 'findings' }] });
    loop.fact('report', report(3, [], { status: 'amended', regions: [] }));
    expect(loop.open).toContain('assure:r3');
  },
  'a claim ends with the report it was for: by a final word in any order, a waiver, or a lead': (core) => {
    for (const versions of [
      ['final', 'entered-in-error'],
      ['entered-in-error', 'final'],
    ] as const) {
      const loop = imaged(core);
      loop.act(REPORTER, 'claim', {});
      for (const status of versions) loop.fact('report', report(status === 'final' ? 1 : 2, [], { status }));
      expect(loop.duty('report').accountable.person).toBe('pool-lead');
    }
    const waived = imaged(core);
    waived.act(REPORTER, 'claim', {});
    waived.act(CLINICAL_LEAD, 'waive', { duty: 'report', reason: 'not-appropriate' });
    waived.wait('1d').fact('images', {});
    expect(waived.duty('report').accountable.person).toBe('pool-lead');
    const moved = imaged(core);
    moved.act(REPORTER, 'claim', {});
    moved.act(MEDICAL_LEAD, 'reassign', { to: CONSULTANT });
    expect(moved.duty('report').accountable.person).toBe('dr-cedar');
    moved.fact('report', report(1, [], { status: 'preliminary' }));
    expect(moved.duty('report').accountable.person).toBe('dr-cedar');
    moved.act(MEDICAL_LEAD, 'reassign', { duty: 'report', to: OTHER_REPORTER });
    expect(moved.duty('report')).toMatchObject({ accountable: OTHER_REPORTER });
    expect(moved.act(REPORTER, 'claim', {})).toBe('recorded');
  },
  'a message that says the same in other order is a duplicate; one with another wording is kept, and a contradiction':
    (core) => {
      const loop = requested(core);
      const { by: _by, seq: _seq, receivedAt: _at, ...request } = loop.state.request!;
      const turned = Object.fromEntries(Object.entries(request).reverse()) as typeof request;
      expect(loop.fact('request', turned)).toBe('duplicate');
      const sealed = (ref: string) => ({ ref, commitment: ref });
      loop.fact('report', report(1, [], { text: sealed('t1') }));
      expect(loop.fact('report', report(1, [], { text: sealed('t1') }))).toBe('duplicate');
      expect(loop.open).not.toContain('reconcile:contradiction:report-r1');
      expect(loop.fact('report', report(1, [], { text: sealed('t2') }))).toBe('recorded');
      expect(loop.open).toContain('reconcile:contradiction:report-r1');
      loop.fact('cancel', { note: sealed('n1') });
      expect(loop.fact('cancel', { note: sealed('n1') })).toBe('duplicate');
      expect(loop.fact('cancel', { note: sealed('n2') })).toBe('recorded');
    },
};
