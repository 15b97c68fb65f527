import { StuckRows } from '../../src/journeys/stuck-rows';
import { Listener } from '../../src/database/listener';
import { Relay } from '../../src/intake/relay';
import * as rows from './scenarios/rows';
import { Examination, SYSTEM, VETTER } from './support/examination';
import { relayStarts, relayStops, stuckOf } from './support/control';
import { eventually } from './support/patience';
import { useWorld } from './support/use-loop';

describe('rows and signals', () => {
  const world = useWorld();

  it('a row at or below the high-water mark is skipped', () => rows.redelivered(world().loop));
  it('a row beyond a gap waits; signals that overtake each other are recorded in order', () =>
    rows.overtaking(world().loop));
  it('a lost signal is delivered again, and what waited behind it goes on', () => rows.lost(world().loop));
  it('new rows do not put off the redelivery of a lost one', () => rows.lostAmongNewOnes(world().loop));
  it('a message sent twice is noted, and owes nothing twice', () => rows.sentTwice(world().loop));
  it('a signal of a lower epoch is void', () => rows.ofAnOlderEpoch(world().loop));
  it('a higher epoch makes the workflow load again', () => rows.restoredThenARow(world().loop));
  it('evidence behind: a stuck row, the run waits, and goes on under the new epoch without any message', () =>
    rows.restoredThenADeadline(world().loop));
  it('a row is known by its own id, not by its number alone', () =>
    rows.anotherRowOfThatNumber(world().loop));

  it('a relay that died holds its journeys no longer than its lease', async () => {
    const { loop } = world();
    const exam = await Examination.requested(loop);
    await relayStops(loop);
    const row = await exam.submit('vet', { priority: 'urgent' }, VETTER);
    await loop.db.query("update delivery set lease_until = now() + interval '1 second' where journey = $1", [
      exam.id,
    ]);
    relayStarts(loop);
    expect((await exam.outcomeOf(row)).result).toBe('recorded');
  });

  it('a row that Temporal does not take is noted as stuck, waits, and is delivered later', async () => {
    const { loop } = world();
    const exam = await Examination.requested(loop);
    await relayStops(loop);
    try {
      const row = await exam.submit('images', { at: await loop.now() }, SYSTEM);
      const away = { signal: () => Promise.reject(new RangeError('too large')) };
      await new Relay(loop.db, away as never, loop.app.get(StuckRows), loop.app.get(Listener)).deliverSome();
      expect(await stuckOf(loop.db, exam.id)).toMatchObject([{ cause: 'row:2', reason: 'RangeError' }]);
      relayStarts(loop);
      expect((await exam.outcomeOf(row)).result).toBe('recorded');
      expect(await stuckOf(loop.db, exam.id)).toEqual([]);
    } finally {
      relayStarts(loop);
    }
  });

  it('a stuck row is delivered ever more seldom, and afresh once something is recorded', async () => {
    const { loop } = world();
    const exam = await Examination.requested(loop);
    await loop.db.query(`alter table evidence add constraint no_vet check (type <> 'vet') not valid`);
    const tries = () =>
      loop.db.query<[{ redelivered: number }]>('select redelivered from delivery where journey = $1', [
        exam.id,
      ]);
    try {
      const row = await exam.submit('vet', { priority: 'urgent' }, VETTER);
      await eventually('the stuck row', async () => (await stuckOf(loop.db, exam.id)).length > 0);
      const later = (seconds: number) =>
        loop.db.query(
          "update delivery set delivered_at = now() - $2 * interval '1 second' where journey = $1",
          [exam.id, seconds],
        );
      await later(11);
      await eventually('a first redelivery', async () => (await tries())[0].redelivered === 1);
      await later(15);
      await new Promise((resolve) => setTimeout(resolve, 1_500));
      expect((await tries())[0].redelivered).toBe(1);
      await later(21);
      await eventually('a second redelivery', async () => (await tries())[0].redelivered === 2);
      await loop.db.query('alter table evidence drop constraint no_vet');
      await exam.outcomeOf(row);
      expect((await tries())[0].redelivered).toBe(0);
    } finally {
      await loop.db.query('alter table evidence drop constraint if exists no_vet');
    }
  });
});
