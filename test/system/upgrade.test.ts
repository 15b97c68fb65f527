import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client, Connection } from '@temporalio/client';
import type { temporal } from '@temporalio/proto';
import { root } from '../../src/local/paths';
import { defaultNamespace } from '../../src/local/temporal';
import type { Play } from '../chaos/checker/seen';
import { addressBook, verdict } from '../chaos/plays';
import { Random } from '../chaos/random';
import { FORBIDDEN, PATCHED } from '../replay/changed/changes';
import type { Change } from '../support/change';
import type { Program } from '../support/program';
import { stepsOf } from '../support/walkthrough';
import type { Api } from './support/hospital';
import { Hospital, stopped } from './support/hospital';
import { NextRelease } from './support/next-release';
import { canHaveProductionShape } from './support/own-servers';
import { Sender } from './support/sender';
import { CLOSED, Staged } from './support/stages';
import { eventually } from './support/until';

/**
 * A release with another workflow takes the place of today's in the middle of two hundred journeys, and is taken back: by the
 * commands of docs/UPGRADES.md. And one that must not be deployed is stopped before.
 */
const JOURNEYS = 200;
/** How long somebody takes before something that may be done, at most. */
const PACE_MS = 6_000;
/** For how long a sender waits for the outcome: on the way back journeys stand still until their runs are thrown away. */
const PATIENCE_MS = 400_000;
/** Two hundred journeys whose runs are replayed, on a machine that has other things to do. */
const SLOWLY_MS = 180_000;

const steps = new Map(
  stepsOf(readFileSync(join(root, 'docs', 'UPGRADES.md'), 'utf8')).map(({ name, script }) => [name, script]),
);

let hospital: Hospital;
let api: Api;
let workers: [Program, Program];
const releases: NextRelease[] = [];
const plays: Play[] = [];
const staged: Staged[] = [];
let over: Promise<unknown>;
/** How far journeys may go for now. */
let until = 2;

const release = (...changes: readonly Change[]): NextRelease => {
  const next = NextRelease.with(...changes);
  releases.push(next);
  return next;
};

/** In a release's folder, with the installation's settings. */
const shell = (script: string, cwd: string): Promise<{ code: number | null; output: string }> =>
  new Promise((resolve) => {
    const path = `${join(root, 'node_modules', '.bin')}:${process.env['PATH']}`;
    const bash = spawn('bash', ['-c', script], {
      cwd,
      env: { ...process.env, ...hospital.env, PATH: path },
    });
    let output = '';
    for (const stream of [bash.stdout, bash.stderr])
      stream.on('data', (chunk: Buffer) => (output += chunk.toString('utf8')));
    bash.on('close', (code) => resolve({ code, output }));
  });

/** One box of the page. */
const run = (step: string, { dir }: NextRelease) => shell(steps.get(step)!, dir);

/** Gives new runs to what was found. @returns how many */
const renewed = async (from: NextRelease): Promise<number> => {
  const { code, output } = await run('renew', from);
  expect([code, output]).toEqual([
    0,
    expect.stringMatching(/journeys have a new run|read their evidence again/),
  ]);
  return Number(/(\d+) journeys have a new run/.exec(output)?.[1] ?? 0);
};

const ended = async (): Promise<number> =>
  (await hospital.postgres.query<{ n: number }>('select sum(finished_n)::int as n from delivery'))[0]!.n;

type Event = temporal.api.history.v1.IHistoryEvent;

/** Every history that Temporal has of our runs, open or closed. */
const histories = async (): Promise<{ journey: string; status: string; events: Event[] }[]> => {
  const connection = await Connection.connect({ address: hospital.temporal.address });
  try {
    const { workflow } = new Client({ connection, namespace: defaultNamespace });
    const found: Awaited<ReturnType<typeof histories>> = [];
    const ours = workflow.list({ query: `WorkflowType = 'imagingJourney'` });
    for await (const { workflowId, runId, status } of ours) {
      const { events } = await workflow.getHandle(workflowId, runId).fetchHistory();
      found.push({ journey: workflowId, status: status.name, events: events ?? [] });
    }
    return found;
  } finally {
    await connection.close();
  }
};

const byTheNew = (events: readonly Event[]): boolean =>
  events.some((e) => e.markerRecordedEventAttributes?.markerName === 'core_patch');
const failedTasks = (events: readonly Event[]): number =>
  events.filter((e) => e.workflowTaskFailedEventAttributes).length;

beforeAll(async () => {
  const temporal = canHaveProductionShape() ? 'production' : 'dev';
  hospital = await Hospital.open({ temporal, secondsPerDay: 120 });
  api = await hospital.api();
  workers = [await hospital.worker(), await hospital.worker()];
  const random = new Random(30);
  const pause = async (done: number): Promise<void> => {
    while (done >= until) await sleep(100);
    await sleep(random.between(0, PACE_MS));
  };
  over = Promise.all(
    Array.from({ length: JOURNEYS }, async (_, i) => {
      const sender = new Sender(() => [api.client.url], PATIENCE_MS);
      plays.push({ name: `journey ${i}`, ends: 'closed', sent: sender.log });
      await pause(0);
      const one = await Staged.at(sender, 0);
      staged.push(one);
      await one.goTo(CLOSED, pause);
    }),
  );
  over.catch(() => undefined);
}, 240_000);

afterAll(async () => {
  await hospital?.close();
  for (const each of releases) each.remove();
}, 60_000);

test('a release that cannot replay what is under way is stopped by the gate, and says which journeys', async () => {
  await eventually('journeys are under way', async () => (await ended()) > JOURNEYS);
  const [, ...changes] = FORBIDDEN.find(([what]) => what === 'another reading after each record')!;
  const bad = release(...changes);
  expect((await run('gate', bad)).code).toBe(1); // by what was recorded already
  const { code, output } = await shell(
    'npm run --silent replay -- --live --closed 0 --json 2> /dev/null',
    bad.dir,
  );
  expect(code).toBe(1);
  const { failed } = JSON.parse(output) as { failed: { journey: string; run: string; error: string }[] };
  expect(failed.length).toBeGreaterThan(JOURNEYS / 10);
  const known = new Set(staged.map(({ id }) => id));
  expect(failed.filter(({ journey }) => !known.has(journey))).toEqual([]);
}, 300_000);

test('a rolling upgrade in the middle of two hundred journeys, and back', async () => {
  const next = release(...PATCHED);
  expect(await run('gate', next)).toMatchObject({ code: 0 });
  expect(await run('migrate', next)).toMatchObject({ code: 0 });

  until = 4;
  for (const i of [0, 1] as const) {
    expect(await stopped(workers[i])).toBe(0);
    workers[i] = await hospital.worker(next.main);
  }
  const before = await ended();
  until = 5;
  await eventually(
    'the new release has worked',
    async () => (await ended()) > before + JOURNEYS / 2,
    SLOWLY_MS,
  );
  const upgraded = await histories();
  expect(upgraded.map(({ events }) => failedTasks(events)).filter((n) => n > 0)).toEqual([]);
  const taken = upgraded.filter(({ events }) => byTheNew(events));
  expect(taken.length).toBeGreaterThan(JOURNEYS / 10); // it went on with runs that the old one had begun

  const old = release();
  expect(await run('find', old)).toMatchObject({ code: 0 });
  until = CLOSED - 1;
  expect(await Promise.all(workers.map(stopped))).toEqual([0, 0]);
  workers = await Promise.all([hospital.worker(), hospital.worker()]);
  expect(await renewed(old)).toBeGreaterThan(JOURNEYS / 10);
  expect(await run('find', old)).toMatchObject({ code: 0 });
  await renewed(old); // those in which it acted meanwhile, or all, who read their evidence

  until = CLOSED;
  await over;
  const closed = 'select id from journey where not closed';
  await eventually(
    'all are closed',
    async () => (await hospital.postgres.query(closed)).length === 0,
    SLOWLY_MS,
  );
  await eventually(
    'no run is left',
    async () => (await histories()).every(({ status }) => ['COMPLETED', 'TERMINATED'].includes(status)),
    SLOWLY_MS,
  );
  const outside = { url: api.client.url, plays, mails: () => hospital.mails(), addresses: addressBook() };
  const { violations } = await verdict(outside);
  expect(violations).toEqual({});
}, 600_000);
