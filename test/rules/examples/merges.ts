import { after, CONSULTANT, finding, report, REQUESTER, SYSTEM } from '../support/builders';
import type { Examples } from '../support/examples';
import { CheckedLoop } from '../support/invariants';
import { imaged, reported, seen } from '../support/journeys';
import type { Loop } from '../support/loop';

/** Two journeys that turn out to be one examination. */

/** What the record sends to the survivor. */
const carried = (loser: Loop) => ({
  from: loser.state.id,
  facts: loser.events.flatMap((e) =>
    'data' in e ? [{ type: e.type, data: e.data, by: e.by, receivedAt: e.receivedAt, at: e.at }] : [],
  ),
  open: Object.values(loser.state.obligations),
});

export const MERGES: Examples = {
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
      const survivor = new CheckedLoop(core, { id: 'j0' });
      survivor.now = loser.now;
      survivor.receive('absorb', carried(loser), SYSTEM);
      expect(survivor.open).toEqual(loser.open);
      for (const key of loser.open) expect(survivor.duty(key).limitAt).toBe(loser.duty(key).limitAt);
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
      const again = survivor.events.filter((e) => e.cause === 'row:2');
      expect(again[0]).toMatchObject({ type: 'absorb', data: { from: 'j1', facts: [] } });
      expect(again[1]).toMatchObject({ type: 'noted', input: 'request', origin: 'j1' });
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
  'a duty that both journeys owed, and that what they know together ends': (core) => {
    const regions = (region: 'chest' | 'abdomen') => [{ region, statement: 'no-findings' }] as const;
    const asked = { regions: ['chest', 'abdomen'] as ('chest' | 'abdomen')[] };
    const loser = reported(core, [], { regions: [...regions('chest')] }, asked);
    const survivor = reported(core, [], { regions: [...regions('abdomen')] }, asked);
    loser.wait('6d');
    survivor.wait('1h');
    expect(loser.open).toContain('assure:r1');
    expect(survivor.open).toContain('assure:r1');
    survivor.receive('absorb', carried(loser), SYSTEM);
    expect(survivor.ended('assure:r1').how).toBe('discharged');
  },
  'the earlier limit, the earlier deadline and the higher rung, each for itself': (core) => {
    const stood = imaged(core).duty('report');
    const [sooner, later] = [after(stood.dueAt, '-1d'), after(stood.dueAt, '1d')];
    for (const [limitAt, dueAt, rung, expected] of [
      [sooner, later, 0, { limitAt: sooner }],
      [later, sooner, 0, { dueAt: sooner }],
      [later, later, 1, { rung: 1 }],
      [later, later, 0, {}],
    ] as const) {
      const survivor = imaged(core);
      const open = [{ key: 'report', limitAt, dueAt, rung, asks: rung }];
      survivor.receive('absorb', { from: 'j9', facts: [], open }, SYSTEM);
      expect(survivor.duty('report')).toMatchObject({
        limitAt: stood.limitAt,
        dueAt: stood.dueAt,
        rung: 0,
        ...expected,
      });
      const moved = survivor.events.filter((e) => e.type === 'rescheduled');
      expect(moved).toHaveLength(Object.keys(expected).length);
    }
    const higher = imaged(core);
    higher.wait('8d');
    const { rung } = higher.duty('report');
    const open = [{ key: 'report', limitAt: sooner, dueAt: sooner, rung: 0, asks: 0 }];
    higher.receive('absorb', { from: 'j9', facts: [], open }, SYSTEM);
    expect(higher.duty('report').rung).toBe(rung);
  },
};
