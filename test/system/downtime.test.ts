import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DataSource } from 'typeorm';
import { Concerns } from '../../src/concerns/concerns';
import { ListWatch } from '../../src/downtime/list-watch';
import { IntakeService } from '../../src/intake/intake.service';
import { DowntimeReader } from '../../src/downtime/downtime.reader';
import { DowntimeWriter } from '../../src/downtime/downtime-writer';
import { ClockPort } from '../../src/intake/clock';
import { RulebookService } from '../../src/policy/rulebook.service';
import { Sealing } from '../../src/sealing/sealing';
import { textOf } from '../support/pictures';
import { CONSULTANT, DESK, RIS, RestWorld, VETTER, reportBody, requestBody } from './rest-world';

/** When nothing works: a list on paper, and afterwards what was done entered with its real time. */

let world: RestWorld;
let folder: string;
let writer: DowntimeWriter;
beforeAll(async () => {
  world = await RestWorld.start({ worker: true });
  folder = mkdtempSync(join(tmpdir(), 'imaging-failsafe-downtime-'));
  const { app } = world;
  const db = app.get(DataSource);
  const reader = new DowntimeReader(db, app.get(ClockPort), app.get(RulebookService), app.get(Sealing));
  writer = new DowntimeWriter(db, reader, { folder: join(folder, 'lists'), everyMs: 300_000 });
}, 120_000);
afterAll(async () => {
  await world.stop();
  rmSync(folder, { recursive: true, force: true });
});

const patient = { nhsNumber: '9990000018', name: 'Synthetic Downtime-Patient', birthDate: '1971-04-30' };

/** A CT with an urgent finding, waiting to be acknowledged. */
const reported = async (more: object = {}): Promise<string> => {
  const opened = await world.post('/api/v1/journeys', RIS, requestBody(await world.at(), more));
  const at = `/api/v1/journeys/${opened.body.journey}`;
  await world.post(`${at}/vet`, VETTER, { priority: 'urgent' });
  await world.post(`${at}/images`, RIS, { at: await world.at() });
  const findings = [{ id: 'f1', category: 'urgent', expected: false, region: 'chest' }];
  const reply = await world.post(`${at}/report`, RIS, reportBody(await world.at(), { findings }));
  expect(reply.status).toBe(200);
  return at;
};

const lists = () => join(folder, 'lists');
const printed = (): Promise<string> => textOf(join(lists(), 'latest.pdf'));

describe('the list for downtime', () => {
  test('names who is asked about whom, with the patient, the limit and room to write', async () => {
    const at = await reported({ patient });
    await writer.write();
    const text = (await printed()).replaceAll(/\s+/g, ' ');
    for (const said of [
      'Synthetic Downtime-Patient',
      '9990000018',
      'Acknowledge',
      'urgent finding',
      'Done: what',
    ])
      expect(text).toContain(said);
    const csv = readFileSync(join(lists(), 'latest.csv'), 'utf8');
    const line = csv.split('\r\n').find((l) => l.includes(at.slice(-36)) && l.includes('acknowledge:r1'))!;
    expect(line).toContain('Synthetic Downtime-Patient,1971-04-30,9990000018');
    const [row] = await world.db.query<{ duties: number; open: number }[]>(
      `select duties, (select count(*)::int from obligation where ended_at is null) as open from downtime_list`,
    );
    expect(row!.duties).toBe(row!.open);
  });

  test('is for its owner alone, and the last few are kept', async () => {
    for (let i = 0; i < 30; i++)
      writeFileSync(join(lists(), `open-duties-20200101T0000${String(i).padStart(2, '0')}Z.pdf`), '');
    writeFileSync(join(lists(), 'somebody-elses.pdf'), '');
    await writer.write();
    const names = readdirSync(lists());
    expect(names.filter((name) => name.startsWith('open-duties-'))).toHaveLength(24);
    expect(names).toContain('somebody-elses.pdf');
    expect(names.filter((name) => name.endsWith('.new'))).toEqual([]);
    expect(statSync(lists()).mode & 0o777).toBe(0o700);
    expect(statSync(join(lists(), 'latest.pdf')).mode & 0o777).toBe(0o600);
  });

  test('shows nothing of a duty that was done', async () => {
    const at = await reported();
    await world.post(`${at}/acknowledge`, CONSULTANT, { version: 'r1', findings: ['f1'], how: 'screen' });
    await writer.write();
    const csv = readFileSync(join(lists(), 'latest.csv'), 'utf8');
    const own = csv.split('\r\n').filter((l) => l.includes(at.slice(-36)));
    expect(own.some((l) => l.includes('plan:r1:f1'))).toBe(true);
    expect(own.some((l) => l.includes('acknowledge:r1'))).toBe(false);
  });

  test('that is not renewed is said by health, and is a duty of the desk', async () => {
    const health = async () =>
      (await world.call('GET', '/health/ready')).body.downtimeList as { status: string };
    await writer.write();
    expect(await health()).toMatchObject({ status: 'current', ageSeconds: expect.any(Number) });
    const db = world.app.get(DataSource);
    const watch = new ListWatch(db, new Concerns(world.app.get(IntakeService)));
    const owed = async (): Promise<unknown[]> => {
      await watch.look();
      await world.loop!.quiet();
      return world.db.query(
        `select 1 from obligation where ended_at is null and key like 'reconcile:concern:downtime-list-old:%'`,
      );
    };
    expect(await owed()).toHaveLength(0);
    await db.query(`update downtime_list set written_at = now() - 4 * every_seconds * interval '1 second'`);
    expect((await health()).status).toBe('old');
    expect(await owed()).toHaveLength(1);
    expect(await owed()).toHaveLength(1);
  });
});

describe('what is entered afterwards', () => {
  const seen = { version: 'r1', findings: ['f1'], how: 'screen' };

  test('goes on record with both times, and is judged by when it was done', async () => {
    const at = await reported();
    const done = await world.at();
    await world.loop!.advanceTo(await world.at(30 * 3600));
    const reply = await world.post(`${at}/acknowledge`, CONSULTANT, seen, { 'entered-afterwards': done });
    expect([reply.status, reply.body.result]).toEqual([200, 'recorded']);
    const events = await world.loop!.events(at.slice(-36));
    const act = events.find((e) => e.type === 'acknowledge')!;
    expect(act).toMatchObject({ happenedAt: done });
    expect(act.receivedAt > done).toBe(true);
    const ended = events.find((e) => e.type === 'ended' && e.key === 'acknowledge:r1');
    expect(ended).toMatchObject({ how: 'discharged' });
    expect(ended).not.toHaveProperty('late');
  });

  test.each([
    ['a fact', 'images', RIS, async () => ({ at: await world.at() })],
    ['a claim', 'explain', DESK, () => ({ duty: 'reconcile:no-request' })],
  ] as const)('is not taken with %s', async (_, what, by, body) => {
    const at = await reported();
    const reply = await world.post(`${at}/${what}`, by, await body(), {
      'entered-afterwards': await world.at(),
    });
    expect([reply.status, reply.body.type]).toEqual([400, expect.stringMatching(/bad-entered-afterwards$/)]);
  });

  test.each([
    ['tomorrow', 86_400, 422, 'happened-in-future'],
    ['before there was anything to do', -86_400, 422, 'happened-before-owed'],
  ])('is not taken for %s', async (_, seconds, status, code) => {
    const at = await reported();
    const reply = await world.post(`${at}/acknowledge`, CONSULTANT, seen, {
      'entered-afterwards': await world.at(seconds),
    });
    expect([reply.status, reply.body.type]).toEqual([status, expect.stringMatching(new RegExp(`${code}$`))]);
  });

  test('the same key with another time is another request', async () => {
    const at = await reported();
    const key = { 'idempotency-key': 'downtime-key-1' };
    const first = await world.post(`${at}/acknowledge`, CONSULTANT, seen, {
      ...key,
      'entered-afterwards': await world.at(),
    });
    expect(first.status).toBe(200);
    const again = await world.post(`${at}/acknowledge`, CONSULTANT, seen, key);
    expect([again.status, again.body.type]).toEqual([422, expect.stringMatching(/idempotency-key-reused$/)]);
  });
});
