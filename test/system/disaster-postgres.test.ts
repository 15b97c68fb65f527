import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { installedPostgres } from '../../src/local/postgres-binaries';
import { root } from '../../src/local/paths';
import type { Play } from '../chaos/checker/seen';
import { addressBook, verdict } from '../chaos/plays';
import type { Program } from '../support/program';
import { stepsOf } from '../support/walkthrough';
import { freshOrder, now, requestBody } from './support/bodies';
import { RIS } from './support/client';
import type { Api } from './support/hospital';
import { Hospital } from './support/hospital';
import { Sender } from './support/sender';
import { CLOSED, REPORTED, STAGES, Staged } from './support/stages';
import { eventually } from './support/until';

/**
 * Postgres is restored to an earlier state than Temporal's, by the commands of docs/DISASTER.md: what Temporal remembers is
 * back as it was recorded, what is gone is owned, and nobody is asked again without a word of it.
 */
const PATIENT = { nhsNumber: '9990000107', name: 'Zebedee Canaryson' };

const steps = new Map(
  stepsOf(readFileSync(join(root, 'docs', 'DISASTER.md'), 'utf8')).map(({ name, script }) => [name, script]),
);

let hospital: Hospital;
let api: Api;
let worker: Program;
let checkpoints: string;
const plays: Play[] = [];

const sender = (name: string): Sender => {
  const made = new Sender(() => [api.client.url]);
  plays.push({ name, ends: 'closed', sent: made.log });
  return made;
};

/** One box of the page, with the installation's settings. */
const run = async (step: string): Promise<string> => {
  const { stdout } = await promisify(execFile)('bash', ['-c', `cd '${hospital.dir}'; ${command(step)}`], {
    env: {
      ...process.env,
      ...hospital.env,
      PATH: [installedPostgres()!.bin, join(root, 'node_modules', '.bin'), process.env['PATH']].join(':'),
    },
    maxBuffer: 64 * 1024 * 1024,
  });
  return stdout;
};
/** npm is told where the program is; the page's reader stands in its folder. */
const command = (step: string): string => steps.get(step)!.replaceAll('npm ', `npm --prefix '${root}' `);

const TABLES = {
  evidence: 'select journey, seq, hash from evidence order by 1, 2',
  inbox:
    'select journey, n, id, type, data, by_person, received_at, outcome, finished_seq from inbox order by 1, 2',
  obligations: `select o.* from obligation o order by journey, key, opening`,
  journeys: `select id as journey, seq, head, state, subject, received_at, policy, closed, next_due_at, stage from journey order by 1`,
  aliases: 'select loser as journey, survivor from alias order by 1',
} as const;
type Row = { journey: string };

/** What stands, of these journeys or of all. */
const standing = async (of?: ReadonlySet<string>): Promise<Record<string, Row[]>> => {
  const all: Record<string, Row[]> = {};
  for (const [name, sql] of Object.entries(TABLES))
    all[name] = (await hospital.postgres.query<Row>(sql)).filter((row) => of?.has(row.journey) ?? true);
  return all;
};
const without = (all: Record<string, Row[]>, journey: string): Record<string, Row[]> =>
  Object.fromEntries(
    Object.entries(all).map(([name, rows]) => [name, rows.filter((r) => r.journey !== journey)]),
  );

const largest = (): number =>
  Math.max(0, ...readdirSync(checkpoints).map((name) => Number(/\d+/.exec(name)?.[0] ?? 0)));
const anchored = async (): Promise<boolean> => {
  const [row] = await hospital.postgres.query<{ done: boolean; size: string }>(
    'select not exists (select 1 from anchor_queue) as done, (select count(*) from ledger_leaf) as size',
  );
  return row!.done && largest() === Number(row!.size);
};

beforeAll(async () => {
  hospital = await Hospital.open({ secondsPerDay: 600 });
  checkpoints = join(hospital.dir, 'checkpoints');
  mkdirSync(checkpoints);
  api = await hospital.api();
  worker = await hospital.worker(undefined, { CHECKPOINT_FILE: checkpoints });
}, 120_000);
afterAll(() => hospital?.close(), 60_000);

test('Postgres restored to ten minutes ago: what Temporal knew is back, and what is gone is owned', async () => {
  const staged = await Promise.all(
    Array.from({ length: STAGES }, (_, i) => Staged.at(sender(`at stage ${i} when it was backed up`), i)),
  );
  const [order, accession] = [freshOrder(), { ...freshOrder(), type: 'accession' }];
  const merging = sender('two that turn out to be one');
  const request = requestBody({ identifiers: [order], patient: PATIENT });
  const older = (await merging.send('/api/v1/journeys', RIS, request)).journey!;
  const images = { at: now(), identifiers: [accession], patient: PATIENT };
  const younger = (await merging.send('/api/v1/messages/images', RIS, images)).journey!;
  await hospital.settled();
  await run('backup');

  // Ten minutes of work, which the backup does not have.
  await Promise.all(staged.map((s) => s.goTo(Math.min(s.done + 2, CLOSED))));
  const opened = await Promise.all(
    [0, REPORTED].map((stage) => Staged.at(sender(`opened since, at stage ${stage}`), stage)),
  );
  const both = { at: now(), identifiers: [order, accession], patient: PATIENT, count: 2 };
  await merging.send('/api/v1/messages/images', RIS, both);
  const gone = () => hospital.postgres.query('select 1 from journey where id = $1 and closed', [younger]);
  await eventually('the merge is recorded', async () => (await gone()).length === 1);
  await hospital.settled();
  await eventually('all of it is anchored', anchored, 150_000);
  const was = await standing();
  const mailed = hospital.mails();
  const killedAt = now();
  await Promise.all([worker.kill9(), api.kill9()]);

  await hospital.postgres.restore(join(hospital.dir, 'backup'));
  await hospital.postgres.start();
  expect((await standing())['evidence']!.length).toBeLessThan(was['evidence']!.length - 10);
  // Somebody was too quick: an API was started, and took something in under a number that was given out before.
  const hasty = staged[1]!;
  api = await hospital.api();
  const enquiry = { at: now(), id: 'hasty', from: 'patient', about: 'not-heard' };
  await api.client.post(`/api/v1/journeys/${hasty.id}/enquiry`, RIS, enquiry, { prefer: 'wait=0' });
  await api.kill9();

  const said = await run('restored');
  expect(said).toMatch(
    /Temporal knows \d+ journeys: [1-9]\d* events and [1-9]\d* rows were gone and are back/,
  );
  expect(said).toMatch(/Of 1 journeys something is gone for good/);
  expect(said).toMatch(/Of 2 journeys the patient, identifiers or texts are gone/);
  const ids = new Set(was['journeys']!.map((row) => row.journey));
  expect(without(await standing(ids), hasty.id)).toEqual(without(was, hasty.id));
  expect(await run('restored')).toMatch(/: 0 events and 0 rows were gone/);

  // Everything that is recorded is held to everything else, and to what Temporal remembers.
  const verified = await verify();
  const behind = verified.broken.filter(({ where }) => !where.startsWith(hasty.id));
  expect(behind).toEqual([]);
  expect(verified.broken.length).toBeGreaterThan(0); // and what is gone of the hasty one shows
  const ahead = await verify('--checkpoints', checkpoints);
  const beyond = ahead.broken.filter(({ part }) => part === 'checkpoint');
  expect(beyond.map(({ what }) => what)).toContainEqual(
    expect.stringMatching(/^the ledger had \d+ anchors, and now has \d+$/),
  );
  expect(
    ahead.broken.filter(({ part, where }) => part !== 'checkpoint' && !where.startsWith(hasty.id)),
  ).toEqual([]);

  const ledger = join(hospital.dir, 'checkpoints-of-the-restored');
  mkdirSync(ledger);
  worker = await hospital.worker(undefined, {
    CHECKPOINT_FILE: ledger,
    CHECKPOINT_ORIGIN: 'restored.example.org',
  });
  api = await hospital.api();
  await hospital.settled();
  const owed = await hospital.postgres.query<{ key: string }>(
    `select key from obligation where key like 'reconcile:concern:%' and ended_at is null`,
  );
  const concerns = owed.map(({ key }) => key);
  expect(concerns).toEqual(
    expect.arrayContaining([
      expect.stringMatching(/^reconcile:concern:database-restored:epoch-\d+$/),
      `reconcile:concern:evidence-lost:${hasty.id}`,
      ...opened.map(({ id }) => `reconcile:concern:details-lost:${id}`),
    ]),
  );

  // As the page says: sent again, addressed to the journey, with its identifiers and patient.
  const lost = opened[0]!;
  const again = plays.find(({ sent }) => sent[0]?.journey === lost.id)!.sent[0]!;
  const resent = await api.client.post(`/api/v1/journeys/${lost.id}/request`, RIS, again.body, {
    prefer: 'wait=20',
  });
  expect(resent.body).toMatchObject({ journey: lost.id, result: 'duplicate' });
  const repeated = await api.client.post('/api/v1/journeys', RIS, again.body, {
    'idempotency-key': again.key,
    prefer: 'wait=20',
  });
  expect(repeated.body).toMatchObject({ journey: lost.id, created: false });

  // Journeys go on to their ends; who was asked before is told that it is a repetition.
  await Promise.all([...staged.filter((s) => s !== hasty), ...opened].map((s) => s.goTo(CLOSED)));
  const of = await hospital.postgres.query<{ id: string }>('select id from ask where created_at < $1', [
    killedAt,
  ]);
  const asked = new Set(of.map(({ id }) => id));
  const since = hospital
    .mails()
    .slice(mailed.length)
    .filter(({ ask }) => asked.has(ask));
  expect(since.filter(({ journey, attempt }) => journey !== hasty.id && attempt < 2)).toEqual([]);
  const shown = (m: (typeof mailed)[number]) => `${m.journey} ${m.to} ${m.times} ${m.standDown}`;
  const before = new Set(mailed.map(shown));
  const twice = since.filter((m) => before.has(shown(m)));
  expect(twice.length).toBeGreaterThan(0);
  const outside = {
    url: api.client.url,
    plays: plays.filter(({ sent }) => sent[0]?.journey !== hasty.id && sent[0]?.journey !== older),
    mails: () => hospital.mails().filter((m) => !twice.some((t) => t.ask === m.ask)),
    addresses: addressBook(),
  };
  // Those who judge from outside know neither the hasty one nor a merge by identifiers.
  const { violations } = await verdict(outside);
  const about = Object.entries(violations).map(([name, found]) => [
    name,
    found.filter((v) => !v.includes(hasty.id) && !v.includes(younger)),
  ]);
  expect(about.filter(([name, found]) => found!.length > 0 && !String(name).startsWith('9'))).toEqual([]);
}, 600_000);

interface Finding {
  part: string;
  where: string;
  what: string;
}

/** `npm run verify`, against Temporal as well. */
const verify = async (...more: string[]): Promise<{ broken: Finding[] }> => {
  const args = ['--enable-source-maps', '-r', './scripts/ts.cjs', 'src/verification/run.ts'];
  const out = await promisify(execFile)(process.execPath, [...args, '--temporal', '--json', ...more], {
    cwd: root,
    env: { ...process.env, ...hospital.env },
    maxBuffer: 64 * 1024 * 1024,
  }).catch((error: { stdout: string; code: number }) => {
    if (error.code !== 1) throw error;
    return error;
  });
  const [found] = JSON.parse(out.stdout) as [{ broken: Finding[] }];
  return found;
};
