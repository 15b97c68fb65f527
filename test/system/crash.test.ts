import { STORIES } from '../chaos/stories';
import type { Story } from '../chaos/stories';
import { addressBook, begin, verdict } from '../chaos/plays';
import { Random } from '../chaos/random';
import { requestBody } from './support/bodies';
import { DESK, RIS } from './support/client';
import type { Api } from './support/hospital';
import { Hospital } from './support/hospital';
import { eventually } from './support/until';
import type { Program } from '../support/program';

/**
 * kill -9 in the middle of everything, part by part and all at once. What was acknowledged is there afterwards, once; the
 * journeys go on to their ends, and the ladders climb on. Judged from outside, as the chaos campaign is.
 */

let hospital: Hospital;
let api: Api;
let worker: Program;

beforeAll(async () => {
  hospital = await Hospital.open();
  [api, worker] = await Promise.all([hospital.api(), hospital.worker()]);
}, 120_000);
afterAll(() => hospital?.close(), 60_000);

const story = (name: string): Story => STORIES.find((s) => s.name.includes(name))!;
const STAGE = [
  story('everything is done'),
  story('nobody acknowledges'),
  story('and done again'),
  story('any order'),
];

/** How many rows have their outcome: the middle is when some have and others have not. */
const finished = async (): Promise<number> => {
  const sql = 'select coalesce(sum(finished_n), 0)::int as n from delivery';
  return (await hospital.postgres.query<{ n: number }>(sql))[0]!.n;
};

const restartWorker = async (): Promise<void> => {
  worker = await hospital.worker();
};
const restartApi = async (): Promise<void> => {
  api = await hospital.api(api.port);
};

interface Kill {
  what: string;
  kill: () => Promise<unknown>;
  restart: () => Promise<unknown>;
}

const KILLS: Kill[] = [
  { what: 'the worker', kill: () => worker.kill9(), restart: restartWorker },
  { what: 'the API', kill: () => api.kill9(), restart: restartApi },
  { what: 'Temporal', kill: () => hospital.temporal.kill9(), restart: () => hospital.temporal.start() },
  {
    what: 'everything at once',
    kill: () =>
      Promise.all([worker.kill9(), api.kill9(), hospital.temporal.kill9(), hospital.postgres.kill9()]),
    async restart() {
      await Promise.all([hospital.postgres.start(), hospital.temporal.start()]);
      await Promise.all([restartWorker(), restartApi()]);
    },
  },
];

const plays: ReturnType<typeof begin>['plays'] = [];

test.each(KILLS)(
  'kill -9 of $what in the middle of journeys: they go on, and nothing is lost or doubled',
  async ({ kill, restart }) => {
    const before = await finished();
    const stage = begin(STAGE, () => [api.client.url], new Random(plays.length + 1));
    plays.push(...stage.plays);
    await eventually('the journeys are in the middle', async () => (await finished()) > before + 8);
    await kill();
    const done = stage.plays.flatMap((p) => p.sent).filter((s) => s.end !== undefined).length;
    await restart();
    await stage.over;
    const all = stage.plays.flatMap((p) => p.sent).length;
    expect(done).toBeGreaterThan(0); // it really was in the middle
    expect(done).toBeLessThan(all);
    const outside = { url: api.client.url, plays, mails: () => hospital.mails(), addresses: addressBook() };
    const { violations, seen } = await verdict(outside);
    expect(violations).toEqual({});
    expect(seen.mails.length).toBeGreaterThan(0);
  },
  180_000,
);

test('the API killed between commit and answer: the same request again finds its own command, taken in once', async () => {
  await worker.kill9(); // no outcome comes, so the API waits: it has committed and not answered
  const body = requestBody();
  const key = { 'idempotency-key': 'between-commit-and-answer' };
  const unanswered = api.client.post('/api/v1/journeys', RIS, body, { ...key, prefer: 'wait=8' }).then(
    () => 'an answer',
    () => 'no answer',
  );
  const { value } = (body['identifiers'] as { value: string }[])[0]!;
  const rows = (): Promise<{ id: string; journey: string }[]> =>
    hospital.postgres.query(
      'select i.id, i.journey from inbox i join identifier using (journey) where value = $1',
      [value],
    );
  const [committed] = await eventually('the request is committed', async () => {
    const found = await rows();
    return found.length > 0 && found;
  });
  await api.kill9();
  expect(await unanswered).toBe('no answer');

  await restartApi();
  const received = await api.client.get(`/api/v1/journeys/${committed!.journey}`, DESK);
  expect(received.body).toMatchObject({ stage: 'received', waiting: 1 });
  // For as long as the first one might still have been answered, it counts as in flight.
  const again = await eventually('the same request is answered', async () => {
    const reply = await api.client.post('/api/v1/journeys', RIS, body, { ...key, prefer: 'wait=0' });
    return reply.body.code !== 'idempotency-in-flight' && reply;
  });
  expect(again).toMatchObject({ status: 202, body: { command: committed!.id, journey: committed!.journey } });
  expect(await rows()).toHaveLength(1);

  await restartWorker();
  await hospital.settled();
  const last = await api.client.post('/api/v1/journeys', RIS, body, key);
  expect(last).toMatchObject({ status: 201, body: { command: committed!.id, result: 'recorded', event: 1 } });
}, 120_000);
