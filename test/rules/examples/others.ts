import {
  after,
  CLINICAL_LEAD,
  CONSULTANT,
  DESK,
  finding,
  report,
  REQUESTER,
  SYSTEM,
} from '../support/builders';
import type { Examples } from '../support/examples';
import { accepted, finish, imaged, reported, requested, seen } from '../support/journeys';
import { Loop } from '../support/loop';

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
      const loop = new Loop(core);
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
      const naming = new Loop(core);
      naming.fact('report', report(1, [], { requester: 'dr-ash' }));
      expect(naming.duty('acknowledge:r1').accountable.person).toBe('dr-ash');
      loop.act(DESK, 'explain', { duty: 'reconcile:no-request' });
      expect(loop.open).not.toContain('reconcile:no-request');
    },
  "a request that comes after its report settles the desk's question and takes the duties over": (core) => {
    const loop = new Loop(core);
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
  'reconcile: each input that could not be used is owned, not only the first of its kind': (core) => {
    const loop = requested(core);
    const first = `reconcile:unusable:no-segment:${loop.now}`;
    loop.fact('unusable', { reason: 'no-segment' });
    loop.act(DESK, 'explain', { duty: first });
    loop.wait('1h').fact('unusable', { reason: 'no-segment' });
    expect(loop.open).toEqual([`reconcile:unusable:no-segment:${loop.now}`, 'vet']);
  },
  'gap: where nobody owes anything and the journey has not ended, the desk does': (core) => {
    const loop = new Loop(core);
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
    const loop = new Loop(core);
    loop.fact('died', {});
    loop.act(CLINICAL_LEAD, 'waive', { duty: 'reconcile:gap', reason: 'not-appropriate' });
    expect(loop.closed).toBe(true);
    loop.fact('images', {});
    expect(loop.closed).toBe(false);
    expect(loop.open).toContain('report');
  },
  'an unmatched message is owed by the desk alone, by what it may mean, until it is matched': (core) => {
    const loop = new Loop(core, { subject: 'unmatched' });
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
      const loop = new Loop(core, { subject: 'unmatched' });
      loop.fact('images', {});
      expect(loop.open).toEqual(['reconcile:unmatched']);
      loop.wait('1m').fact('flag', { id: 'c1', category: 'critical', region: 'head', raisedBy: 'dr-cedar' });
      expect(loop.duty('reconcile:unmatched')).toMatchObject({ category: 'critical', opening: 2 });
      loop.act(DESK, 'explain', { duty: 'reconcile:unmatched' });
      expect(loop.closed).toBe(true);
    },
  'a merged journey ends its duties as withdrawn and closes; commands are sent on': (core) => {
    const loop = reported(core);
    loop.receive('merged', { into: 'j0' }, SYSTEM);
    expect(loop.ended('acknowledge:r1')).toMatchObject({ how: 'withdrawn', why: 'merged' });
    expect(loop.closed).toBe(true);
    expect(loop.act(REQUESTER, 'acknowledge', seen('r1'))).toBe('journey-merged');
  },
  'what a merged journey leaves is taken over: facts, acts and people as they were, deadlines and rungs as they stood':
    (core) => {
      const loser = imaged(core);
      loser.fact('report', report(1, [finding('f1', 'urgent'), finding('f2', 'critical')]));
      loser.act(CONSULTANT, 'acknowledge', seen('r1', 'f1', 'f2'));
      loser.wait('70m');
      const { limitAt, dueAt, rung } = loser.duty('plan:r1:f2');
      expect(rung).toBeGreaterThan(0);
      const survivor = new Loop(core, { id: 'j0' });
      survivor.now = loser.now;
      survivor.receive('absorb', carried(loser), SYSTEM);
      expect(survivor.open).toEqual(loser.open);
      expect(survivor.duty('plan:r1:f2')).toMatchObject({
        limitAt,
        dueAt,
        rung,
        accountable: { person: 'dr-birch' },
      });
      expect(survivor.state.acknowledgements[0]).toMatchObject({
        by: CONSULTANT,
        receivedAt: loser.state.acknowledgements[0]!.receivedAt,
      });
      expect(survivor.events.filter((e) => e.type === 'report')).toMatchObject([{ origin: 'j1' }]);
      survivor.receive('absorb', carried(loser), SYSTEM);
      expect(survivor.open).toEqual(loser.open);
    },
  'a duty that both journeys owed keeps the earlier deadline and the higher rung': (core) => {
    const loser = imaged(core);
    loser.wait('8d');
    const survivor = imaged(core);
    survivor.now = loser.now;
    survivor.receive('absorb', { ...carried(loser), facts: [] }, SYSTEM);
    const { limitAt, rung } = loser.duty('report');
    expect(rung).toBe(1);
    expect(survivor.duty('report')).toMatchObject({ limitAt, dueAt: limitAt, rung });
    survivor.next();
    expect(survivor.asked('report')).toEqual(['clinical-lead']);
  },
};

/** What the record sends to the survivor. */
const carried = (loser: Loop) => ({
  from: loser.state.id,
  facts: loser.events.flatMap((e) =>
    'data' in e ? [{ type: e.type, data: e.data, by: e.by, receivedAt: e.receivedAt, at: e.at }] : [],
  ),
  open: Object.values(loser.state.obligations),
});
