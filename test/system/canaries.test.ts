import type { Category } from '../../domain/vocabulary';
import type { AsksSettings } from '../../src/asks/asks-settings';
import { CanaryRunner } from '../../src/canaries/canary-runner';
import { feedsOf } from '../../src/canaries/feeds';
import { IntakeService } from '../../src/intake/intake.service';
import { CanaryWatch } from '../../src/canaries/canary-watch';
import { readDirectory } from '../../src/directory/directory-file';
import { DirectoryService } from '../../src/directory/directory.service';
import { ScriptedSmtp } from '../support/scripted-smtp';
import { ADMIN, DESK, RIS, RestWorld, as, reportBody, requestBody } from './rest-world';

/** Canaries through the whole program: a real worker, a real mail server, the public API, time skipped. */

const MAILBOX = 'canary@northmoor.example.org';
const SAFETY = as('safety-lead-1', 'safety-lead');
const DAY = 24 * 3_600;

let smtp: ScriptedSmtp;
let world: RestWorld;
const settings = (): AsksSettings => ({
  smtp: { url: smtp.url, from: 'Imaging Failsafe <failsafe@failsafe.invalid>', connections: 4 },
  publicUrl: 'https://failsafe.invalid',
  concurrency: 8,
  pollMs: 50,
});

beforeAll(async () => {
  smtp = await ScriptedSmtp.start();
  world = await RestWorld.start({ worker: true, asks: settings() });
  // Hours are skipped in here, and a day's set is one of that day: it begins in the morning, whenever this is run.
  const tomorrow = await world.at(86_400);
  await world.loop!.advanceTo(`${tomorrow.slice(0, 10)}T08:00:00.000Z`);
}, 120_000);
afterAll(async () => {
  await world.stop();
  await smtp.stop();
});

const setUp = async (canary?: {
  email: string;
  contacts?: { kind: 'phone'; to: string }[];
}): Promise<void> => {
  const { directory } = await world.app.get(DirectoryService).standing();
  const trust = readDirectory('policies/directory.fictitious.yaml');
  await world.app
    .get(DirectoryService)
    .load({ ...trust, people: directory.people, ...(canary ? { canary } : {}) });
};

interface Item {
  name: string;
  outcome: string;
  failure?: string;
  journey: string;
  day: string;
}
const canaries = async (): Promise<{ status: string; items: Item[] }> =>
  (await world.get('/api/v1/admin/canaries?days=30', SAFETY)).body as { status: string; items: Item[] };

/** The runner looks, and whatever follows comes to rest, until nothing changes any more. */
const rounds = async (times = 8): Promise<void> => {
  for (let i = 0; i < times; i++) {
    await world.loop!.app.get(CanaryRunner).round();
    await world.loop!.quiet();
  }
};

const inSeconds = async (seconds: number): Promise<void> => world.loop!.advanceTo(await world.at(seconds));

const concerns = async (): Promise<string[]> => {
  const rows = await world.db.query<{ value: string }[]>(
    `select value from identifier where type = 'concern' and value like 'canary%' order by value`,
  );
  return rows.map(({ value }) => value);
};

/** Every list and report of journeys, as whoever reads figures gets them, as of one moment. */
const figures = async (asOf: string): Promise<unknown[]> => {
  const period = 'from=2000-01-01T00:00:00Z&to=2200-01-01T00:00:00Z';
  const routes: [string, string][] = [
    ['/api/v1/journeys?limit=200', DESK],
    ['/api/v1/journeys?closed=true', DESK],
    [`/api/v1/journeys?overdue=false&asOf=${asOf}`, DESK],
    [`/api/v1/worklist?limit=200&asOf=${asOf}`, DESK],
    [`/api/v1/worklist?sort=risk&limit=200&asOf=${asOf}`, DESK],
    [`/api/v1/worklist?role=desk&asOf=${asOf}`, DESK],
    [`/api/v1/worklist?unowned=true&asOf=${asOf}`, DESK],
    [`/api/v1/worklist?person=canary.consultant&asOf=${asOf}`, DESK],
    ['/api/v1/call-list', DESK],
    ['/api/v1/evidence?limit=200', SAFETY],
    [`/api/v1/deadlines?limit=200&asOf=${asOf}`, SAFETY],
    [`/api/v1/deadlines?rung=1&asOf=${asOf}`, SAFETY],
    ['/api/v1/refusals?where=journey', SAFETY],
    [`/api/v1/reports/xr-510?${period}`, SAFETY],
    [`/api/v1/reports/report-to-told?over=PT1M&${period}&asOf=${asOf}`, SAFETY],
    ['/api/v1/directory/at-ceiling', ADMIN],
  ];
  const seen: unknown[] = [];
  for (const [route, who] of routes) {
    const reply = await world.get(route, who, { 'purpose-of-use': 'PATSFTY' });
    expect([route, reply.status]).toEqual([route, 200]);
    const { asOf: _now, ...body } = reply.body as { asOf?: string };
    seen.push([route, body]);
  }
  return seen;
};

test('without a mailbox for them there are none, and health says so', async () => {
  await rounds(1);
  expect(await canaries()).toEqual({ status: 'off', items: [] });
  expect((await world.call('GET', '/health/ready')).body).toMatchObject({ canaries: 'off' });
});

test('each channel is walked and the ladder climbs to the desk; nobody real is asked, and no figure changes', async () => {
  const real = await world.post('/api/v1/journeys', RIS, requestBody(await world.at()));
  await world.post(`/api/v1/journeys/${real.body.journey}/report`, RIS, reportBody(await world.at()));
  await world.loop!.quiet();
  const asOf = await world.at();
  const before = await figures(asOf);
  const mailed = smtp.received.length;

  await setUp({ email: MAILBOX, contacts: [{ kind: 'phone', to: '+44 20 0000 0000' }] });
  await rounds();
  expect((await canaries()).items.map(({ name, outcome }) => [name, outcome])).toEqual([
    ['intake:ladder', 'running'],
    ['intake:mail', 'passed'],
    ['intake:phone', 'passed'],
  ]);
  expect(await figures(asOf)).toEqual(before);

  for (let i = 0; i < 4; i++) {
    await inSeconds(15 * 60);
    await rounds(2);
  }
  await rounds();
  expect((await canaries()).items.map(({ name, outcome }) => [name, outcome])).toEqual([
    ['intake:ladder', 'passed'],
    ['intake:mail', 'passed'],
    ['intake:phone', 'passed'],
  ]);
  expect(await figures(asOf)).toEqual(before);
  const asked = await world.db.query<{ recipient: string }[]>(
    `select distinct a.recipient from ask a join journey j on j.id = a.journey where j.subject = 'canary'`,
  );
  expect(asked.length).toBeGreaterThan(3);
  expect(asked.filter(({ recipient }) => !recipient.startsWith('canary.'))).toEqual([]);
  expect(new Set(smtp.received.slice(mailed).map(({ to }) => to))).toEqual(new Set([MAILBOX]));
  expect(await concerns()).toEqual([]);
}, 120_000);

test('one set a day, whoever runs it', async () => {
  const runner = world.loop!.app.get(CanaryRunner);
  await Promise.all([runner.round(), runner.round(), runner.round()]);
  expect((await canaries()).items).toHaveLength(3);
});

test('over REST the report finds its canary by the number of its order, and opens nothing', async () => {
  await world.app.listen(0, '127.0.0.1');
  const [feed] = feedsOf({ apiUrl: await world.app.getUrl() }, world.app.get(IntakeService));
  expect(feed.name).toBe('rest');
  const [{ number, journey, category, started_at }] = await world.db.query<
    [{ number: string; journey: string; category: Category; started_at: Date }]
  >('select number, journey, category, started_at from canary limit 1');
  // The report that the canary has already: a repetition changes nothing.
  const report = { number, category, at: started_at.toISOString() };
  const journeys = async (): Promise<unknown> => world.db.query('select count(*) from journey');
  const before = await journeys();
  await feed.send(report);
  expect(await journeys()).toEqual(before);
  const [last] = await world.db.query<[object]>(
    `select type, by_person from inbox where journey = $1 order by n desc limit 1`,
    [journey],
  );
  expect(last).toEqual({ type: 'report', by_person: 'canary.source' });
  await expect(feed.send({ ...report, at: 'never' })).rejects.toThrow('422');
});

test('what names a canary and could be a patient’s goes to the desk, and nothing that is sent in makes one', async () => {
  const [{ journey }] = (await canaries()).items as [Item];
  const at = await world.at();
  const foreign = reportBody(at, {
    identifiers: [{ assigner: 'trust-a', type: 'order', value: 'ORD-of-somebody' }],
  });
  const reply = await world.post(`/api/v1/journeys/${journey}/report`, RIS, foreign);
  expect(reply.body).toMatchObject({ subject: 'unmatched', created: true });
  for (const field of [{ canary: true }, { subject: 'canary' }])
    expect((await world.post('/api/v1/journeys', RIS, requestBody(at, field))).status).toBe(422);
});

test('a canary whose mail cannot be sent fails, and the desk is asked; so is one that is not run', async () => {
  await inSeconds(DAY);
  smtp.does(MAILBOX, { rcpt: 550 });
  await rounds();
  for (let i = 0; i < 4; i++) {
    await inSeconds(15 * 60);
    await rounds(2);
  }
  const [today] = (await canaries()).items as [Item];
  const outcomes = (await canaries()).items.filter(({ day }) => day === today.day);
  expect(outcomes.find(({ name }) => name === 'intake:mail')).toMatchObject({
    outcome: 'failed',
    failure: 'no-proof',
  });
  expect(await concerns()).toContain('canary-failed:intake:mail');
  expect((await canaries()).status).toBe('failed');

  await inSeconds(2 * DAY);
  expect(await world.loop!.app.get(CanaryWatch).look()).toBe('missing');
  expect(await concerns()).toContain('canary-missing:all');
  await world.loop!.app.get(CanaryWatch).look();
  expect((await concerns()).filter((c) => c === 'canary-missing:all')).toHaveLength(1);
}, 120_000);
