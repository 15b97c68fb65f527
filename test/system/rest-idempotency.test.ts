import { randomUUID } from 'node:crypto';
import { CONSULTANT, RIS, RestWorld, as, requestBody } from './rest-world';

/** The same key with the same request is the same command; a key never stands for two. */

const rows = async (world: RestWorld): Promise<number> =>
  (await world.db.query<unknown[]>('select 1 from inbox')).length;

describe('Idempotency-Key, with a worker', () => {
  let world: RestWorld;
  beforeAll(async () => {
    world = await RestWorld.start({ worker: true });
  }, 120_000);
  afterAll(() => world.stop());

  test('the same request again gets the same answer, and nothing is taken in twice', async () => {
    const body = requestBody(await world.at());
    const key = { 'idempotency-key': randomUUID() };
    const first = await world.post('/api/v1/journeys', RIS, body, key);
    const before = await rows(world);
    const second = await world.post('/api/v1/journeys', RIS, body, key);
    expect(first.status).toBe(201);
    expect([second.status, second.body]).toEqual([first.status, first.body]);
    expect([second.headers.etag, second.headers.location]).toEqual([
      first.headers.etag,
      first.headers.location,
    ]);
    expect(await rows(world)).toBe(before);
  });

  test('a refusal is the same refusal again', async () => {
    const { journey } = (await world.post('/api/v1/journeys', RIS, requestBody(await world.at()))).body;
    const key = { 'idempotency-key': randomUUID() };
    const at = `/api/v1/journeys/${journey}/acknowledge`;
    const body = { version: 'r1', findings: [], how: 'screen' };
    const first = await world.post(at, CONSULTANT, body, key);
    const second = await world.post(at, CONSULTANT, body, key);
    expect(first).toMatchObject({ status: 409, body: { code: 'no-report' } });
    expect(second.body).toMatchObject({
      code: 'no-report',
      command: first.body.command,
      event: first.body.event,
    });
  });

  test('another body, or another address, under the same key is refused and changes nothing', async () => {
    const body = requestBody(await world.at());
    const key = { 'idempotency-key': randomUUID() };
    const { journey } = (await world.post('/api/v1/journeys', RIS, body, key)).body;
    const before = await rows(world);
    const state = await world.state(journey);
    for (const [url, other] of [
      ['/api/v1/journeys', { ...body, priority: 'urgent' }],
      ['/api/v1/messages/request', body],
    ] as const) {
      const reply = await world.post(url, RIS, other, key);
      expect(reply).toMatchObject({ status: 422, body: { type: '/problems/idempotency-key-reused' } });
      expect(await world.accesses(reply.body.traceId)).toMatchObject([{ code: 'idempotency-key-reused' }]);
    }
    expect(await rows(world)).toBe(before);
    expect(await world.state(journey)).toEqual(state);
  });

  test('spacing and the order of fields do not make it another body', async () => {
    const body = requestBody(await world.at());
    const headers = { 'idempotency-key': randomUUID() };
    const first = await world.post('/api/v1/journeys', RIS, body, headers);
    const turned = Object.fromEntries(Object.entries(body).reverse());
    const second = await world.call('POST', '/api/v1/journeys', {
      as: RIS,
      raw: JSON.stringify(turned, null, 3),
      headers,
    });
    expect(second.body.command).toBe(first.body.command);
  });

  test('a key is its sender’s own: somebody else, or the same person in another role, may use the same word', async () => {
    const key = { 'idempotency-key': 'monday' };
    const commands = new Set<string>();
    for (const who of [RIS, as('ris-2', 'system'), as('ris-1', 'desk')])
      commands.add(
        (await world.post('/api/v1/journeys', who, requestBody(await world.at()), key)).body.command,
      );
    expect(commands.size).toBe(3);
  });

  test('twenty at once are one command', async () => {
    const body = requestBody(await world.at());
    const key = { 'idempotency-key': randomUUID() };
    const before = await rows(world);
    const replies = await Promise.all(
      Array.from({ length: 20 }, () => world.post('/api/v1/journeys', RIS, body, key)),
    );
    expect(await rows(world)).toBe(before + 1);
    expect(replies.map((r) => r.status).filter((s) => s !== 201 && s !== 409)).toEqual([]);
    const answered = replies.filter((r) => r.status === 201);
    expect(answered.length).toBeGreaterThan(0);
    expect(new Set(answered.map((r) => r.body.command)).size).toBe(1);
    for (const busy of replies.filter((r) => r.status === 409))
      expect(busy).toMatchObject({
        body: { code: 'idempotency-in-flight' },
        headers: { 'retry-after': '1' },
      });
  });
});

describe('Idempotency-Key, while no worker lives', () => {
  let world: RestWorld;
  beforeAll(async () => {
    world = await RestWorld.start({ worker: false });
  }, 120_000);
  afterAll(() => world.stop());

  const send = (body: object, key: string, wait: number) =>
    world.post('/api/v1/journeys', RIS, body, { 'idempotency-key': key, prefer: `wait=${wait}` });

  test('what is accepted waits at an address of its own', async () => {
    const reply = await send(requestBody(await world.at()), randomUUID(), 0);
    expect(reply).toMatchObject({
      status: 202,
      headers: { location: `/api/v1/commands/${reply.body.command}`, 'retry-after': '1' },
      body: { result: 'waiting', created: true },
    });
    expect(await world.get(reply.headers.location!, RIS)).toMatchObject({
      status: 202,
      body: { result: 'waiting' },
    });
    const journey = await world.get(`/api/v1/journeys/${reply.body.journey}`, CONSULTANT);
    expect(journey.body).toMatchObject({ stage: 'received', waiting: 1, version: 0, obligations: [] });
  });

  test('409 while the first request is still being answered, then its own answer', async () => {
    const body = requestBody(await world.at());
    const key = randomUUID();
    const first = send(body, key, 1);
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(await send(body, key, 1)).toMatchObject({
      status: 409,
      body: { type: '/problems/idempotency-in-flight' },
    });
    const { command } = (await first).body;
    expect(await send(body, key, 0)).toMatchObject({ status: 202, body: { command } });
  });

  test('a crash between commit and reply: the same request is answered from what became of the first', async () => {
    const body = requestBody(await world.at());
    const key = randomUUID();
    const lost = await send(body, key, 0); // whoever sent it never saw this
    const outcome = { result: 'recorded', event: 1, clinical: 1 };
    await world.db.query('update inbox set outcome = $2 where id = $1', [
      lost.body.command,
      JSON.stringify(outcome),
    ]);
    const again = await send(body, key, 0);
    expect(again).toMatchObject({
      status: 201,
      headers: { etag: '"1"', location: `/api/v1/journeys/${lost.body.journey}` },
      body: { command: lost.body.command, result: 'recorded', created: true, event: 1 },
    });
  });

  test('a fact that could not be worked out is kept, never refused; a command is told so', async () => {
    const opened = (await send(requestBody(await world.at()), randomUUID(), 0)).body;
    const outcome = JSON.stringify({ result: 'refused', code: 'internal-error', event: 2, clinical: 1 });
    const fail = (id: string) => world.db.query('update inbox set outcome = $2 where id = $1', [id, outcome]);
    const at = `/api/v1/journeys/${opened.journey}`;
    const fact = await world.post(`${at}/images`, RIS, { at: await world.at() }, { prefer: 'wait=0' });
    const command = await world.post(
      `${at}/clarify`,
      CONSULTANT,
      { decision: 'rebook' },
      { prefer: 'wait=0' },
    );
    await Promise.all([fail(fact.body.command), fail(command.body.command)]);
    expect(await world.get(fact.headers.location!, RIS)).toMatchObject({
      status: 200,
      body: { result: 'kept' },
    });
    const told = await world.get(command.headers.location!, CONSULTANT);
    expect(told).toMatchObject({ status: 409, body: { code: 'internal-error' } });
  });

  test('what is refused leaves its key free', async () => {
    const key = randomUUID();
    const nowhere = '/api/v1/journeys/019a0000-0000-7000-8000-000000000000/images';
    const headers = { 'idempotency-key': key, prefer: 'wait=0' };
    expect((await world.post(nowhere, RIS, { at: await world.at() }, headers)).status).toBe(404);
    expect((await send(requestBody(await world.at()), key, 0)).status).toBe(202);
  });
});
