import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { root } from '../../src/local/paths';
import { Random } from '../chaos/random';
import { FORBIDDEN, PATCHED } from '../replay/changed/changes';
import type { Change } from '../support/change';
import { stepsOf } from '../support/walkthrough';
import type { Api } from './support/hospital';
import { Hospital } from './support/hospital';
import { NextRelease } from './support/next-release';
import { canHaveProductionShape } from './support/own-servers';
import { Sender } from './support/sender';
import { Staged } from './support/stages';
import { eventually } from './support/until';

/** A release that must not be deployed is stopped before, by the gate of docs/UPGRADES.md. */
const JOURNEYS = 200;
/** How long somebody takes before something that may be done, at most. */
const PACE_MS = 30_000;

const steps = new Map(
  stepsOf(readFileSync(join(root, 'docs', 'UPGRADES.md'), 'utf8')).map(({ name, script }) => [name, script]),
);

let hospital: Hospital;
let api: Api;
const releases: NextRelease[] = [];

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

const ended = async (): Promise<number> =>
  (await hospital.postgres.query<{ n: number }>('select sum(finished_n)::int as n from delivery'))[0]!.n;

beforeAll(async () => {
  const temporal = canHaveProductionShape() ? 'production' : 'dev';
  hospital = await Hospital.open({ temporal, secondsPerDay: 120 });
  api = await hospital.api();
  await Promise.all([hospital.worker(), hospital.worker()]);
  const random = new Random(30);
  for (let i = 0; i < JOURNEYS; i++) underWay(random.split()).catch(() => undefined); // the last ones are cut off by the end
}, 240_000);

/** One examination, requested, accepted and taken; it goes on for as long as the tests do. */
const underWay = async (random: Random): Promise<void> => {
  const pause = () => sleep(random.between(0, PACE_MS));
  await pause();
  const one = await Staged.at(new Sender(() => [api.client.url]), 0);
  await one.goTo(2, pause);
};

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
  const known = await hospital.postgres.query<{ id: string }>('select id from journey');
  const ids = new Set(known.map(({ id }) => id));
  expect(failed.filter(({ journey }) => !ids.has(journey))).toEqual([]);
}, 300_000);

test('a release whose change is under a patch may be deployed over them', async () => {
  expect(await run('gate', release(...PATCHED))).toMatchObject({ code: 0 });
}, 300_000);
