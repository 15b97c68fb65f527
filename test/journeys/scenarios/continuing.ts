import type { Loop } from '../../support/loop';
import { between, deliveredAgo, relayStarts, relayStops, rowsOf, signal, stuckOf } from '../support/control';
import { Examination, SYSTEM, VETTER } from '../support/examination';
import { eventually } from '../support/patience';
import { expectRowsOnceInOrder } from './rows';

/** A long journey is carried on by new runs: what is known, what is owed and when stay, and no signal is lost. */
export const carriedOn = async (loop: Loop): Promise<void> => {
  const exam = await Examination.requested(loop);
  const first = await exam.run();
  const before = await exam.duty('vet');
  const at = await loop.now();
  const rows = [];
  for (let i = 0; i < 40; i++)
    rows.push(await exam.submit('viewed', { at, person: `p-${i}`, quality: 'diagnostic' }, SYSTEM));
  for (const row of rows) await exam.outcomeOf(row);
  await expectRowsOnceInOrder(exam);
  if ((await exam.duty('vet')).asks === 0) expect(await exam.duty('vet')).toEqual(before);
  await eventually('the deadline', async () => (await exam.duty('vet')).asks > 0);
  await eventually('the next run', async () => (await exam.run()) !== first);
  expect((await exam.does('vet', { priority: 'urgent' }, VETTER)).result).toBe('recorded');
};

/** Rows that wait as the history grows long are recorded by the run that has them, not left to a redelivery. */
export const notWhileRowsWait = async (loop: Loop): Promise<void> => {
  const exam = await Examination.requested(loop);
  const first = await exam.run();
  await relayStops(loop);
  try {
    const at = await loop.now();
    const rows = [];
    for (let i = 0; i < 15; i++)
      rows.push(await exam.submit('viewed', { at, person: `p-${i}`, quality: 'diagnostic' }, SYSTEM));
    // The first of them comes last, so that all the others wait already when it makes them follow each other.
    const [next, ...rest] = (await rowsOf(loop.db, exam.id)).slice(1);
    await signal(loop, exam.id, [...rest, next!]);
    for (const row of rows) await exam.outcomeOf(row);
    await eventually('the run to be carried on', async () => (await exam.run()) !== first);
    await expectRowsOnceInOrder(exam);
  } finally {
    relayStarts(loop);
  }
};

/** A record fails again and again, and so fills the history: a new run goes on trying, and others are not held up. */
export const stuckForLong = async (loop: Loop): Promise<void> => {
  const exam = await Examination.requested(loop);
  const first = await exam.run();
  await loop.db.query(
    `alter table evidence add constraint a_bug check (journey <> '${exam.id}' or type <> 'vet')`,
  );
  try {
    const row = await exam.submit('vet', { priority: 'urgent' }, VETTER);
    await eventually('a new run that is stuck as well', async () => (await exam.run()) !== first);
    expect((await stuckOf(loop.db, exam.id)).map((s) => s.cause)).toContain('row:2');
    await deliveredAgo(loop.db, exam.id, 700);
    await loop.db.query('alter table evidence drop constraint a_bug');
    expect((await exam.outcomeOf(row)).result).toBe('recorded');
    await expectRowsOnceInOrder(exam);
  } finally {
    await loop.db.query('alter table evidence drop constraint if exists a_bug');
  }
};

/** Not even loading succeeds for long. */
export const unloadableForLong = async (loop: Loop): Promise<void> => {
  const exam = await Examination.requested(loop);
  await exam.handle.terminate('so that the next run must load');
  let fails = true;
  const restore = between(loop, 'load', async (real, journey) => {
    if (fails && journey === exam.id) throw new Error('the state cannot be read');
    return real(journey);
  });
  try {
    const row = await exam.submit('vet', { priority: 'urgent' }, VETTER);
    const first = await eventually('a run', async () => (await exam.status()) === 'RUNNING' && exam.run());
    await eventually('another run', async () => (await exam.run()) !== first);
    fails = false;
    await deliveredAgo(loop.db, exam.id, 700);
    expect((await exam.outcomeOf(row)).result).toBe('recorded');
  } finally {
    restore();
  }
};
