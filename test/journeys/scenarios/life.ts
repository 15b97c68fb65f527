import type { Loop } from '../../support/loop';
import { between, deliveredAgo, epochOf, relayStarts, relayStops, rowsOf, signal } from '../support/control';
import { aReport, CONSULTANT, Examination, SYSTEM, VETTER } from '../support/examination';
import { bytesOf, historyOf } from '../support/history';
import { eventually, pause } from '../support/patience';
import { expectRowsOnceInOrder } from './rows';

/** All but the last step is done: what is sent next closes the journey. */
const almostClosed = async (loop: Loop): Promise<Examination> => {
  const exam = await Examination.reported(loop);
  await exam.acknowledge();
  await exam.does('plan', { version: 'r1', finding: 'f1', noAction: 'already-known' }, CONSULTANT);
  await exam.does(
    'tell',
    { version: 'r1', at: await loop.now(), to: 'patient', how: 'in-person', outcome: 'told' },
    CONSULTANT,
  );
  return exam;
};

const receipt = async (exam: Examination) => ({ at: await exam.loop.now(), version: 'r1' });

/** Request, vetting, images, a report with an alert, acknowledged, planned, told, and the GP's receipt. */
export const happy = async (loop: Loop): Promise<{ events: number; bytes: number }> => {
  const exam = await Examination.reported(loop);
  await exam.acknowledge();
  await exam.finish();
  expect(await exam.closed()).toBe(true);
  await eventually('the run to end', async () => (await exam.status()) === 'COMPLETED');

  const asks = await loop.db.query<{ key: string; ask: number }[]>(
    'select key, ask from ask where journey = $1 order by key',
    [exam.id],
  );
  const opened = (await exam.events()).flatMap((e) =>
    e.type === 'opened' && e.asks > 0 ? [{ key: e.key, ask: 1 }] : [],
  );
  expect(asks).toEqual(opened.sort((a, b) => (a.key < b.key ? -1 : 1)));
  // The alert is asked about at once; the rest would be at its limit, and is done before.
  expect(asks.map((a) => a.key)).toEqual(['acknowledge:r1']);

  const history = await historyOf(loop, exam.id);
  const figures = { events: history.events!.length, bytes: bytesOf(history) };
  expect(figures.events).toBeLessThan(60);
  expect(figures.bytes).toBeLessThan(25_000);
  return figures;
};

/** Nothing recorded yet is not closed: a run without a row waits for one. */
export const emptyIsNotClosed = async (loop: Loop): Promise<void> => {
  await relayStops(loop);
  const { journey } = await submitOnly(loop);
  const exam = new Examination(loop, journey);
  try {
    const [row] = await rowsOf(loop.db, journey);
    await signal(loop, journey, [row!], (await epochOf(loop.db)) - 1);
    await pause(400);
    expect(await exam.status()).toBe('RUNNING');
    expect(await exam.state()).toBeNull();
  } finally {
    relayStarts(loop);
  }
  await exam.outcomeOf((await rowsOf(loop.db, journey))[0]!);
};

const submitOnly = async (loop: Loop) => {
  const exam = new Examination(loop, '');
  return exam.submit('cancel', { at: await loop.now() }, SYSTEM, {
    journey: undefined,
    identifiers: [{ assigner: 'ris', type: 'order', value: `only-${Math.random()}` }],
  });
};

/** Closed, and the run ended; a late report opens it again with a new run that knows what was. */
export const reopened = async (loop: Loop): Promise<void> => {
  const exam = await almostClosed(loop);
  await exam.hears('gp-receipt', await receipt(exam));
  await eventually('the run to end', async () => (await exam.status()) === 'COMPLETED');
  const first = await exam.run();
  const amended = aReport(await loop.now(), {
    version: 2,
    status: 'amended',
    findings: [{ id: 'f2', category: 'cancer', expected: false, region: 'chest' }],
  });
  await exam.hears('report', amended);
  expect(await exam.run()).not.toBe(first);
  expect(await exam.status()).toBe('RUNNING');
  expect((await exam.events()).some((e) => e.type === 'reopened')).toBe(true);
  expect(await exam.open()).toEqual(
    expect.arrayContaining(['acknowledge:r2', 'tell-patient:r2', 'tell-gp:r2']),
  );
  await exam.acknowledge('r2', ['f2']);
  await exam.does('plan', { version: 'r2', finding: 'f2', noAction: 'already-known' }, CONSULTANT);
  await exam.does(
    'tell',
    { version: 'r2', at: await loop.now(), to: 'patient', how: 'in-person', outcome: 'told' },
    CONSULTANT,
  );
  await exam.hears('gp-receipt', { at: await loop.now(), version: 'r2' });
  expect(await exam.closed()).toBe(true);
};

/** The row that closes it is followed by another that waits already: the same run takes it at once. */
export const waitingAsItCloses = async (loop: Loop): Promise<void> => {
  const exam = await almostClosed(loop);
  const run = await exam.run();
  await relayStops(loop);
  try {
    await exam.submit('gp-receipt', await receipt(exam), SYSTEM);
    const late = await exam.submit(
      'enquiry',
      { at: await loop.now(), id: 'e1', from: 'patient', about: 'not-heard' },
      SYSTEM,
    );
    const rows = (await rowsOf(loop.db, exam.id)).slice(-2);
    await signal(loop, exam.id, rows.reverse());
    expect((await exam.outcomeOf(late)).result).toBe('recorded');
    expect(await exam.open()).toEqual(['answer:e1']);
    expect(await exam.run()).toBe(run);
    expect(await exam.status()).toBe('RUNNING');
  } finally {
    relayStarts(loop);
  }
};

/** A signal reaches the server while the task that is about to close the run is under way. */
export const signalledAsItCloses = async (loop: Loop): Promise<void> => {
  const exam = await almostClosed(loop);
  await relayStops(loop);
  let late: string | undefined;
  const restore = between(loop, 'record', async (real, ...args) => {
    const kept = await real(...args);
    if (args[0] === exam.id && late === undefined && kept.events.some((e) => e.type === 'closed')) {
      late = (
        await exam.submit(
          'enquiry',
          { at: await loop.now(), id: 'e1', from: 'patient', about: 'not-heard' },
          SYSTEM,
        )
      ).id;
      await signal(loop, exam.id, (await rowsOf(loop.db, exam.id)).slice(-1));
    }
    return kept;
  });
  try {
    const last = await exam.submit('gp-receipt', await receipt(exam), SYSTEM);
    await signal(loop, exam.id, (await rowsOf(loop.db, exam.id)).slice(-1));
    await exam.outcomeOf(last);
    await eventually('the late row', async () => late !== undefined);
    expect((await exam.outcomeOf({ id: late! })).result).toBe('recorded');
    expect(await exam.open()).toEqual(['answer:e1']);
    expect(await exam.status()).toBe('RUNNING');
  } finally {
    restore();
    relayStarts(loop);
  }
};

/** An operator terminates the run: the next row starts one that loads what was recorded. */
export const terminated = async (loop: Loop): Promise<void> => {
  const exam = await Examination.requested(loop);
  await exam.handle.terminate('an operator did that');
  expect((await exam.does('vet', { priority: 'urgent' }, VETTER)).result).toBe('recorded');
  expect(await exam.status()).toBe('RUNNING');
  await expectRowsOnceInOrder(exam);
};

/** The run is terminated with a row on its way that nobody recorded: it is delivered again, to a new run. */
export const terminatedWithARow = async (loop: Loop): Promise<void> => {
  const exam = await Examination.requested(loop);
  await exam.handle.terminate('an operator did that');
  await relayStops(loop);
  const row = await exam.submit('vet', { priority: 'urgent' }, VETTER);
  await deliveredAgo(loop.db, exam.id, 11);
  relayStarts(loop);
  expect((await exam.outcomeOf(row)).result).toBe('recorded');
};

/** A request to cancel the run ends nothing that is owed: the same run goes on. */
export const cancelled = async (loop: Loop): Promise<void> => {
  const exam = await Examination.requested(loop);
  const run = await exam.run();
  await exam.handle.cancel();
  expect((await exam.does('vet', { priority: 'urgent' }, VETTER)).result).toBe('recorded');
  expect(await exam.run()).toBe(run);
  expect(await exam.status()).toBe('RUNNING');
};

/** Messages that move no deadline cost no timer. */
export const oneTimer = async (loop: Loop): Promise<void> => {
  const exam = await Examination.requested(loop);
  const at = await loop.now();
  for (const person of ['p1', 'p2', 'p3']) await exam.hears('viewed', { at, person, quality: 'diagnostic' });
  const timers = (await historyOf(loop, exam.id)).events!.filter((e) => e.timerStartedEventAttributes);
  expect(timers).toHaveLength(1);
};

/** Signals that come while the run still loads are not lost. */
export const signalledWhileLoading = async (loop: Loop): Promise<void> => {
  const exam = await Examination.requested(loop);
  await exam.handle.terminate('so that the next run must load');
  const { promise: gate, resolve: open } = Promise.withResolvers<void>();
  let loading = false;
  const restore = between(loop, 'load', async (real, journey) => {
    loading ||= journey === exam.id;
    await gate;
    return real(journey);
  });
  try {
    const rows = [await exam.submit('vet', { priority: 'urgent' }, VETTER)];
    await eventually('the run to load', async () => loading);
    rows.push(await exam.submit('images', { at: await loop.now() }, SYSTEM));
    await pause(200);
    open();
    for (const row of rows) expect((await exam.outcomeOf(row)).result).toBe('recorded');
    await expectRowsOnceInOrder(exam);
  } finally {
    open();
    restore();
  }
};
