import { Logger } from '@nestjs/common';
import { allowConnections } from '../support/database';
import * as record from './scenarios/record';
import * as time from './scenarios/time';
import { between, sleepUntil, stuckOf } from './support/control';
import { Examination, VETTER } from './support/examination';
import { eventually } from './support/patience';
import { startWorld, useWorld } from './support/use-loop';
import { variant } from './support/variant';

describe('with the worker, or Postgres, away', () => {
  const world = useWorld({ real: {} });

  it('an answer lost after the commit, with a second signal and a due deadline waiting, loses and doubles nothing', () =>
    record.answerLost(world().loop));
  it('received in time is in time, though it was processed late', () =>
    time.inTimeThoughProcessedLate(world().loop));
  it('waiting rows come before due deadlines: one that passed is recorded as late, without an ask', () =>
    time.passedWithoutAnAsk(world().loop));
  it('a deadline waits for rows that were received before it', () => time.rowsReceivedFirst(world().loop));
  it('deadlines that came meanwhile are taken by instant, then risk, then key', () =>
    time.deadlinesInOrder(world().loop));

  it('Postgres away: an alarm that does not need it; once it is back the journey goes on', async () => {
    const { loop, database } = world();
    const exam = await Examination.requested(loop);
    const { dueAt } = await exam.duty('vet');
    const alarm = jest.spyOn(Logger.prototype, 'error');
    await allowConnections(database, false);
    try {
      await sleepUntil(loop, dueAt);
      await eventually('the alarm', async () =>
        alarm.mock.calls.some(([line]) => String((line as { msg?: string }).msg).startsWith('ALARM')),
      );
    } finally {
      await allowConnections(database, true);
      alarm.mockRestore();
    }
    await eventually('the deadline', async () => (await exam.duty('vet')).asks > 0);
    expect((await exam.does('vet', { priority: 'urgent' }, VETTER)).result).toBe('recorded');
    expect(await stuckOf(loop.db, exam.id)).toEqual([]);
  });

  it('without the comparison, what was recorded before its answer was lost is recorded twice', async () => {
    const { loop } = world();
    const restore = record.withoutComparing(loop);
    await expect(record.answerLost(loop)).rejects.toThrow();
    restore();
  });

  it('without waiting for rows received before it, a deadline asks in vain', async () => {
    const { loop } = world();
    const restore = between(loop, 'record', (real, journey, expected, cause, proposal) =>
      real(journey, expected, cause.row ? cause : { ...cause, rowsOverdue: true }, proposal),
    );
    await expect(time.rowsReceivedFirst(loop)).rejects.toThrow();
    restore();
  });
});

it('deadlines before rows: somebody is asked in vain', async () => {
  const bundle = await variant({
    file: 'workflows/imaging-journey.ts',
    from: 'const row = nextRow();',
    to: 'const first = dueCause(state, now()); if (first) return first; const row = nextRow();',
  });
  const world = await startWorld({ real: {}, bundle });
  // The rows do not wait for the relay but in the run, which must choose.
  const restore = between(world.loop, 'record', (real, journey, expected, cause, proposal) =>
    real(journey, expected, cause.row ? cause : { ...cause, rowsOverdue: true }, proposal),
  );
  try {
    await expect(time.passedWithoutAnAsk(world.loop)).rejects.toThrow();
  } finally {
    restore();
    await world.close();
  }
}, 60_000);
