import { STORIES } from '../chaos/stories';
import { addressBook, begin, verdict } from '../chaos/plays';
import { Random } from '../chaos/random';
import { requestBody } from './support/bodies';
import { RIS } from './support/client';
import type { Api } from './support/hospital';
import { Hospital, stopped } from './support/hospital';
import { eventually } from './support/until';

/** SIGTERM lets what is under way finish: a rolling restart is nothing that a sender or a journey notices. */

let hospital: Hospital;
let api: Api;

beforeAll(async () => {
  hospital = await Hospital.open();
  api = await hospital.api();
}, 120_000);
afterAll(() => hospital?.close(), 60_000);

const received = async (): Promise<number> =>
  (await hospital.postgres.query<{ n: number }>('select count(*)::int as n from inbox'))[0]!.n;

test('an API that is told to stop answers what it has accepted, and exits with 0', async () => {
  const before = await received();
  const requests = Array.from({ length: 20 }, () =>
    // No worker lives, so each of them waits as long as it asked for.
    api.client.post('/api/v1/journeys', RIS, requestBody(), { prefer: 'wait=3' }),
  );
  await eventually('all of them are accepted', async () => (await received()) === before + requests.length);
  const began = Date.now();
  expect(await stopped(api)).toBe(0);
  const replies = await Promise.all(requests);
  expect(replies.map((r) => r.status)).toEqual(requests.map(() => 202));
  expect(Date.now() - began).toBeLessThan(45_000);
  await expect(api.client.get('/health/live')).rejects.toThrow();
  api = await hospital.api(api.port);
  const later = await api.client.get(`/api/v1/commands/${replies[0]!.body.command}`, RIS);
  expect(later.body).toMatchObject({ result: 'waiting' });
}, 120_000);

test('a worker that is told to stop in the middle finishes its records, and another one goes on without a pause', async () => {
  const worker = await hospital.worker();
  await hospital.settled();
  const stage = begin(STORIES.slice(0, 4), () => [api.client.url], new Random(3), {
    betweenMs: 100,
    spreadMs: 300,
  });
  await eventually('the journeys are in the middle', () => stage.plays.flatMap((p) => p.sent).length > 12);
  const next = await hospital.worker();
  const said = worker.output().length;
  const began = Date.now();
  expect(await stopped(worker)).toBe(0);
  expect(Date.now() - began).toBeLessThan(30_000);
  expect(worker.output().slice(said)).toMatch(/SIGTERM: finishing .*\n(.*\n)* {2}down {2}worker/);
  const sending = "select 1 from ask where status = 'sending'";
  await eventually(
    'no ask is left half sent',
    async () => (await hospital.postgres.query(sending)).length === 0,
    5_000,
  );
  await stage.over;
  const opened = await hospital.postgres.query<{ id: string; journey: string }>(
    "select id, journey from inbox where type = 'request' and journey not in (select journey from evidence where type = 'images')",
  );
  expect(opened.length).toBeGreaterThanOrEqual(20); // those of the test before were taken up too
  expect(await stopped(next)).toBe(0);
  const checked = await verdict(
    {
      url: api.client.url,
      plays: stage.plays,
      mails: () => hospital.mails(),
      addresses: addressBook(),
    },
    0,
  );
  // Nobody works any more, so deadlines die; and twenty requests came from outside of these stories.
  const { '2 somebody owes, somebody is asked, and the deadline lives': _dead, ...rest } = checked.violations;
  expect(Object.keys(rest)).toEqual(['9 nothing comes from nowhere']);
}, 180_000);

test('a second signal does not wait', async () => {
  const before = await received();
  const request = api.client.post('/api/v1/journeys', RIS, requestBody(), { prefer: 'wait=30' }).then(
    (reply) => reply.status,
    () => 'cut off',
  );
  await eventually('it is under way', async () => (await received()) === before + 1);
  process.kill(api.pid, 'SIGTERM');
  await api.waitFor(/SIGTERM: finishing/);
  process.kill(api.pid, 'SIGTERM');
  expect(await stopped(api)).toBe(1);
  expect(await request).toBe('cut off');
}, 60_000);
