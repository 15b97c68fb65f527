import { allowConnections } from '../support/database';
import { CONSULTANT, RIS, RestWorld, requestBody } from './rest-world';

/** With Postgres away nothing is accepted and nothing pretends to be; when it is back, the API is too, by itself. */

let world: RestWorld;
beforeAll(async () => {
  world = await RestWorld.start({ worker: false });
}, 120_000);
afterAll(() => world.stop());

const NOW = { prefer: 'wait=0' };

test('503 with Retry-After for everything that needs it, never a 500, then service again', async () => {
  const { journey, command } = (await world.post('/api/v1/journeys', RIS, requestBody(await world.at()), NOW))
    .body;
  expect((await world.call('GET', '/health/ready')).body).toMatchObject({
    status: 'up',
    migrations: 'current',
    policy: 'stands',
  });

  // Temporal away is no reason to turn anybody away: what is accepted waits.
  expect(await world.call('GET', '/health/ready')).toMatchObject({ status: 200, body: { temporal: 'down' } });

  await allowConnections(world.database, false);
  const replies = [
    await world.post('/api/v1/journeys', RIS, requestBody(await world.at()), NOW),
    await world.post('/api/v1/journeys', RIS, requestBody(await world.at()), {
      ...NOW,
      'idempotency-key': 'k',
    }),
    await world.post(`/api/v1/journeys/${journey}/images`, RIS, { at: await world.at() }, NOW),
    await world.get(`/api/v1/journeys/${journey}`, CONSULTANT),
    await world.get('/api/v1/worklist', CONSULTANT),
    await world.get(`/api/v1/commands/${command}`, CONSULTANT),
    await world.post('/api/v1/search', CONSULTANT, { order: 'x' }),
  ];
  for (const reply of replies)
    expect(reply).toMatchObject({
      status: 503,
      body: { type: '/problems/unavailable' },
      headers: { 'retry-after': '5' },
    });
  expect(await world.call('GET', '/health/live')).toMatchObject({ status: 200 });
  expect(await world.call('GET', '/health/ready')).toMatchObject({
    status: 503,
    body: { status: 'down', postgres: 'down' },
  });
  // A refusal is still told apart from an outage, though it cannot be put on record.
  expect((await world.post('/api/v1/journeys', RIS, { at: 'never' }, NOW)).status).toBe(422);
  expect((await world.get('/api/v1/journeys', 'Bearer nobody')).status).toBe(401);

  await allowConnections(world.database, true);
  const again = await world.post('/api/v1/journeys', RIS, requestBody(await world.at()), {
    ...NOW,
    'idempotency-key': 'k',
  });
  expect(again.status).toBe(202);
  expect((await world.get(`/api/v1/journeys/${journey}`, CONSULTANT)).status).toBe(200);
  expect((await world.call('GET', '/health/ready')).status).toBe(200);
  expect(await world.db.query('select 1 from inbox')).toHaveLength(2);
});

test('not ready without a policy, or with a schema that is behind', async () => {
  const [{ policy }] = await world.db.query<[{ policy: string }]>('select policy from standing');
  await world.db.query('update standing set policy = null');
  expect(await world.call('GET', '/health/ready')).toMatchObject({ status: 503, body: { policy: 'none' } });
  await world.db.query('update standing set policy = $1', [policy]);
  await world.db.query('alter table migrations rename to elsewhere');
  expect(await world.call('GET', '/health/ready')).toMatchObject({
    status: 503,
    body: { migrations: 'behind' },
  });
  await world.db.query('alter table elsewhere rename to migrations');
  expect((await world.call('GET', '/health/ready')).status).toBe(200);
});
