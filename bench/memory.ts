import { Pool } from 'pg';
import type { Parts } from '../src/local/parts';
import { closedLoop, until } from './closed-loop';
import type { MemoryPlan } from './command-line';
import { HAPPY_JOURNEY } from './happy-journey';
import { median, round } from './numbers';
import { Ours, startWorker } from './ours';
import { memoryMb } from './proc';
import type { Stage } from './stage';

export interface MemoryFigures extends MemoryPlan {
  nodeOptions: string;
  /** The worker's resident memory after the same commands, in megabytes: a fresh worker each time. */
  withFewMb: number;
  withManyMb: number;
  ratio: number;
  /** The one worker that saw the few become many: before, after, and the most it ever held. */
  growing: { beforeMb: number; afterMb: number; mostMb: number };
}

/** Garbage is collected soon, so that what is read is what is held, and not what nobody had reason to clear away yet. */
const TIDY_HEAP = '--max-old-space-size=256 --max-semi-space-size=4';
const CONCURRENCY = 20;
const FIRST = 50_000;
const SAMPLES = 9;
const SAMPLE_MS = 500;

/**
 * Does the worker's memory grow with the journeys that wait? A fresh worker wakes few waiting journeys with a number of
 * commands, and is read; another one wakes many with as many commands. The cache limit is the same, so only the number of
 * waiting journeys differs.
 */
export const measureMemory = async (
  stage: Stage,
  plan: MemoryPlan,
  parts: Parts,
  say: (line: string) => void,
): Promise<MemoryFigures> => {
  const ours = await Ours.start(stage, CONCURRENCY, { events: 0, asks: 0 }, false);
  parts.add({ name: 'api', description: 'for the waiting journeys', stop: () => ours.stop() });
  const worker = (): ReturnType<typeof startWorker> =>
    startWorker(stage, { WORKER_MAX_CACHED_WORKFLOWS: String(plan.cacheLimit), NODE_OPTIONS: TIDY_HEAP });
  const journeys: string[] = [];
  const open = async (upTo: number): Promise<void> => {
    const from = journeys.length;
    await closedLoop(upTo - from, CONCURRENCY, async (i) => {
      const { body } = await ours.send(HAPPY_JOURNEY[0]!, FIRST + from + i, '');
      journeys.push(body.journey as string);
    });
    say(`  memory: ${journeys.length} journeys wait`);
  };

  let running = await worker();
  parts.add({ name: 'worker', description: 'for the waiting journeys', stop: () => running.stop() });
  const afresh = async (): Promise<number> => {
    await running.stop();
    running = await worker();
    await wake(ours, journeys, plan.commands);
    await quiet(stage);
    return resident(running.pid);
  };
  await open(plan.few);
  const few = await afresh();
  await open(plan.many);
  await quiet(stage);
  const growing = {
    beforeMb: round(few, 0),
    afterMb: round(await resident(running.pid), 0),
    mostMb: round(memoryMb(running.pid).most, 0),
  };
  const many = await afresh();
  return {
    ...plan,
    nodeOptions: TIDY_HEAP,
    withFewMb: round(few, 0),
    withManyMb: round(many, 0),
    ratio: round(many / few),
    growing,
  };
};

/** Commands spread over all the journeys: a contact hold set, and at the next visit lifted, which leaves them waiting. */
const wake = (ours: Ours, journeys: readonly string[], commands: number): Promise<void> => {
  const step = Math.max(1, Math.floor(journeys.length / commands));
  return closedLoop(commands, CONCURRENCY, async (i) => {
    const place = i * step;
    const on = Math.floor(place / journeys.length) % 2 === 0;
    const hold = { type: 'hold', by: HAPPY_JOURNEY[0]!.by } as const;
    const body = (_n: number, at: string) => ({ at, kind: 'contact', on });
    await ours.send({ ...hold, body }, 0, journeys[place % journeys.length]!);
  });
};

/** Until every message has its outcome. */
const quiet = async (stage: Stage): Promise<void> => {
  const db = new Pool({ connectionString: stage.ours, max: 1 });
  try {
    await until('the inbox did not empty', async () => {
      const { rows } = await db.query<{ left: number }>(
        'select count(*)::int as left from delivery where finished_n < last_n',
      );
      return rows[0]!.left === 0;
    });
  } finally {
    await db.end();
  }
};

/** What it holds once it is at rest: the median of some readings. */
const resident = async (pid: number): Promise<number> => {
  const readings: number[] = [];
  for (let i = 0; i < SAMPLES; i++) {
    await new Promise((resolve) => setTimeout(resolve, SAMPLE_MS));
    readings.push(memoryMb(pid).now);
  }
  return median(readings);
};
