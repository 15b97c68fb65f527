import type { Cause } from '../../../domain/events';
import { REFUSALS, UNUSABLE } from '../../../domain/refusals';
import { DESK, finding, REPORTER, REQUESTER, SYSTEM, VETTER } from '../support/builders';
import type { Examples } from '../support/examples';
import { imaged, reported, requested, seen } from '../support/journeys';
import { CheckedLoop } from '../support/invariants';
import { POLICY } from '../support/policy';
import { REFUSED } from './refused';

/** How the record keeps its word: what comes twice, what cannot be worked out, what must never stop. */

export const RECORD: Examples = {
  'every refusal code has an example': () => {
    expect(Object.keys(REFUSED).sort()).toEqual(
      Object.keys(REFUSALS)
        .filter((code) => !UNUSABLE.includes(code as never))
        .sort(),
    );
  },
  'a duplicate of a fact is noted and changes nothing': (core) => {
    const loop = reported(core, [finding('f1', 'cancer')]);
    const { seq: _seq, highWater: _highWater, ...before } = loop.state;
    for (const fact of [
      ['request', loop.state.request!],
      ['images', loop.state.images[0]!],
      ['report', loop.state.reports[0]!],
    ] as const)
      expect(loop.fact(...(fact as ['images', (typeof loop.state.images)[0]]))).toBe('duplicate');
    const { seq: _s, highWater: _h, ...now } = loop.state;
    expect(now).toEqual(before);
    expect(loop.events.at(-1)).toMatchObject({ type: 'noted', input: 'report' });
  },
  'a duplicate with the same defect is noted; a question that was answered is not asked again by it': (
    core,
  ) => {
    const loop = requested(core);
    loop.act(VETTER, 'vet', { priority: 'routine' });
    const cancelled = { at: loop.now };
    loop.fact('cancel', cancelled, { queries: ['nhs-number-invalid'] });
    loop.act(REQUESTER, 'clarify', { decision: 'still-act' });
    expect(loop.wait('1h').fact('cancel', cancelled, { queries: ['nhs-number-invalid'] })).toBe('duplicate');
    expect(loop.fact('cancel', cancelled, { queries: ['another-defect'] })).toBe('recorded');
    expect(loop.open).toEqual(['acquire', 'reconcile:another-defect', 'reconcile:nhs-number-invalid']);
    expect(loop.state.cancels).toHaveLength(1);
  },
  'a row that is delivered again is done: the high-water mark follows from what was recorded': (core) => {
    const loop = reported(core);
    loop.act(REQUESTER, 'acknowledge', seen('r1'));
    const before = loop.state;
    for (const row of loop.inbox) expect(loop.deliver(row)).toBe('skipped');
    expect(loop.state).toBe(before);
    expect(loop.state.highWater).toBe(loop.inbox.length);
  },
  'what cannot be worked out is refused and the desk owns it; other deadlines go on': (core) => {
    const loop = imaged(core);
    loop.mayFail = true;
    const broken = {
      version: 1,
      status: 'final',
      at: loop.now,
      reporter: 'dr-cedar',
      findings: null,
    } as never;
    expect(loop.fact('report', broken)).toBe('internal-error');
    expect(loop.state.reports).toEqual([]);
    const key = `reconcile:internal-error:row:${loop.inbox.length}`;
    expect(loop.open).toEqual([key, 'report']);
    expect(loop.duty(key)).toMatchObject({ accountable: { role: 'desk' }, asks: 1 });
    loop.wait('7d');
    expect(loop.asked('report')).toEqual(['pool-lead']);
    loop.fact('viewed', { person: 'dr-ash', quality: 'diagnostic' });
    expect(loop.open).toEqual([key, 'report']);
    expect(loop.events.filter((e) => e.type === 'reopened')).toEqual([]);
    loop.act(DESK, 'explain', { duty: key });
    expect(loop.open).toEqual(['report']);
  },
  'a row that is set aside is the desk’s to explain, until another comes in its stead; a remedy itself is not clinical':
    (core) => {
      const loop = requested(core);
      const row = {
        n: 2,
        id: 'm2',
        type: 'images',
        data: { at: loop.now },
        by: SYSTEM,
        receivedAt: loop.now,
      } as const;
      loop.inbox.push(row);
      const [first] = loop.take(core.setAside(loop.state, 'row:2', row, loop.now), 'row:2');
      expect(first).toMatchObject({ type: 'refused', input: 'images', code: 'quarantined', by: SYSTEM });
      const key = 'reconcile:quarantined:row:2';
      expect(loop.open).toEqual([key, 'vet']);
      loop.fact('viewed', { person: 'dr-ash', quality: 'diagnostic' });
      expect(loop.open).toEqual([key, 'vet']);
      const { clinical } = loop.state;
      const remedied = { at: loop.now, remedy: 'replay', reason: 'run-lost' } as const;
      loop.receive('remedied', remedied, DESK);
      expect(loop.open).toEqual([key, 'vet']);
      loop.receive('remedied', { ...remedied, remedy: 'correct', row: 2, settles: key.slice(10) }, DESK);
      expect(loop.open).toEqual(['vet']);
      expect(loop.state.clinical).toBe(clinical);
    },
  'what cannot be worked out opens a closed journey, so that somebody is asked': (core) => {
    const loop = requested(core);
    loop.mayFail = true;
    loop.fact('cancel', {});
    loop.act(REQUESTER, 'clarify', { decision: 'not-needed' });
    expect(loop.closed).toBe(true);
    loop.fact('report', { version: 1, status: 'final', reporter: 'dr-cedar', findings: null } as never);
    expect(loop.closed).toBe(false);
  },
  'a deadline that cannot be worked out goes to the desk, and its lease ends: it does not fire for ever': (
    core,
  ) => {
    const loop = imaged(core);
    loop.mayFail = true;
    loop.act(REPORTER, 'claim', {});
    const reports = loop.state.reports;
    loop.state = { ...loop.state, reports: [{ findings: null }] as never };
    loop.sleep('9h');
    const recorded = loop.next();
    expect(recorded.map((e) => e.type)).toEqual(['refused', 'lease-ended', 'accountable', 'asked']);
    loop.state = { ...loop.state, reports };
    expect(loop.duty('report')).toMatchObject({
      askedNow: { role: 'desk' },
      accountable: { person: 'pool-lead' },
    });
    expect(loop.nextDue()! > loop.now).toBe(true);
    loop.fact('viewed', { person: 'dr-ash', quality: 'diagnostic' });
    expect(loop.open).toEqual(['report']);
  },
  'a record that speaks of a duty which is not there is broken, and says so': (core) => {
    const { state } = requested(core);
    const duty = { key: 'report', opening: 1, seq: 9, at: state.request!.at, cause: 'row:2' };
    const to = { role: 'desk', person: 'desk-lead' } as const;
    for (const event of [
      { ...duty, type: 'asked', rung: 0, asks: 1, askedNow: to, dueAt: duty.at, why: 'deadline' },
      { ...duty, type: 'accountable', to },
      { ...duty, type: 'rescheduled', limitAt: duty.at, dueAt: duty.at },
    ] as const)
      expect(() => core.evolve(state, event)).toThrow('event 9 speaks of report, which is not open');
  },
  'each cause records at least one event, whatever it is': (core) => {
    const loop = requested(core);
    const deadline: Cause = { kind: 'deadline', id: 'due:x/1/0/2026', key: 'x', opening: 1, lease: false };
    expect(core.decide(loop.state, deadline, loop.now, POLICY).events).toEqual([{ type: 'lapsed' }]);
  },
  'an empty journey is not closed, and owes nothing yet': (core) => {
    const loop = new CheckedLoop(core);
    expect(loop.closed).toBe(false);
    expect(core.duties(loop.state)).toEqual([]);
    expect(core.mayClose(loop.state)).toBe(false);
    expect(core.stageOf(loop.state)).toBe('received');
  },
};
