import {
  after,
  CLINICAL_LEAD,
  finding,
  OTHER_REPORTER,
  report,
  REPORTER,
  REQUESTER,
} from '../support/builders';
import type { Examples } from '../support/examples';
import { CheckedLoop } from '../support/invariants';
import { imaged, reported, requested, seen } from '../support/journeys';
import { DIRECTORY, POLICY, rulebook } from '../support/policy';

/** Who is asked when, and what is late. */

const CRITICAL = finding('f1', 'critical');

export const LADDER: Examples = {
  'an alert is asked at once, each rung at its deadline, and the desk again and again for as long as it takes':
    (core) => {
      const loop = imaged(core, {
        consultant: 'dr-birch',
        requester: { person: 'dr-ash', profession: 'nurse' },
      });
      loop.act(CLINICAL_LEAD, 'reassign', { to: OTHER_REPORTER });
      const start = loop.now;
      loop.fact('report', report(1, [CRITICAL]));
      loop.wait('90m');
      expect(loop.asks('acknowledge:r1')).toEqual([
        { at: start, person: 'dr-dogwood', rung: 0 },
        { at: after(start, '10m'), person: 'dr-birch', rung: 1 },
        { at: after(start, '20m'), person: 'clinical-lead', rung: 2 },
        { at: after(start, '30m'), person: 'desk-lead', rung: 3 },
        { at: after(start, '60m'), person: 'desk-lead', rung: 3 },
        { at: after(start, '90m'), person: 'desk-lead', rung: 3 },
      ]);
      loop.wait('2d');
      expect(loop.asks('acknowledge:r1')).toHaveLength(6 + 96);
      expect(loop.duty('acknowledge:r1').accountable.person).toBe('dr-dogwood');
    },
  'a duty that only shows on worklists is first asked about at its limit': (core) => {
    const loop = requested(core);
    const { limitAt } = loop.duty('vet');
    loop.wait('47h');
    expect(loop.asks('vet')).toEqual([]);
    loop.wait('3h');
    expect(loop.asks('vet')).toEqual([{ at: limitAt, person: 'imaging-lead', rung: 0 }]);
  },
  'who cannot be reached is passed over at once; who was asked last is not asked on the next rung again': (
    core,
  ) => {
    const loop = imaged(core, { requester: { person: 'dr-nobody', profession: 'doctor' } });
    loop.fact('report', report(1, [CRITICAL]));
    expect(loop.duty('acknowledge:r1')).toMatchObject({
      accountable: { person: 'dr-nobody' },
      askedNow: { person: 'clinical-lead' },
      rung: 2,
    });
    const quiet = imaged(core, { requester: { person: 'dr-nobody', profession: 'doctor' } });
    quiet.fact('report', report(1));
    quiet.until(quiet.duty('acknowledge:r1').limitAt);
    expect(quiet.asked('acknowledge:r1')).toEqual(['clinical-lead']);
    const other = reported(core, [CRITICAL]);
    other.wait('10m');
    expect(other.asked('acknowledge:r1')).toEqual(['dr-ash', 'clinical-lead']);
  },
  "where nobody at all is in the directory, the desk's own worklist is asked": (core) => {
    const loop = reported(core);
    loop.rulebook = rulebook({ directory: { people: {}, leads: {} } });
    loop.fact('enquiry', { id: 'e1', from: 'patient', about: 'complaint' });
    expect(loop.duty('answer:e1')).toMatchObject({
      accountable: { role: 'desk', person: 'desk' },
      askedNow: { role: 'desk' },
      rung: 0,
    });
    loop.wait('4d');
    expect(loop.asked('answer:e1').length).toBeGreaterThan(2);
  },
  'a discharge is judged by when it was received, however late we came to it': (core) => {
    const loop = reported(core, [CRITICAL]);
    const received = after(loop.now, '30m');
    loop.sleep('3h').act(REQUESTER, 'acknowledge', seen('r1', 'f1'), { receivedAt: received });
    expect(loop.ended('acknowledge:r1').late).toBeUndefined();
    expect(loop.asked('acknowledge:r1')).toEqual(['dr-ash']);
    const late = reported(core, [CRITICAL]);
    late.sleep('3h').act(REQUESTER, 'acknowledge', seen('r1', 'f1'));
    expect(late.ended('acknowledge:r1')).toMatchObject({ how: 'discharged', late: true });
  },
  'a deadline that passed while nothing ran is recorded, and asks nobody if the duty is done': (core) => {
    const loop = reported(core, [CRITICAL]);
    const { dueAt } = loop.duty('acknowledge:r1');
    loop.sleep('3h').act(REQUESTER, 'acknowledge', seen('r1', 'f1'));
    expect(loop.ended('acknowledge:r1').passed).toBe(dueAt);
    expect(loop.asked('acknowledge:r1')).toEqual(['dr-ash']);
  },
  'a deadline that comes after its duty has moved on lapses, and leaves a trace': (core) => {
    const loop = reported(core, [CRITICAL]);
    const cause = core.causeOf(loop.duty('acknowledge:r1'));
    loop.act(REQUESTER, 'acknowledge', seen('r1', 'f1'));
    expect(loop.record(cause)).toMatchObject([{ type: 'lapsed', cause: cause.id }]);
    loop.act(REQUESTER, 'retract', { event: loop.seqOf('acknowledge') });
    expect(core.decide(loop.state, cause, loop.now, POLICY).events).toEqual([{ type: 'lapsed' }]);
  },
  'of two deadlines at one instant the more dangerous comes first': (core) => {
    const loop = imaged(core);
    loop.fact('flag', { id: 'c1', category: 'critical', region: 'head', raisedBy: 'dr-cedar' });
    loop.fact('flag', {
      id: 'c0',
      category: 'urgent',
      region: 'head',
      raisedBy: 'dr-cedar',
      at: after(loop.now, '-24h'),
    });
    loop.sleep('10m');
    const dues = Object.values(loop.state.obligations).filter((o) => o.kind === 'acknowledge');
    expect(dues.map((o) => o.key)).toEqual(['acknowledge:flag:c1', 'acknowledge:flag:c0']);
    const together = Object.fromEntries(dues.map((o) => [o.key, { ...o, dueAt: loop.now }]));
    expect(core.nextObligation({ ...loop.state, obligations: together })?.key).toBe('acknowledge:flag:c1');
  },
  'an ask that was not delivered goes up at once, if it is still the live one': (core) => {
    const loop = reported(core, [CRITICAL]);
    const failed = { key: 'acknowledge:r1', opening: 1, ask: 1, code: 'mailbox-unknown' };
    const start = loop.now;
    loop.wait('5m').fact('delivery-failed', failed);
    expect(loop.asks('acknowledge:r1')).toEqual([
      { at: start, person: 'dr-ash', rung: 0 },
      { at: loop.now, person: 'clinical-lead', rung: 2 },
    ]);
    expect(loop.duty('acknowledge:r1').dueAt).toBe(after(loop.now, '10m'));
    loop.fact('delivery-failed', failed);
    loop.fact('delivery-failed', { ...failed, opening: 2, ask: 2 });
    expect(loop.asks('acknowledge:r1')).toHaveLength(2);
  },
  "where the desk's own address fails, its deadline stands: asking it again at once would never end": (
    core,
  ) => {
    const loop = reported(core, [CRITICAL]);
    loop.wait('25m');
    const { asks, dueAt, askedNow } = loop.duty('acknowledge:r1');
    expect(askedNow.role).toBe('desk');
    loop.fact('delivery-failed', { key: 'acknowledge:r1', opening: 1, ask: asks, code: 'refused' });
    expect(loop.duty('acknowledge:r1')).toMatchObject({ asks, dueAt });
  },
  'no cause fires twice: every ask, opening and instant gives a deadline a name of its own': (core) => {
    const loop = reported(core, [CRITICAL]);
    loop.wait('2h');
    const causes = loop.events.filter((e) => e.type === 'asked').map((e) => e.cause);
    expect(new Set(causes).size).toBe(causes.length);
    const { dueAt, asks } = loop.duty('acknowledge:r1');
    expect(core.causeOf(loop.duty('acknowledge:r1')).id).toBe(`due:acknowledge:r1/1/${asks}/${dueAt}`);
    const claimed = imaged(core);
    claimed.act(REPORTER, 'claim', {});
    const { leaseUntil } = claimed.duty('report');
    expect(core.causeOf(claimed.duty('report')).id).toBe(`due:report/1/lease/${leaseUntil}`);
  },
  'a deadline is no cause before it has come': (core) => {
    const { state, now } = requested(core);
    expect(core.dueCause(state, now)).toBeUndefined();
    expect(core.dueCause(state, state.obligations['vet']!.dueAt)).toMatchObject({ key: 'vet', lease: false });
    expect(core.dueCause(new CheckedLoop(core).state, now)).toBeUndefined();
  },
  "a rung is a person of this journey, before the directory's leads": (core) => {
    const rungs = [
      { ask: 'accountable' },
      ...(['requester', 'gp', 'consultant', 'medical-lead'] as const).map((ask) => ({ ask, wait: 'PT1H' })),
      { ask: 'desk', wait: 'PT1H', repeat: 'PT1H' },
    ] as const;
    const policy = { ...POLICY, ladders: { ...POLICY.ladders, desk: { rungs: [...rungs] } } };
    const loop = requested(core, { consultant: 'dr-birch' });
    loop.rulebook = rulebook({ policy });
    loop.fact('enquiry', { id: 'e1', from: 'patient', about: 'not-heard' });
    loop.until(loop.duty('answer:e1').limitAt);
    const parties = [loop.duty('answer:e1').askedNow];
    for (let i = 0; i < 5; i++) parties.push(loop.wait('1h').duty('answer:e1').askedNow);
    expect(parties).toEqual([
      { role: 'desk', person: 'desk-lead' },
      { role: 'requester', person: 'dr-ash' },
      { role: 'gp', person: 'gp-elm' },
      { role: 'consultant', person: 'dr-birch' },
      { role: 'medical-lead', person: 'medical-lead' },
      { role: 'desk', person: 'desk-lead' },
    ]);
  },
  "where a request names no consultant, the directory's lead consultant is asked, not the requester in their stead":
    (core) => {
      const loop = imaged(core);
      loop.rulebook = rulebook({
        directory: { ...DIRECTORY, leads: { ...DIRECTORY.leads, consultant: 'dr-birch' } },
      });
      loop.fact('report', report(1, [CRITICAL]));
      expect(loop.state.request!.consultant).toBeUndefined();
      loop.wait('10m');
      expect(loop.asks('acknowledge:r1').map((a) => a.person)).toEqual(['dr-ash', 'dr-birch']);
    },
};
