import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { stopped } from '../system/support/hospital';
import type { Hospital } from '../system/support/hospital';
import { canariesIn, filesBelow } from '../system/support/canaries';
import { eventually } from '../system/support/until';
import { Campaign, foreignPlays } from './campaign';
import type { CampaignReport } from './campaign';
import { CHECKS, judge } from './checker';
import { faketimeLibrary } from './clock-skew';
import { foreign } from './foreign/foreign';
import { Installation } from './installation';
import { addressBook, begin, verdict } from './plays';
import { Random } from './random';
import { SMALL } from './sizes';
import type { Staff } from './staff';
import { CANARIES, STORIES } from './stories';
import { LIES } from './teeth';

/**
 * The crash campaign in its small form, on the production shape: two APIs, two workers, Temporal Server and Postgres are
 * killed, restarted, cut off and given wrong clocks at random while thirty journeys run, or more, until everything has
 * happened once. `CHAOS_SEED` repeats one; `npm run chaos` is the large form.
 */

const SEED = Number(process.env['CHAOS_SEED'] ?? 20_261_124);
const HASTY_RELAY = join(__dirname, 'mutants', 'hasty-relay.ts');

let installation: Installation;
let hospital: Hospital;
let staff: Staff;
let report: CampaignReport;

beforeAll(async () => {
  installation = await Installation.open({ secondsPerDay: SMALL.secondsPerDay });
  ({ hospital, staff } = installation);
}, 900_000);
afterAll(() => installation?.close(), 60_000);

test(`thirty journeys under random faults keep every invariant (seed ${SEED})`, async () => {
  const { witnesses, proxy, leftOut } = installation;
  report = await new Campaign(staff, witnesses, proxy, {
    ...SMALL,
    seed: SEED,
    journeys: 30,
    atOnce: 6,
    stories: [...STORIES, foreign, foreign],
    limitMs: 240_000,
    untilAllHappened: true,
    once: true,
  }).run();
  const { seen, violations, ...happened } = report;
  const said = { seed: SEED, leftOut, sent: seen.sent.length, mails: seen.mails.length, ...happened };
  process.stdout.write(`       chaos: ${JSON.stringify(said)}\n`);
  expect(violations).toEqual({});
}, 480_000);

test('the faults really fell into the middle of something', () => {
  for (const victim of ['api 1', 'api 2', 'worker 1', 'worker 2', 'temporal'])
    expect(report.faults).toHaveProperty([`kill ${victim}`]);
  expect(report.faults).toHaveProperty(['kill postgres']);
  expect(report.missing).toEqual([]); // each kind of fault, and each of them in the moment that it was meant for
  expect(report.unanswered).toBeGreaterThan(0);
  expect(report.committedUnanswered).toBeGreaterThan(0);
  expect(report.abandonedTasks).toBeGreaterThan(0);
  expect(report.latestAskSeconds).toBeGreaterThan(1);
});

test('clocks went wrong by ten minutes, where they can be made to; what was left out is said', () => {
  const canGoWrong = faketimeLibrary() !== undefined;
  expect(installation.leftOut.some((what) => what.startsWith('clocks'))).toBe(!canGoWrong);
  expect(report.stampedWrongly > 0).toBe(canGoWrong);
});

test('a sender that shares no code with us had to send again, and lost nothing', () => {
  const sent = foreignPlays(report.seen).flatMap((play) => play.sent);
  expect(sent.filter((s) => s.attempts.length > 1)).not.toEqual([]);
  expect(sent.every((s) => s.end?.event !== undefined)).toBe(true);
});

test('there is a lie about every invariant', () => {
  expect(LIES.map((lie) => lie.about).sort()).toEqual(Object.keys(CHECKS).sort());
});

test.each(LIES)('the checker notices a lie about: $about', ({ about, tell }) => {
  const seen = structuredClone(report.seen);
  tell(seen);
  expect(Object.keys(judge(seen))).toContain(about);
});

/** Every row of Temporal's databases, as text; what is in bytes there, in hex. */
const temporalTables = async (): Promise<string[]> => {
  const texts: string[] = [];
  for (const database of ['temporal', 'temporal_visibility']) {
    const tables = await hospital.postgres.query<{ name: string }>(
      `select table_name as name from information_schema.tables where table_schema = 'public' and table_type = 'BASE TABLE'`,
      [],
      database,
    );
    for (const { name } of tables) {
      const sql = `select t::text as row from "${name}" t`;
      texts.push(
        ...(await hospital.postgres.query<{ row: string }>(sql, [], database)).map(({ row }) => row),
      );
    }
  }
  return texts;
};

test('Temporal’s databases hold no word about a patient, and the programs logged none', async () => {
  const texts = installation.proxy
    ? await temporalTables()
    : filesBelow(join(hospital.dir, 'temporal')).map((f) => readFileSync(f));
  expect(texts.flatMap((text) => canariesIn(text, CANARIES))).toEqual([]);
  const known = report.seen.journeys[0]!.id;
  expect(texts.some((text) => canariesIn(text, [known]).length > 0)).toBe(true); // the search sees what there is
  expect(report.seen.mails.flatMap(({ mail }) => canariesIn(mail.text + mail.subject, CANARIES))).toEqual([]);
  expect(canariesIn(hospital.output(), CANARIES)).toEqual([]);
}, 60_000);

test('a relay that takes delivery for recording is found out', async () => {
  await Promise.all(
    staff.workers.map((worker) => {
      worker.down = true;
      return stopped(worker.program);
    }),
  );
  const hasty = await hospital.worker(HASTY_RELAY);
  const stage = begin(STORIES.slice(0, 2), () => staff.urls, new Random(SEED), {
    betweenMs: 300,
    spreadMs: 0,
    patienceMs: 20_000,
  });
  const sent = () => stage.plays.flatMap((play) => play.sent);
  await eventually('the journeys are in the middle', () => sent().filter((s) => s.end).length > 3);
  await hospital.temporal.kill9();
  const forgotten =
    'select 1 from inbox join delivery using (journey) where n <= finished_n and outcome is null';
  await eventually(
    'something counts as finished that Temporal never got',
    async () => (await hospital.postgres.query(forgotten)).length > 0,
  );
  await hasty.kill9();
  await Promise.all([hospital.temporal.start(), hospital.worker(HASTY_RELAY)]);
  await stage.over.catch(() => undefined);
  const { violations } = await verdict(
    {
      url: staff.urls[0]!,
      plays: [...report.seen.plays, ...stage.plays],
      mails: () => hospital.mails(),
      addresses: addressBook(),
    },
    0,
  );
  expect(Object.keys(violations)).toContain('1 nothing acknowledged is lost');
}, 180_000);
