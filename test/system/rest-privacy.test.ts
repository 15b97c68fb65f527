import { ADMIN, CONSULTANT, DESK, RIS, RestWorld, VETTER, reportBody, requestBody } from './rest-world';

/** Patient data and free text are where they belong, are shown to those who care for the patient, and are nowhere else. */

const NAME = 'Canary Synthetic-Person';
const NHS = '9990000050';
const TEXT = 'canary report text';
const NOTE = 'canary note';
const CANARY = /canary|9990000050/i;

let world: RestWorld;
let journey: string;
beforeAll(async () => {
  world = await RestWorld.start({ worker: true });
  const patient = { nhsNumber: NHS, name: NAME, hospitalNumber: 'CANARY-77', assigner: 'trust-a' };
  const opened = await world.post('/api/v1/journeys', RIS, requestBody(await world.at(), { patient }));
  journey = opened.body.journey as string;
  await world.post(`/api/v1/journeys/${journey}/return`, VETTER, { reason: 'safety-question', note: NOTE });
  await world.post(`/api/v1/journeys/${journey}/report`, RIS, reportBody(await world.at(), { text: TEXT }), {
    'idempotency-key': 'privacy',
  });
}, 120_000);
afterAll(() => world.stop());

test('whoever cares for the patient sees who it is and what was written', async () => {
  const { body } = await world.get(`/api/v1/journeys/${journey}`, CONSULTANT);
  expect(body.patient).toMatchObject({ name: NAME, nhsNumber: NHS });
  expect(body.reports[0].text).toBe(TEXT);
  expect(body.vettings[0].note).toBe(NOTE);
});

test('an administrator sees the journey without either', async () => {
  const { status, body, text } = await world.get(`/api/v1/journeys/${journey}`, ADMIN);
  expect(status).toBe(200);
  expect(body.patient).toBeUndefined();
  expect(body.reports[0]).toMatchObject({ label: 'r1' });
  expect(text).not.toMatch(CANARY);
});

test('lists, worklists, events and outcomes carry neither, whoever asks', async () => {
  const { command } = (await world.post(`/api/v1/journeys/${journey}/claim`, RIS, {})).body as {
    command?: string;
  };
  for (const url of [
    '/api/v1/journeys',
    '/api/v1/worklist',
    `/api/v1/journeys/${journey}/events`,
    `/api/v1/journeys/${journey}/obligations`,
    `/api/v1/commands/${command ?? journey}`,
  ])
    expect((await world.get(url, DESK)).text).not.toMatch(CANARY);
  expect((await world.post('/api/v1/search', DESK, { nhsNumber: NHS })).text).not.toMatch(CANARY);
});

test('no error says what was sent', async () => {
  const bad = {
    at: NAME,
    [NHS]: NAME,
    identifiers: [{ assigner: NAME, type: NAME, value: NAME.repeat(99) }],
    patient: NAME,
  };
  for (const [url, body] of [
    ['/api/v1/journeys', bad],
    [`/api/v1/journeys/${journey}/report`, { ...reportBody(NAME), findings: [{ id: NAME, [NHS]: NHS }] }],
    ['/api/v1/search', { nhsNumber: NHS, order: NAME, [NAME]: NHS }],
    [`/api/v1/journeys/${NAME}/report`, {}],
  ] as const) {
    const reply = await world.post(encodeURI(url), url.endsWith('search') ? DESK : RIS, body);
    expect(reply.status).toBeGreaterThanOrEqual(400);
    expect(reply.text).not.toMatch(CANARY);
  }
  for (const url of [`/api/v1/journeys?site=${NHS}%20canary`, `/api/v1/${NHS}/canary`, `/canary%zz`])
    expect((await world.get(url, DESK)).text).not.toMatch(CANARY);
});

test('no table holds any, but the one of numbers by which patients are found', async () => {
  const tables = await world.db.query<{ table_name: string }[]>(
    `select table_name from information_schema.tables where table_schema = 'public' and table_type = 'BASE TABLE'`,
  );
  const holding: string[] = [];
  for (const { table_name: table } of tables) {
    const rows = await world.db.query<{ row: string }[]>(`select t::text as row from "${table}" t`);
    if (rows.some(({ row }) => CANARY.test(row))) holding.push(table);
  }
  expect(holding.sort()).toEqual(['patient_identifier']);
});

test('who opened what is on record: the reader, the role and the journey', async () => {
  const reply = await world.get(`/api/v1/journeys/${journey}`, CONSULTANT);
  const [row] = await world.db.query<object[]>('select * from access_log where request = $1', [
    reply.headers['x-request-id'],
  ]);
  expect(row).toMatchObject({
    principal: 'dr-hall',
    role: 'consultant',
    method: 'GET',
    route: '/api/v1/journeys/:journey',
    status: 200,
    journey,
  });
  const sent = await world.post(`/api/v1/journeys/${journey}/died`, CONSULTANT, { at: await world.at() });
  const [write] = await world.db.query<object[]>('select * from access_log where request = $1', [
    sent.headers['x-request-id'],
  ]);
  expect(write).toMatchObject({ principal: 'dr-hall', method: 'POST', journey, code: null });
});

test('the access log is only ever added to', async () => {
  await expect(world.db.query('delete from access_log')).rejects.toThrow('append-only');
  await expect(world.db.query('update access_log set status = 200')).rejects.toThrow('append-only');
});
