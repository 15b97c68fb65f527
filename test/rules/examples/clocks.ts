import {
  after,
  CONSULTANT,
  DESK,
  finding,
  report,
  REPORTER,
  REQUESTER,
  T0,
  VETTER,
} from '../support/builders';
import type { Examples } from '../support/examples';
import { CheckedLoop } from '../support/invariants';
import { accepted, imaged, noAction, reported, requested, seen } from '../support/journeys';

/** From when each clock runs, by which limit, and what one clock hands on to the next. */

const CRITICAL = finding('f1', 'critical');

export const CLOCKS: Examples = {
  'the limit follows from the request, and from the priority that vetting gave it': (core) => {
    expect(requested(core, { priority: 'emergency' }).duty('vet').limitAt).toBe(after(T0, '30m'));
    const loop = requested(core);
    loop.act(VETTER, 'vet', { priority: 'emergency' });
    expect(loop.duty('acquire').limitAt).toBe(after(T0, '1h'));
  },
  'a request that becomes more urgent hastens what is open; one that becomes less urgent puts nothing off': (
    core,
  ) => {
    const loop = requested(core);
    loop.wait('1h');
    const changed = { ...loop.state.request!, at: loop.now };
    loop.fact('request', { ...changed, priority: 'emergency' });
    expect(loop.duty('vet')).toMatchObject({ limitAt: after(T0, '30m'), dueAt: after(T0, '30m'), asks: 0 });
    loop.catchUp();
    expect(loop.asked('vet')).toEqual(['imaging-lead']);
    const { limitAt, dueAt } = loop.duty('vet');
    loop.wait('1m').fact('request', { ...changed, at: loop.now, priority: 'routine' });
    expect(loop.duty('vet')).toMatchObject({ limitAt, dueAt });
    const running = requested(core);
    running.wait('3d');
    const due = running.duty('vet').dueAt;
    running.fact('request', { ...changed, at: running.now, priority: 'emergency' });
    expect(running.duty('vet')).toMatchObject({ limitAt: after(T0, '30m'), dueAt: due });
  },
  'acquisition runs from vetting, and from the decision to go on after it did not come about': (core) => {
    const loop = requested(core);
    loop.act(VETTER, 'return', { reason: 'not-justified' });
    loop.wait('1h').act(REQUESTER, 'clarify', { decision: 'change' });
    loop.wait('1h').act(VETTER, 'vet', { priority: 'routine' });
    expect(loop.duty('acquire').from).toBe(after(T0, '2h'));
    loop.fact('unbooked', {});
    loop.wait('1d').act(REQUESTER, 'clarify', { decision: 'rebook' });
    expect(loop.duty('acquire').from).toBe(loop.now);
  },
  'the question about a result for a cancelled order runs from when both are known': (core) => {
    const loop = accepted(core);
    loop.fact('cancel', {});
    loop.wait('2d').fact('images', {});
    expect(loop.ended('clarify:cancelled').how).toBe('overtaken');
    expect(loop.duty('clarify:result-of-cancelled').from).toBe(loop.now);
    const other = imaged(core);
    other.fact('cancel', {});
    expect(other.duty('clarify:result-of-cancelled').from).toBe(other.now);
  },
  'telling runs from the final report, not from the preliminary one that said the same': (core) => {
    const loop = imaged(core);
    loop.fact('report', report(1, [CRITICAL], { status: 'preliminary' }));
    loop.wait('5h').fact('report', report(2, [CRITICAL]));
    expect(loop.duty('tell-patient:r1').limitAt).toBe(after(loop.now, '24h'));
    expect(loop.duty('tell-gp:r1').from).toBe(loop.now);
  },
  'the desk is asked about a gap from when the newest thing was heard': (core) => {
    const loop = new CheckedLoop(core);
    loop.fact('enquiry', { id: 'e1', from: 'patient', about: 'not-heard' });
    loop.wait('1h').fact('died', {});
    loop.wait('1h').act(DESK, 'answer', { enquiry: 'e1' });
    expect(loop.ended('answer:e1').how).toBe('discharged');
    expect(loop.duty('reconcile:gap').from).toBe(after(T0, '2h'));
  },
  'a lease that outlasts the deadline does not stop the ladder': (core) => {
    const loop = imaged(core);
    loop.until(after(loop.duty('report').limitAt, '-1h'));
    loop.act(REPORTER, 'claim', {});
    loop.wait('2h');
    expect(loop.asked('report')).toEqual(['dr-cedar']);
    expect(loop.duty('report').leaseUntil).toBe(after(loop.now, '6h'));
  },
  'what was weakened in a new version keeps the earlier limit all the same': (core) => {
    const loop = reported(core, [CRITICAL]);
    const { limitAt, dueAt } = loop.duty('acknowledge:r1');
    loop.wait('5m').fact('report', report(2, [finding('f1', 'cancer')], { status: 'amended' }));
    expect(loop.duty('acknowledge:r2')).toMatchObject({ category: 'cancer', limitAt, dueAt });
  },
  'a deadline that is carried on from the past is due now, not then': (core) => {
    const loop = reported(core, [CRITICAL]);
    loop.sleep('3h').fact('report', report(2, [CRITICAL], { status: 'amended' }));
    expect(loop.duty('acknowledge:r2').dueAt).toBe(loop.now);
  },
  'a report that takes up two flags carries on the earlier clock': (core) => {
    for (const first of ['5m', '20m']) {
      const loop = imaged(core);
      const flag = { category: 'critical', region: 'chest', raisedBy: 'dr-cedar' } as const;
      loop.fact('flag', { ...flag, id: 'c1', at: after(loop.now, `-${first}`) });
      loop.fact('flag', { ...flag, id: 'c2', at: after(loop.now, '-10m') });
      const flags = ['c1', 'c2'].map((id) => loop.duty(`acknowledge:flag:${id}`).limitAt).sort();
      loop.fact('report', report(1, [finding('g1', 'critical')]));
      expect(loop.duty('acknowledge:r1').limitAt).toBe(flags[0]);
      expect(loop.events.findLast((e) => e.type === 'opened' && e.key === 'acknowledge:r1')).toMatchObject({
        carriesOn: expect.arrayContaining(['acknowledge:flag:c1', 'acknowledge:flag:c2']),
      });
    }
  },
  'a flag that is owed again, since the report that took it up was withdrawn, goes on where it was': (
    core,
  ) => {
    const loop = imaged(core);
    loop.fact('flag', { id: 'c1', category: 'critical', region: 'chest', raisedBy: 'dr-cedar' });
    loop.wait('15m');
    const { limitAt, rung } = loop.duty('acknowledge:flag:c1');
    loop.fact('report', report(1, [CRITICAL]));
    loop.wait('1m').fact('report', report(2, [], { status: 'entered-in-error' }));
    expect(loop.duty('acknowledge:flag:c1')).toMatchObject({ opening: 2, limitAt, rung });
  },
  'a plan borrows no clock from another finding, be it in the same region': (core) => {
    const loop = reported(core, [finding('f1', 'urgent'), finding('f2', 'urgent')]);
    loop.act(CONSULTANT, 'acknowledge', seen('r1', 'f1', 'f2'));
    loop.act(CONSULTANT, 'plan', noAction('r1', 'f1'));
    loop.wait('30h');
    expect(loop.duty('plan:r1:f2').rung).toBe(1);
    loop.fact('report', report(2, [finding('f1', 'urgent'), finding('f2', 'urgent')], { status: 'amended' }));
    loop.act(CONSULTANT, 'acknowledge', seen('r2', 'f1', 'f2'));
    expect(loop.duty('plan:r2:f1').rung).toBe(0);
    expect(loop.duty('plan:r2:f2').rung).toBe(1);
    const other = reported(core, [finding('f1', 'urgent')]);
    other.wait('25h').fact('report', report(2, [finding('f2', 'urgent')], { status: 'amended' }));
    expect(other.duty('acknowledge:r2').rung).toBe(0);
  },
  'a duty that ends undone is never called late; one that is overtaken says what carries it on': (core) => {
    const loop = reported(core, [finding('f1', 'urgent')]);
    loop.act(CONSULTANT, 'acknowledge', seen('r1', 'f1'));
    loop.wait('30h').fact('report', report(2, [finding('f1', 'urgent')], { status: 'amended' }));
    expect(loop.ended('plan:r1:f1')).toMatchObject({ how: 'overtaken', why: 'acknowledge:r2' });
    expect(loop.ended('plan:r1:f1').late).toBeUndefined();
    const worse = reported(core, [finding('f1', 'urgent')]);
    worse.fact('report', report(1, [CRITICAL]));
    expect(worse.ended('acknowledge:r1')).toMatchObject({ how: 'overtaken', opening: 1 });
  },
};
