import type { Loop } from '../../support/loop';
import { aReport, aRequest, Examination, SYSTEM, VETTER } from '../support/examination';
import {
  backup,
  deliveredAgo,
  epochOf,
  raiseEpoch,
  relayStarts,
  relayStops,
  rowsOf,
  signal,
  stuckOf,
} from '../support/control';
import { eventually, pause } from '../support/patience';

/** Every row has its own events, all of them together, and in the order of the rows. */
export const expectRowsOnceInOrder = async (exam: Examination): Promise<void> => {
  const causes = (await exam.events()).map((e) => e.cause);
  const groups = causes.filter((cause, i) => cause !== causes[i - 1] && cause.startsWith('row:'));
  const [{ last }] = await exam.loop.db.query<[{ last: number }]>(
    'select last_n as last from delivery where journey = $1',
    [exam.id],
  );
  expect(groups).toEqual(Array.from({ length: last }, (_, i) => `row:${i + 1}`));
};

/** Rows that were recorded are delivered again. */
export const redelivered = async (loop: Loop): Promise<void> => {
  const exam = await Examination.requested(loop);
  await exam.does('vet', { priority: 'urgent' }, VETTER);
  const rows = await rowsOf(loop.db, exam.id);
  await signal(loop, exam.id, [...rows, ...rows]);
  await exam.hears('images', { at: await loop.now() });
  await expectRowsOnceInOrder(exam);
};

/** Signals overtake each other. */
export const overtaking = async (loop: Loop): Promise<void> => {
  const exam = await Examination.requested(loop);
  await relayStops(loop);
  try {
    const rows = await threeMore(exam);
    const { seq } = await exam.state();
    await signal(loop, exam.id, [rows[3]!, rows[2]!]);
    await pause(300);
    expect((await exam.state()).seq).toBe(seq);
    await signal(loop, exam.id, [rows[1]!]);
    for (const row of rows.slice(1)) await exam.outcomeOf(row);
    await expectRowsOnceInOrder(exam);
  } finally {
    relayStarts(loop);
  }
};

/** A signal is lost; those after it wait until the relay delivers again. */
export const lost = async (loop: Loop): Promise<void> => {
  const exam = await Examination.requested(loop);
  await relayStops(loop);
  const rows = await threeMore(exam);
  await signal(loop, exam.id, [rows[3]!]);
  await deliveredAgo(loop.db, exam.id, 11);
  relayStarts(loop);
  for (const row of rows.slice(1)) await exam.outcomeOf(row);
  await expectRowsOnceInOrder(exam);
};

/** A signal is lost, and new rows keep coming: they must not put off its redelivery. */
export const lostAmongNewOnes = async (loop: Loop): Promise<void> => {
  const exam = await Examination.requested(loop);
  await relayStops(loop);
  const row = await exam.submit('vet', { priority: 'urgent' }, VETTER);
  await deliveredAgo(loop.db, exam.id, 8);
  relayStarts(loop);
  const later = await exam.submit('images', { at: await loop.now() }, SYSTEM);
  await exam.outcomeOf(row);
  await exam.outcomeOf(later);
};

const threeMore = async (exam: Examination) => {
  await exam.submit('vet', { priority: 'urgent' }, VETTER);
  await exam.submit('images', { at: await exam.loop.now() }, SYSTEM);
  await exam.submit('report', aReport(await exam.loop.now()), SYSTEM);
  return rowsOf(exam.loop.db, exam.id);
};

/** A signal of an older epoch speaks of a row that was lost with the database; another row has its number now. */
export const ofAnOlderEpoch = async (loop: Loop): Promise<void> => {
  const exam = await Examination.requested(loop);
  const old = await epochOf(loop.db);
  await raiseEpoch(loop.db);
  await exam.does('vet', { priority: 'urgent' }, VETTER);
  await relayStops(loop);
  try {
    const real = await exam.submit('images', { at: await loop.now() }, SYSTEM);
    const rows = await rowsOf(loop.db, exam.id);
    const void_ = {
      ...rows[2]!,
      id: rows[0]!.id,
      type: 'cancel',
      data: { at: await loop.now() },
    } as (typeof rows)[number];
    await signal(loop, exam.id, [void_], old);
    await pause(300);
    await signal(loop, exam.id, [rows[2]!]);
    await exam.outcomeOf(real);
    expect((await exam.events()).some((e) => e.type === 'cancel')).toBe(false);
    expect(await stuckOf(loop.db, exam.id)).toEqual([]);
  } finally {
    relayStarts(loop);
  }
};

/** Postgres is restored to before a record; the workflow knows more. A row then arrives under the new epoch. */
export const restoredThenARow = async (loop: Loop): Promise<void> => {
  const exam = await Examination.requested(loop);
  const restore = await backup(loop.db, exam.id);
  await exam.does('vet', { priority: 'urgent' }, VETTER);
  await restore();
  await raiseEpoch(loop.db);
  await exam.hears('images', { at: await loop.now() });
  expect((await exam.events()).map((e) => e.type)).toEqual([
    'request',
    'opened',
    'images',
    'ended',
    'opened',
  ]);
  await expectRowsOnceInOrder(exam);
};

/** The same, but nothing arrives: a deadline finds that the evidence is behind, waits, and goes on under the new epoch. */
export const restoredThenADeadline = async (loop: Loop): Promise<void> => {
  const exam = await Examination.requested(loop);
  const restore = await backup(loop.db, exam.id);
  const refusal = await exam.acknowledge();
  expect(refusal.result).toBe('refused');
  await restore();
  const { dueAt } = await exam.duty('vet');
  await loop.env.sleep(Date.parse(dueAt) - Date.parse(await loop.now()) + 1);
  const [stuck] = await eventually('the stuck row', async () => {
    const rows = await stuckOf(loop.db, exam.id);
    return rows.length > 0 && rows;
  });
  expect(stuck).toMatchObject({ reason: 'EvidenceBehind' });
  expect(await exam.status()).toBe('RUNNING');
  await raiseEpoch(loop.db);
  await eventually('the deadline to be recorded', async () =>
    (await exam.events()).some((e) => e.type === 'asked'),
  );
  expect(await stuckOf(loop.db, exam.id)).toEqual([]);
};

/** A database was restored and nobody raised the epoch: an old signal must not pass for the row that has its number now. */
export const anotherRowOfThatNumber = async (loop: Loop): Promise<void> => {
  const exam = await Examination.requested(loop);
  await relayStops(loop);
  try {
    const restore = await backup(loop.db, exam.id);
    await exam.submit('cancel', { at: await loop.now() }, SYSTEM);
    const gone = (await rowsOf(loop.db, exam.id))[1]!;
    await restore();
    const real = await exam.submit('vet', { priority: 'urgent' }, VETTER);
    await signal(loop, exam.id, [gone]);
    const [stuck] = await eventually('the stuck row', async () => {
      const rows = await stuckOf(loop.db, exam.id);
      return rows.length > 0 && rows;
    });
    expect(stuck).toMatchObject({ cause: 'row:2', reason: 'EvidenceBehind' });
    await raiseEpoch(loop.db);
    relayStarts(loop);
    expect((await exam.outcomeOf(real)).result).toBe('recorded');
    expect((await exam.events()).some((e) => e.type === 'cancel')).toBe(false);
  } finally {
    relayStarts(loop);
  }
};

/** A message that comes twice through intake, not only twice through the relay, is noted as known. */
export const sentTwice = async (loop: Loop): Promise<void> => {
  const exam = await Examination.requested(loop);
  const request = (await exam.state()).request!;
  const again = await exam.hears('request', aRequest(request.at));
  expect(again.result).toBe('duplicate');
  expect(await exam.open()).toEqual(['vet']);
};
