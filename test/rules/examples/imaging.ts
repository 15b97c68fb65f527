import {
  after,
  CLINICAL_LEAD,
  OTHER_REPORTER,
  report,
  REPORTER,
  REQUESTER,
  T0,
  VETTER,
} from '../support/builders';
import type { Examples } from '../support/examples';
import { accepted, imaged, requested } from '../support/journeys';
import { Loop } from '../support/loop';
import type { Core } from '../support/core';

/** The pathway's table of duties, from vet to report. */

/** Emergency, so that vetting asks at once. */
const urgentRequest = (core: Core): Loop => requested(core, { priority: 'emergency' });

export const IMAGING: Examples = {
  'vet: owed by the imaging department from the request on, until accepted': (core) => {
    const loop = requested(core);
    expect(loop.open).toEqual(['vet']);
    expect(loop.duty('vet')).toMatchObject({
      accountable: { person: 'imaging-lead' },
      from: T0,
      limitAt: after(T0, '2d'),
    });
    loop.act(VETTER, 'vet', { priority: 'urgent' });
    expect(loop.ended('vet')).toMatchObject({ how: 'discharged' });
    expect(loop.open).toEqual(['acquire']);
  },
  'vet: returned, the requester must clarify; clarified, it is vetted again': (core) => {
    const loop = urgentRequest(core);
    loop.act(VETTER, 'return', { reason: 'insufficient-information' });
    expect(loop.open).toEqual(['clarify:returned']);
    expect(loop.duty('clarify:returned').accountable).toEqual({ role: 'requester', person: 'dr-ash' });
    loop.wait('1h').act(REQUESTER, 'clarify', { decision: 'change' });
    expect(loop.open).toEqual(['vet']);
    expect(loop.duty('vet')).toMatchObject({ opening: 2, from: after(T0, '1h') });
  },
  'vet: the answer to another question does not answer why it was returned': (core) => {
    const loop = requested(core);
    loop.act(VETTER, 'return', { reason: 'not-justified' });
    loop.fact('unbooked', {});
    loop.act(REQUESTER, 'clarify', { duty: 'clarify:unbooked', decision: 'rebook' });
    expect(loop.open).toEqual(['clarify:returned']);
  },
  'vet: images overtake it': (core) => {
    const loop = requested(core);
    loop.fact('images', {});
    expect(loop.ended('vet').how).toBe('overtaken');
    expect(loop.open).toEqual(['report']);
  },
  'acquire: owed by the imaging department until the images are taken': (core) => {
    const loop = accepted(core);
    expect(loop.duty('acquire')).toMatchObject({
      accountable: { person: 'imaging-lead' },
      limitAt: after(T0, '14d'),
    });
    loop.fact('images', {});
    expect(loop.ended('acquire').how).toBe('discharged');
    expect(loop.open).toEqual(['report']);
  },
  'acquire: a final report overtakes it, though no images were ever heard of': (core) => {
    const loop = accepted(core);
    loop.fact('report', report(1));
    expect(loop.ended('acquire').how).toBe('overtaken');
    expect(loop.open).toEqual(['acknowledge:r1', 'tell-gp:r1', 'tell-patient:r1']);
  },
  'clarify: unbooked, not attended and cancelled each ask the requester, and nothing is acquired meanwhile': (
    core,
  ) => {
    for (const [type, key] of [
      ['unbooked', 'clarify:unbooked'],
      ['did-not-attend', 'clarify:did-not-attend'],
      ['cancel', 'clarify:cancelled'],
    ] as const) {
      const loop = accepted(core);
      loop.fact(type, {});
      expect(loop.open).toEqual([key]);
      expect(loop.asked(key)).toEqual(['dr-ash']);
      loop.act(REQUESTER, 'clarify', { decision: 'rebook' });
      expect(loop.open).toEqual(['acquire']);
    }
  },
  'clarify: who does not attend a second time is asked about again': (core) => {
    const loop = accepted(core);
    loop.fact('did-not-attend', {});
    loop.act(REQUESTER, 'clarify', { decision: 'rebook' });
    loop.wait('1d').fact('did-not-attend', {});
    expect(loop.duty('clarify:did-not-attend').opening).toBe(2);
  },
  'clarify: not needed, without images, withdraws vetting and acquisition, and the journey closes': (
    core,
  ) => {
    const loop = requested(core);
    loop.fact('cancel', {});
    expect(loop.open).toEqual(['clarify:cancelled', 'vet']);
    loop.act(REQUESTER, 'clarify', { decision: 'not-needed' });
    expect(loop.ended('vet').how).toBe('withdrawn');
    expect(loop.closed).toBe(true);
  },
  'clarify: the cancellation that follows "not needed" asks nobody again': (core) => {
    const loop = accepted(core);
    loop.fact('unbooked', {});
    loop.act(REQUESTER, 'clarify', { decision: 'not-needed' });
    loop.wait('1h').fact('cancel', {});
    expect(loop.open).toEqual([]);
    expect(loop.closed).toBe(true);
  },
  'clarify: a changed request after "not needed" is owed again, not swallowed': (core) => {
    const loop = accepted(core);
    loop.fact('unbooked', {});
    loop.act(REQUESTER, 'clarify', { decision: 'not-needed' });
    expect(loop.closed).toBe(true);
    loop.wait('1d').fact('request', { ...loop.state.request!, at: loop.now, priority: 'urgent' });
    expect(loop.closed).toBe(false);
    expect(loop.open).toEqual(['acquire']);
  },
  'C20: a result for a cancelled order is kept, owed, and the requester answers for it': (core) => {
    const loop = accepted(core);
    loop.fact('cancel', {});
    loop.act(REQUESTER, 'clarify', { decision: 'not-needed' });
    loop
      .wait('1d')
      .fact('report', report(1, [{ id: 'f1', category: 'critical', expected: false, region: 'chest' }]));
    expect(loop.closed).toBe(false);
    expect(loop.open).toContain('clarify:result-of-cancelled');
    expect(loop.duty('acknowledge:r1').category).toBe('critical');
    expect(loop.asked('acknowledge:r1')).toEqual(['dr-ash']);
    loop.act(REQUESTER, 'clarify', { duty: 'clarify:result-of-cancelled', decision: 'still-act' });
    expect(loop.open).not.toContain('clarify:result-of-cancelled');
    expect(loop.open).toContain('acknowledge:r1');
  },
  'transfer: owed by the sending site until the images are there and complete': (core) => {
    const loop = imaged(core);
    loop.fact('transfer', { id: 't1', from: 'main', to: 'reading', count: 200 });
    expect(loop.duty('transfer:t1').accountable.person).toBe('site-lead');
    loop.fact('transfer-received', { id: 't1', complete: false, count: 100 });
    expect(loop.open).toContain('transfer:t1');
    loop.fact('transfer-received', { id: 't1', complete: true, count: 200 });
    expect(loop.ended('transfer:t1').how).toBe('discharged');
  },
  'transfer: a final report overtakes it': (core) => {
    const loop = imaged(core);
    loop.fact('transfer', { id: 't1', from: 'main', to: 'reading' });
    loop.fact('report', report(1));
    expect(loop.ended('transfer:t1').how).toBe('overtaken');
  },
  'transfer: one that is sent twice with other words is one duty': (core) => {
    const loop = imaged(core);
    loop.fact('transfer', { id: 't1', from: 'main', to: 'reading' });
    loop.wait('1h').fact('transfer', { id: 't1', from: 'main', to: 'elsewhere' });
    expect(loop.duty('transfer:t1').opening).toBe(1);
  },
  'report: owed by the pool until a final report; a preliminary one does not end it': (core) => {
    const loop = imaged(core);
    expect(loop.duty('report').accountable).toEqual({ role: 'reporting-pool', person: 'pool-lead' });
    loop.fact('report', report(1, [], { status: 'preliminary' }));
    expect(loop.open).toEqual(['report']);
    loop.fact('report', report(2));
    expect(loop.ended('report').how).toBe('discharged');
  },
  'report: a look at the images before their report stops no clock, and is marked (C09, C12)': (core) => {
    const loop = imaged(core);
    const { limitAt, dueAt } = loop.duty('report');
    loop.fact('viewed', { person: 'dr-ash', quality: 'low-definition' });
    expect(loop.duty('report')).toMatchObject({ limitAt, dueAt });
    expect(core.unreported(loop.state)).toBe(true);
  },
  'report: a claim is a lease; when it ends, the study returns to the pool, which is asked (C10)': (core) => {
    const loop = imaged(core);
    loop.act(REPORTER, 'claim', {});
    expect(loop.duty('report')).toMatchObject({
      accountable: { role: 'reporter', person: 'dr-cedar' },
      leaseUntil: after(loop.now, '8h'),
    });
    const { limitAt, dueAt } = loop.duty('report');
    loop.wait('8h');
    expect(loop.duty('report')).toMatchObject({
      accountable: { role: 'reporting-pool', person: 'pool-lead' },
      limitAt,
      dueAt,
    });
    expect(loop.duty('report').leaseUntil).toBeUndefined();
    expect(loop.asks('report')).toEqual([{ at: loop.now, person: 'pool-lead', rung: 0 }]);
  },
  'report: however often it is claimed and left, its ladder reaches the desk in time': (core) => {
    const loop = imaged(core);
    const limit = loop.duty('report').limitAt;
    for (const by of [REPORTER, OTHER_REPORTER, REPORTER, OTHER_REPORTER, REPORTER, OTHER_REPORTER]) {
      loop.until(after(loop.now, '2d'));
      loop.act(by, 'claim', {});
    }
    const desk = loop.asks('report').find((ask) => ask.person === 'desk-lead');
    expect(desk!.at <= after(limit, '2d')).toBe(true);
  },
  'report: one that passes from hand to hand, each time before its deadline, goes up all the same': (
    core,
  ) => {
    const loop = imaged(core);
    loop.until(loop.duty('report').limitAt);
    for (const by of [REPORTER, OTHER_REPORTER, REPORTER]) {
      loop.wait('20h').act(by, 'claim', {});
      loop.wait('5h').act(by, 'release', {});
    }
    expect(loop.asked('report').slice(0, 4)).toEqual(['pool-lead', 'dr-cedar', 'clinical-lead', 'desk-lead']);
  },
  'report: a claim by whom a lead gave it to is a lease as well': (core) => {
    const loop = imaged(core);
    loop.act(CLINICAL_LEAD, 'reassign', { duty: 'report', to: REPORTER });
    loop.act(REPORTER, 'claim', {});
    expect(loop.duty('report').leaseUntil).toBeDefined();
  },
  'report: a release gives it back to the pool': (core) => {
    const loop = imaged(core);
    loop.act(REPORTER, 'claim', {});
    loop.act(REPORTER, 'release', {});
    expect(loop.duty('report').accountable.person).toBe('pool-lead');
    expect(loop.duty('report').leaseUntil).toBeUndefined();
  },
  'report: a claim after a lead moved it is a handover like any other': (core) => {
    const loop = imaged(core);
    loop.act(CLINICAL_LEAD, 'reassign', { duty: 'report', to: OTHER_REPORTER });
    expect(loop.duty('report').accountable.person).toBe('dr-dogwood');
    loop.act(REPORTER, 'claim', {});
    expect(loop.duty('report').accountable.person).toBe('dr-cedar');
    loop.wait('8h');
    expect(loop.duty('report').accountable.person).toBe('pool-lead');
  },
  'report: an evaluation stands for it where signed policy delegates one': (core) => {
    const loop = imaged(core, { setting: 'inpatient', modality: 'XR' });
    loop.act({ person: 'dr-birch', role: 'consultant' }, 'evaluate', { delegation: 'theatre' });
    expect(loop.ended('report').how).toBe('discharged');
    expect(loop.closed).toBe(true);
    loop.fact('report', report(1));
    expect(loop.closed).toBe(false);
    expect(loop.open).toContain('acknowledge:r1');
  },
  "report: images taken after the report are nobody's report, and the desk is asked": (core) => {
    const loop = imaged(core);
    loop.fact('report', report(1));
    loop.wait('1d').fact('images', {});
    expect(loop.duty('reconcile:images-after-report').accountable.person).toBe('desk-lead');
    loop.wait('1d').fact('report', report(2, [], { status: 'amended' }));
    expect(loop.open).not.toContain('reconcile:images-after-report');
  },
};
