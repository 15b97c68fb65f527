import { after, DESK, finding, report, SYSTEM, T0 } from '../support/builders';
import type { Core } from '../support/core';
import type { Examples } from '../support/examples';
import { CheckedLoop } from '../support/invariants';

/** A source system that is silent, or that counts otherwise than we do: the desk explains each silence and each difference. */

const SINCE = after(T0, '-30m');
const SILENT = { at: T0, since: SINCE };
const DUTY = `reconcile:silent:${SINCE}`;
const DAY = { from: after(T0, '-2d'), to: after(T0, '-1d') };
const COUNTS = `reconcile:counts:${DAY.from}/${DAY.to}`;

const feed = (core: Core): CheckedLoop => new CheckedLoop(core, { subject: 'feed' });

const silent = (core: Core): CheckedLoop => {
  const loop = feed(core);
  loop.receive('feed-silent', SILENT, SYSTEM);
  return loop;
};

export const FEEDS: Examples = {
  'a silent feed is owed by the desk, which is asked at once, with the limit of feeds': (core) => {
    const loop = silent(core);
    expect(loop.open).toEqual([DUTY]);
    expect(loop.duty(DUTY)).toMatchObject({
      kind: 'reconcile',
      accountable: { person: 'desk-lead' },
      asks: 1,
      from: T0,
      limitAt: after(T0, '2h'),
    });
  },
  'one silence is one duty, however often it is noted': (core) => {
    const loop = silent(core);
    expect(loop.wait('1h').receive('feed-silent', SILENT, SYSTEM)).toBe('duplicate');
    loop.receive('feed-silent', { ...SILENT, at: loop.now }, SYSTEM);
    expect(loop.open).toEqual([DUTY]);
    expect(loop.duty(DUTY).opening).toBe(1);
  },
  'a feed that is heard again owes its explanation all the same, and closes once it is given': (core) => {
    const loop = silent(core);
    loop.wait('1h').receive('feed-heard', { at: loop.now, since: SINCE }, SYSTEM);
    expect(loop.open).toEqual([DUTY]);
    expect(loop.state.feed?.hearings).toHaveLength(1);
    expect(loop.act(DESK, 'explain', { duty: DUTY })).toBe('recorded');
    expect(loop.closed).toBe(true);
  },
  'that it was heard again may come first': (core) => {
    const loop = feed(core);
    loop.receive('feed-heard', { at: T0, since: SINCE }, SYSTEM);
    expect(loop.closed).toBe(true);
    loop.receive('feed-silent', SILENT, SYSTEM);
    expect(loop.open).toEqual([DUTY]);
  },
  'the next silence is a duty of its own, and the explanation of the last one does not hold for it': (
    core,
  ) => {
    const loop = silent(core);
    loop.act(DESK, 'explain', { duty: DUTY });
    const next = { since: loop.now, at: after(loop.now, '30m') };
    loop.wait('30m').receive('feed-silent', next, SYSTEM);
    expect(loop.open).toEqual([`reconcile:silent:${next.since}`]);
  },
  'a difference in numbers is owed by the desk; another difference of the same time is asked about again': (
    core,
  ) => {
    const loop = feed(core);
    loop.receive('feed-differs', { at: T0, ...DAY, sent: 10, received: 9 }, SYSTEM);
    expect(loop.open).toEqual([COUNTS]);
    loop.act(DESK, 'explain', { duty: COUNTS });
    expect(loop.closed).toBe(true);
    loop.wait('1h').receive('feed-differs', { at: loop.now, ...DAY, sent: 11, received: 9 }, SYSTEM);
    expect(loop.duty(COUNTS).opening).toBe(2);
  },
  'what is sent about a patient to the journey of a feed is not settled with it': (core) => {
    const loop = silent(core);
    loop.fact('report', report(1, [finding('f1', 'critical')], { regions: [] }));
    loop.act(DESK, 'explain', { duty: DUTY });
    expect(loop.open).toEqual(['reconcile:unmatched']);
  },
  'an examination that is owed an explanation has the limit of messages, not that of feeds': (core) => {
    const loop = new CheckedLoop(core);
    loop.fact('images', {});
    expect(loop.duty('reconcile:no-request').limitAt).toBe(after(loop.now, '1d'));
  },
};
