import { Pool } from 'pg';
import type { Parts } from '../src/local/parts';
import { startBareWorker } from './bare/contenders';
import { BareDriver } from './bare/driver';
import { BARE_QUEUE, settingsOf } from './bare/settings';
import { closedLoop, until } from './closed-loop';
import type { StormPlan } from './command-line';
import { mustEqual } from './contender';
import { HAPPY_JOURNEY } from './happy-journey';
import { percentile, round, spread, type Spread } from './numbers';
import { Ours } from './ours';
import type { Stage } from './stage';

/** How long after the one instant, in milliseconds. */
interface Lateness {
  p50: number;
  p99: number;
  most: number;
}

export interface StormFigures extends StormPlan {
  /** Of ours: the ask recorded, and its mail taken by the mail server. */
  recorded: Lateness;
  mailed: Lateness;
  /** Of a bare workflow: its timer over, and its row inserted. */
  bare: Lateness;
  /** Recorded over bare, round by round; the median. 1 is equal, higher is later. */
  ratioP50: number;
  ratioP99: number;
  ratioSpread: { p50: Spread; p99: Spread };
}

/** One round of each, in milliseconds after the instant. */
interface Round {
  recorded: number[];
  mailed: number[];
  bare: number[];
}

const MINUTE = 60_000;
/** A critical finding is asked about at once, and its next rung after this time (policies/england.yaml, ladder `critical`). */
const RUNG_MS = 15 * MINUTE;
const CONCURRENCY = 20;
/** What opening a journey may take, so that all wait before the instant comes. */
const OPENING_MS = { ours: 70, bare: 15 };
const AHEAD_MS = 15_000;
/** Everything must stand still this long before. */
const STILL_MS = 2_000;
const FIRST = 700_000;

/**
 * Everything falls due at once: as many critical findings that nobody acknowledged, whose next rung is asked at the same
 * instant. Against as many bare workflows whose timers end at one instant and insert one row each. Both rows are stamped by
 * Postgres as they are inserted. In turns, so that both find the same machine.
 */
export const measureStorm = async (
  stage: Stage,
  plan: StormPlan,
  parts: Parts,
  say: (line: string) => void,
): Promise<StormFigures> => {
  const worker = await startBareWorker(stage, [ASKED]);
  parts.add({ name: 'bare worker', description: 'for the storm', stop: () => worker.stop() });
  const ours = await Ours.start(stage, CONCURRENCY, { events: 0, asks: 0 });
  parts.add({ name: 'ours', description: 'for the storm', stop: () => ours.stop() });
  const driver = await BareDriver.start(settingsOf(stage));
  parts.add({ name: 'driver', description: 'of the bare storm', stop: () => driver.stop() });
  const pools = { ours: pool(stage.ours), bare: pool(stage.bare) };
  try {
    await pools.ours.query(STAMPED);
    const rounds: Round[] = [];
    for (let r = 0; r < plan.rounds; r++) {
      const bare = await bareStorm(driver, pools.bare, plan.deadlines, r);
      const round = { bare, ...(await ourStorm(stage, ours, pools.ours, plan.deadlines, r)) };
      rounds.push(round);
      const said = Object.entries(round).map(([name, ms]) => `${name} ${figuresOf(ms).p99}`);
      say(`  storm, round ${r + 1} of ${plan.rounds}: p99 in ms: ${said.join(', ')}`);
    }
    return { ...plan, ...compared(rounds) };
  } finally {
    await Promise.all([pools.ours.end(), pools.bare.end()]);
  }
};

const pool = (connectionString: string): Pool => new Pool({ connectionString, max: 2 });

/** What a bare row holds: about as much as our event of an ask. */
const ASKED = {
  type: 'asked',
  key: 'acknowledge:r1',
  opening: 1,
  ask: 2,
  why: 'deadline',
  askedNow: { role: 'registrar', person: 'registrar-1' },
  dueAt: '2026-01-01T09:00:00.000Z',
  rung: 1,
};

/** Evidence says when something was decided; the measurement must know when it was written. */
const STAMPED = `alter table evidence add column if not exists bench_written_at timestamptz default clock_timestamp()`;

const bareStorm = async (driver: BareDriver, db: Pool, count: number, n: number): Promise<number[]> => {
  const at = Date.now() + AHEAD_MS + count * OPENING_MS.bare;
  const journey = (i: number): string => `storm-${n}-${i}`;
  await closedLoop(count, CONCURRENCY, async (i) => {
    await driver.client.workflow.start('bareTimer', {
      workflowId: journey(i),
      taskQueue: BARE_QUEUE,
      args: [journey(i), at],
    });
  });
  await instant(at);
  const written = async (): Promise<number[]> => {
    const { rows } = await db.query<{ ms: number }>(
      `select extract(epoch from written_at)::float8 * 1000 - $1::float8 as ms from record where journey like $2`,
      [at, `storm-${n}-%`],
    );
    return rows.map(({ ms }) => ms);
  };
  return await all('a bare timer was lost', count, written);
};

const ourStorm = async (
  stage: Stage,
  ours: Ours,
  db: Pool,
  count: number,
  n: number,
): Promise<Omit<Round, 'bare'>> => {
  const at = Date.now() + AHEAD_MS + count * OPENING_MS.ours;
  const journeys: string[] = [];
  await closedLoop(count, CONCURRENCY, async (i) => {
    const number = FIRST + n * count + i;
    const { body } = await ours.send(HAPPY_JOURNEY[0]!, number, '');
    const journey = body.journey as string;
    journeys.push(journey);
    await ours.send(criticalReport(new Date(at - RUNG_MS)), number, journey);
  });
  await ours.settled(); // what was asked at once
  const due = await db.query<{ n: number }>(
    `select count(*)::int as n from obligation where journey = any($1) and key = 'acknowledge:r1' and due_at = $2`,
    [journeys, new Date(at)],
  );
  mustEqual('the storm', { 'deadlines at one instant': [due.rows[0]!.n, count] });
  const mails = stage.mail.count();
  await instant(at);
  const written = async (): Promise<number[]> => {
    const { rows } = await db.query<{ ms: number }>(
      `select extract(epoch from bench_written_at)::float8 * 1000 - $2::float8 as ms from evidence
       where journey = any($1) and type = 'asked' and body->>'key' = 'acknowledge:r1' and body->>'why' = 'deadline'`,
      [journeys, at],
    );
    return rows.map(({ ms }) => ms);
  };
  const recorded = await all('an ask was lost', count, written);
  const mailed = await all('a mail was lost', count, () =>
    Promise.resolve(stage.mail.takenAt.slice(mails).map((taken) => taken - at)),
  );
  return { recorded, mailed };
};

/** A critical finding, reported so long ago that its next rung comes at the instant. */
const criticalReport = (at: Date): Parameters<Ours['send']>[0] => {
  const { type, by, body } = HAPPY_JOURNEY.find((step) => step.type === 'report')!;
  const findings = [{ id: 'f1', category: 'critical', expected: false, region: 'chest' }];
  return { type, by, body: (n) => ({ ...body(n, at.toISOString()), findings }) };
};

/** Waits for the instant. Whoever was not ready by then would measure the opening of journeys. */
const instant = async (at: number): Promise<void> => {
  const left = at - Date.now();
  if (left < STILL_MS)
    throw new Error(
      `The journeys were not open in time (${-left} ms late): fewer deadlines, or a faster machine.`,
    );
  await new Promise((resolve) => setTimeout(resolve, left));
};

/** Until there are so many. @returns them */
const all = async (lost: string, count: number, read: () => Promise<number[]>): Promise<number[]> => {
  let found: number[] = [];
  await until(lost, async () => (found = await read()).length >= count, 500);
  mustEqual('the storm', { rows: [found.length, count] });
  if (Math.min(...found) < 0) throw new Error('Something came before its deadline.');
  return found;
};

const figuresOf = (ms: readonly number[]): Lateness => ({
  p50: round(percentile(ms, 0.5), 0),
  p99: round(percentile(ms, 0.99), 0),
  most: round(Math.max(...ms), 0),
});

const compared = (rounds: readonly Round[]): Omit<StormFigures, keyof StormPlan> => {
  const of = (name: keyof Round): Lateness => figuresOf(rounds.flatMap((r) => r[name]));
  const ratios = (share: number): Spread =>
    spread(rounds.map((r) => percentile(r.recorded, share) / percentile(r.bare, share)));
  const ratioSpread = { p50: ratios(0.5), p99: ratios(0.99) };
  return {
    recorded: of('recorded'),
    mailed: of('mailed'),
    bare: of('bare'),
    ratioP50: ratioSpread.p50.median,
    ratioP99: ratioSpread.p99.median,
    ratioSpread,
  };
};
