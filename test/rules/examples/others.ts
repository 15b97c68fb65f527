import { after, CLINICAL_LEAD, CONSULTANT, DESK, finding, report } from '../support/builders';
import type { Examples } from '../support/examples';
import { accepted, finish, imaged, reported, requested, toldInPerson } from '../support/journeys';
import { CheckedLoop } from '../support/invariants';
import type { Loop } from '../support/loop';

/** Whatever else must not be dropped: questions, oddities, messages that fit nothing, journeys that are one. */

export const OTHERS: Examples = {
  'answer: a patient who has not heard is owed an answer by the desk, also after the journey closed': (
    core,
  ) => {
    const loop = reported(core);
    finish(loop, 'r1');
    loop.wait('30d').fact('enquiry', { id: 'e1', from: 'patient', about: 'not-heard' });
    expect(loop.closed).toBe(false);
    expect(loop.duty('answer:e1').accountable.person).toBe('desk-lead');
    loop.act(DESK, 'answer', { enquiry: 'e1' });
    expect(loop.closed).toBe(true);
    expect(loop.events.filter((e) => e.type === 'reopened')).toHaveLength(1);
  },
  'answer: one enquiry that is sent twice with other words is one duty': (core) => {
    const loop = reported(core);
    loop.fact('enquiry', { id: 'e1', from: 'patient', about: 'not-heard' });
    loop.fact('enquiry', { id: 'e1', from: 'relative', about: 'complaint' });
    expect(loop.duty('answer:e1').opening).toBe(1);
  },
  'C22: a report that nobody requested is acknowledged by whom it names, else the desk, and the desk finds the request':
    (core) => {
      const loop = new CheckedLoop(core);
      loop.fact(
        'report',
        report(1, [finding('f1', 'critical')], { regions: [{ region: 'chest', statement: 'findings' }] }),
      );
      expect(loop.open).toEqual(['acknowledge:r1', 'reconcile:no-request', 'tell-patient:r1']);
      expect(loop.duty('acknowledge:r1')).toMatchObject({
        accountable: { person: 'desk-lead' },
        askedNow: { person: 'desk-lead' },
        asks: 1,
      });
      const naming = new CheckedLoop(core);
      naming.fact('report', report(1, [], { requester: 'dr-ash' }));
      expect(naming.duty('acknowledge:r1').accountable.person).toBe('dr-ash');
      loop.act(DESK, 'explain', { duty: 'reconcile:no-request' });
      expect(loop.open).not.toContain('reconcile:no-request');
    },
  'whatever comes without a request is owned: images, a call, a cancellation': (core) => {
    for (const send of [
      (loop: Loop) => loop.fact('images', {}),
      (loop: Loop) =>
        loop.fact('flag', { id: 'c1', category: 'urgent', region: 'head', raisedBy: 'dr-cedar' }),
      (loop: Loop) => loop.fact('cancel', {}),
    ]) {
      const loop = new CheckedLoop(core);
      send(loop);
      expect(loop.open).toContain('reconcile:no-request');
    }
  },
  'images taken after an evaluation are not evaluated': (core) => {
    const loop = imaged(core, { setting: 'inpatient', modality: 'XR' });
    loop.act(CONSULTANT, 'evaluate', { delegation: 'theatre' });
    expect(core.unreported(loop.state)).toBe(false);
    loop.wait('1h').fact('images', {});
    expect(loop.open).toEqual(['reconcile:images-after-report']);
  },
  'an odd date in an act of a person is theirs, and no question for the desk': (core) => {
    const loop = reported(core);
    loop.act(CONSULTANT, 'tell', { ...toldInPerson(loop, 'r1'), at: after(loop.now, '1d') });
    expect(loop.open).toEqual(['acknowledge:r1', 'tell-gp:r1']);
  },
  "a request that comes after its report settles the desk's question and takes the duties over": (core) => {
    const loop = new CheckedLoop(core);
    loop.fact('report', report(1));
    loop.fact('request', accepted(core).state.request!);
    expect(loop.open).toEqual(['acknowledge:r1', 'tell-gp:r1', 'tell-patient:r1']);
    expect(loop.duty('acknowledge:r1').accountable.person).toBe('dr-ash');
  },
  'reconcile: what the edge found odd is kept, used, and owned; the same defect again asks nobody again': (
    core,
  ) => {
    const loop = requested(core);
    loop.fact('images', {}, { queries: ['nhs-number-invalid'] });
    expect(loop.open).toEqual(['reconcile:nhs-number-invalid', 'report']);
    loop.act(DESK, 'explain', { duty: 'reconcile:nhs-number-invalid' });
    loop.wait('1h').fact('report', report(1), { queries: ['nhs-number-invalid'] });
    expect(loop.open).not.toContain('reconcile:nhs-number-invalid');
  },
  'reconcile: a fact is named in the question about it': (core) => {
    const loop = imaged(core);
    loop.fact('viewed', { person: 'dr-ash', quality: 'diagnostic', at: after(loop.now, '1d') });
    expect(loop.open).toContain('reconcile:date-in-future:viewed');
  },
  'reconcile: each input that could not be used is owned, not only the first of its kind': (core) => {
    const loop = requested(core);
    const first = `reconcile:unusable:no-segment:${loop.now}`;
    loop.fact('unusable', { reason: 'no-segment' });
    loop.act(DESK, 'explain', { duty: first });
    loop.wait('1h').fact('unusable', { reason: 'no-segment' });
    expect(loop.open).toEqual([`reconcile:unusable:no-segment:${loop.now}`, 'vet']);
  },
  'gap: where nobody owes anything and the journey has not ended, the desk does': (core) => {
    const loop = new CheckedLoop(core);
    loop.fact('died', {});
    expect(loop.duty('reconcile:gap')).toMatchObject({
      accountable: { person: 'desk-lead' },
      from: loop.now,
    });
    expect(loop.act(DESK, 'explain', { duty: 'reconcile:gap' })).toBe('unknown-duty');
    loop.fact('request', requested(core).state.request!);
    expect(loop.open).toEqual(['vet']);
  },
  'gap: a waiver ends the journey, and what comes later opens it again': (core) => {
    const loop = new CheckedLoop(core);
    loop.fact('died', {});
    loop.act(CLINICAL_LEAD, 'waive', { duty: 'reconcile:gap', reason: 'not-appropriate' });
    expect(loop.closed).toBe(true);
    loop.fact('images', {});
    expect(loop.closed).toBe(false);
    expect(loop.open).toContain('report');
  },
  'an unmatched message is owed by the desk alone, by what it may mean, until it is matched': (core) => {
    const loop = new CheckedLoop(core, { subject: 'unmatched' });
    loop.fact('report', report(1, [finding('f1', 'critical')], { regions: [] }), {
      queries: ['no-identifier'],
    });
    expect(loop.open).toEqual(['reconcile:no-identifier']);
    expect(loop.duty('reconcile:no-identifier')).toMatchObject({
      category: 'critical',
      limitAt: after(loop.now, '15m'),
    });
    expect(core.stageOf(loop.state)).toBe('resolving');
    loop.act(DESK, 'match', { journey: 'j2' });
    expect(loop.ended('reconcile:no-identifier')).toMatchObject({ how: 'withdrawn', why: 'merged' });
    expect(loop.closed).toBe(true);
  },
  'an unmatched message that came without a word of what is wrong is owed all the same, and may be explained':
    (core) => {
      const loop = new CheckedLoop(core, { subject: 'unmatched' });
      loop.fact('images', {});
      expect(loop.open).toEqual(['reconcile:unmatched']);
      loop.wait('1m').fact('flag', { id: 'c1', category: 'critical', region: 'head', raisedBy: 'dr-cedar' });
      expect(loop.duty('reconcile:unmatched')).toMatchObject({ category: 'critical', opening: 2 });
      loop.act(DESK, 'explain', { duty: 'reconcile:unmatched' });
      expect(loop.closed).toBe(true);
      const waived = new CheckedLoop(core, { subject: 'unmatched' });
      waived.fact('images', {});
      waived.act(CLINICAL_LEAD, 'waive', { duty: 'reconcile:unmatched', reason: 'not-appropriate' });
      expect(waived.closed).toBe(true);
    },
  'a concern of the service is owed by the desk alone, keyed by what it is about, until somebody explains it':
    (core) => {
      const loop = new CheckedLoop(core, { subject: 'service' });
      loop.fact('concern', { code: 'history-missing', ref: 'x1' });
      expect(loop.open).toEqual(['reconcile:concern:history-missing:x1']);
      expect(loop.duty('reconcile:concern:history-missing:x1').accountable.person).toBe('desk-lead');
      expect(core.stageOf(loop.state)).toBe('resolving');
      expect(loop.act(DESK, 'match', { journey: 'j2' })).toBe('not-an-unmatched-message');
      loop.act(DESK, 'explain', { duty: 'reconcile:concern:history-missing:x1' });
      expect(loop.closed).toBe(true);
    },
  'a concern that was explained and is told again is over; one that came again is asked about again': (
    core,
  ) => {
    const loop = new CheckedLoop(core, { subject: 'service' });
    const first = { code: 'history-not-archived', ref: 'x1', at: loop.now } as const;
    const duty = 'reconcile:concern:history-not-archived:x1';
    loop.fact('concern', first);
    loop.act(DESK, 'explain', { duty });
    loop.wait('1h').fact('concern', first);
    expect(loop.closed).toBe(true);
    loop.fact('concern', { ...first, at: loop.now });
    expect(loop.duty(duty).opening).toBe(2);
    loop.wait('1h').fact('concern', { ...first, at: loop.now });
    expect(loop.open).toEqual([duty]);
  },
  'what is sent about a patient to a concern of the service is not settled with it': (core) => {
    const loop = new CheckedLoop(core, { subject: 'service' });
    loop.fact('concern', { code: 'history-altered', ref: 'x1' });
    loop.fact('report', report(1, [finding('f1', 'critical')], { regions: [] }));
    loop.act(DESK, 'explain', { duty: 'reconcile:concern:history-altered:x1' });
    expect(loop.open).toEqual(['reconcile:unmatched']);
    expect(loop.duty('reconcile:unmatched')).toMatchObject({ category: 'critical' });
  },
};
