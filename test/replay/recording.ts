import type { temporal } from '@temporalio/proto';
import type { Loop } from '../support/loop';
import { aReport, CONSULTANT, Examination, VETTER } from '../journeys/support/examination';
import { relayStarts, relayStops, sleepUntil } from '../journeys/support/control';
import { newPatient } from '../journeys/support/patients';
import { startWorld } from '../journeys/support/use-loop';
import { eventually } from '../journeys/support/patience';

type History = temporal.api.history.v1.IHistory;
type Keep = (name: string, exam: Examination, runId?: string) => Promise<void>;

/** A path through the loop that a later release must be able to replay. */
interface Path {
  name: string;
  walk: (loop: Loop, keep: Keep) => Promise<void>;
}

const later = (instant: string, hours: number): string =>
  new Date(Date.parse(instant) + hours * 3_600_000).toISOString();
const ended = (exam: Examination) =>
  eventually('the run to end', async () => (await exam.status()) === 'COMPLETED');

/** In skipped time. */
const PATHS: readonly Path[] = [
  {
    name: 'happy, and reopened by an amendment',
    walk: async (loop, keep) => {
      const exam = await Examination.reported(loop);
      await exam.acknowledge();
      await exam.finish();
      await ended(exam);
      const { runId } = await exam.handle.describe();
      await keep('happy', exam, runId);
      await exam.hears('report', aReport(await loop.now(), { version: 2, status: 'amended' }));
      await exam.acknowledge('r2');
      await exam.finish('r2');
      await ended(exam);
      await keep('reopened', exam);
    },
  },
  {
    name: 'the ladder, up to the desk, and a lease',
    walk: async (loop, keep) => {
      const exam = await Examination.requested(loop);
      await exam.does('vet', { priority: 'urgent' }, VETTER);
      await exam.hears('images', { at: await loop.now() });
      await exam.does('claim', {}, { person: 'rep-1', role: 'reporter' });
      const findings = [{ id: 'f1', category: 'urgent', expected: false, region: 'abdomen' } as const];
      await exam.hears('report', aReport(await loop.now(), { status: 'preliminary', findings }));
      await loop.advanceTo(later(await loop.now(), 30));
      await loop.quiet();
      await keep('ladder', exam);
    },
  },
  {
    name: 'refusals, duplicates and our own error',
    walk: async (loop, keep) => {
      const exam = await Examination.requested(loop);
      const { request } = await exam.state();
      await exam.acknowledge();
      await exam.hears('request', { ...request! });
      await exam.hears('report', {
        version: 1,
        status: 'final',
        at: await loop.now(),
        reporter: 'rep-1',
      } as never);
      await exam.hears('delivery-failed', {
        at: await loop.now(),
        key: 'vet',
        opening: 1,
        ask: 9,
        code: 'x',
      });
      await exam.does('vet', { priority: 'urgent' }, VETTER, { ifMatch: 99 });
      await keep('refusals', exam);
    },
  },
  {
    name: 'two journeys that turn out to be one',
    walk: async (loop, keep) => {
      const patient = newPatient();
      const name = (type: string) => [{ assigner: 'ris', type, value: 'recorded' }];
      const older = await Examination.requested(loop, { identifiers: name('order'), patient });
      const { journey } = await loop.send(
        'images',
        { at: await loop.now() },
        { identifiers: name('accession'), patient },
      );
      const younger = new Examination(loop, journey);
      await loop.send('report', aReport(await loop.now()), {
        identifiers: [...name('order'), ...name('accession')],
        patient,
      });
      await ended(younger);
      await loop.quiet();
      await keep('merge-loser', younger);
      await keep('merge-survivor', older);
    },
  },
  {
    name: 'an unmatched message, matched',
    walk: async (loop, keep) => {
      const exam = await Examination.requested(loop);
      const { journey } = await loop.send('report', aReport(await loop.now(), { requester: 'dr-req' }));
      const unmatched = new Examination(loop, journey);
      await loop.advanceTo(later(await loop.now(), 30));
      await unmatched.does('match', { journey: exam.id }, { person: 'lead-desk', role: 'desk' });
      await ended(unmatched);
      await loop.quiet();
      await keep('matched', unmatched);
    },
  },
];

/** On a server that suggests to continue as new early: the run that goes over, and the one that takes over. */
const CONTINUED: Path = {
  name: 'continued as new',
  walk: async (loop, keep) => {
    const exam = await Examination.requested(loop);
    const { runId } = await exam.handle.describe();
    for (let i = 0; i < 8; i++)
      await exam.hears('viewed', { at: await loop.now(), person: `p-${i}`, quality: 'diagnostic' });
    await eventually('the next run', async () => (await exam.handle.describe()).runId !== runId);
    await exam.does('vet', { priority: 'urgent' }, CONSULTANT);
    await keep('continued-from', exam, runId);
    await keep('continued-to', exam);
  },
};

/** A history at rest, with no task under way and no signal unheard. */
const wholeTasks = (history: History): History | undefined => {
  const last = history.events?.at(-1);
  return last?.workflowTaskScheduledEventAttributes ||
    last?.workflowTaskStartedEventAttributes ||
    last?.workflowExecutionSignaledEventAttributes
    ? undefined
    : history;
};

/** Records every path on real servers; a record that fails on its way is one of them. */
export const record = async (say: (line: string) => void): Promise<Map<string, History>> => {
  const histories = new Map<string, History>();
  const keeping =
    (loop: Loop): Keep =>
    async (name, exam, runId) => {
      const handle = loop.env.client.workflow.getHandle(exam.id, runId);
      const history = await eventually('the last task to end', async () =>
        wholeTasks(await handle.fetchHistory()),
      );
      histories.set(name, history);
      say(`  ${name}: ${history.events?.length ?? 0} events`);
    };
  const world = await startWorld();
  try {
    for (const path of PATHS) {
      say(path.name);
      await path.walk(world.loop, keeping(world.loop));
    }
  } finally {
    await world.close();
  }
  const real = await startWorld({ real: { suggestAfter: 30 } });
  try {
    say(CONTINUED.name);
    await CONTINUED.walk(real.loop, keeping(real.loop));
    say('a record that fails for a while');
    await failing(real.loop, keeping(real.loop));
    say('a deadline that waits for rows');
    await waiting(real.loop, keeping(real.loop));
  } finally {
    await real.close();
  }
  return histories;
};

/** A constraint refuses the record until it is mended: retries and their timers are in the history too. */
const failing = async (loop: Loop, keep: Keep): Promise<void> => {
  const exam = await Examination.requested(loop);
  await loop.db.query(
    `alter table evidence add constraint a_bug check (journey <> '${exam.id}' or type <> 'vet')`,
  );
  const row = await exam.submit('vet', { priority: 'urgent' }, VETTER);
  await new Promise((resolve) => setTimeout(resolve, 4_000));
  await loop.db.query('alter table evidence drop constraint a_bug');
  await exam.outcomeOf(row);
  await keep('record-failing', exam);
};

/** A deadline comes while a row that was received before it is on its way. */
const waiting = async (loop: Loop, keep: Keep): Promise<void> => {
  const exam = await Examination.requested(loop);
  await relayStops(loop);
  const row = await exam.submit('vet', { priority: 'urgent' }, VETTER);
  await sleepUntil(loop, (await exam.duty('vet')).dueAt);
  await new Promise((resolve) => setTimeout(resolve, 500));
  relayStarts(loop);
  await exam.outcomeOf(row);
  await keep('rows-first', exam);
};
