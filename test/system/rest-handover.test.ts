import { CONSULTANT, DESK, RIS, RestWorld, as, requestBody } from './rest-world';

/** Responsibility over REST: offered by a patient's move, accepted or declined; calls; people whom nobody knows. */

let world: RestWorld;
beforeAll(async () => {
  world = await RestWorld.start({ worker: true });
}, 120_000);
afterAll(() => world.stop());

const WARD = { person: 'consultant-2', role: 'consultant' } as const;
const ward = as('consultant-2', 'consultant');
const open = async (more: object = {}): Promise<string> =>
  (await world.post('/api/v1/journeys', RIS, requestBody(await world.at(), more))).body.journey as string;
const report = async (journey: string, category = 'cancer'): Promise<void> => {
  const at = await world.at();
  const findings = [{ id: 'f1', category, expected: false, region: 'chest' }];
  await world.post(`/api/v1/journeys/${journey}/report`, RIS, {
    version: 1,
    status: 'final',
    at,
    reporter: 'reporter-1',
    findings,
    regions: [{ region: 'chest', statement: 'findings' }],
  });
};
const duty = async (journey: string, key: string) =>
  (await world.get(`/api/v1/journeys/${journey}/obligations?ended=true`, DESK)).body.items.find(
    (o: { key: string }) => o.key === key,
  );

test('a move reaches every open journey of the patient; the ward accepts in one, and only there it answers', async () => {
  const patient = { nhsNumber: '9990000026', name: 'Test Patient (synthetic)' };
  const [first, second] = [await open({ patient }), await open({ patient })];
  const other = await open();
  const moved = await world.post('/api/v1/patients/moved', RIS, {
    patient: { nhsNumber: patient.nhsNumber },
    at: await world.at(),
    id: 'adt-1',
    to: WARD,
  });
  expect(moved.status).toBe(202);
  expect(moved.body.items.map((i: { journey: string }) => i.journey).sort()).toEqual([first, second].sort());
  await world.loop!.quiet();
  const key = 'accept-handover:move:adt-1:consultant-2';
  for (const journey of [first, second])
    expect(await duty(journey, key)).toMatchObject({ accountable: WARD, askedNow: WARD, asks: 1 });
  expect(await duty(other, key)).toBeUndefined();

  const accepted = await world.post(`/api/v1/journeys/${first}/accept`, ward, {
    offer: 'move:adt-1:consultant-2',
  });
  expect(accepted).toMatchObject({ status: 200, body: { result: 'recorded' } });
  await report(first);
  await report(second);
  expect((await duty(first, 'acknowledge:r1')).accountable).toEqual(WARD);
  expect((await duty(second, 'acknowledge:r1')).accountable).not.toEqual(WARD);
});

test('the same move again changes nothing; a patient of whom nothing is known has no journeys', async () => {
  const patient = { nhsNumber: '9990000034', name: 'Test Patient (synthetic)' };
  const journey = await open({ patient });
  const body = { patient: { nhsNumber: patient.nhsNumber }, at: await world.at(), id: 'adt-2', to: WARD };
  await world.post('/api/v1/patients/moved', RIS, body);
  const again = await world.post('/api/v1/patients/moved', RIS, body);
  await world.loop!.quiet();
  const { command } = again.body.items[0];
  expect((await world.get(`/api/v1/commands/${command}`, DESK)).body).toMatchObject({ result: 'duplicate' });
  expect((await duty(journey, 'accept-handover:move:adt-2:consultant-2')).asks).toBe(1);
  const nobody = await world.post('/api/v1/patients/moved', RIS, {
    ...body,
    patient: { nhsNumber: '9990000042' },
  });
  expect(nobody).toMatchObject({ status: 202, body: { items: [] } });
  const nameless = await world.post('/api/v1/patients/moved', RIS, {
    ...body,
    patient: { name: 'Somebody' },
  });
  expect(nameless).toMatchObject({ status: 422, body: { code: 'invalid-body' } });
});

test('an offer that was declined is over, and says so', async () => {
  const journey = await open();
  await report(journey);
  await world.post(`/api/v1/journeys/${journey}/moved`, RIS, { at: await world.at(), id: 'm', to: WARD });
  const offer = 'move:m:consultant-2';
  const declined = await world.post(`/api/v1/journeys/${journey}/decline`, ward, {
    offer,
    reason: 'not-my-patient',
  });
  expect(declined.status).toBe(200);
  expect(await world.post(`/api/v1/journeys/${journey}/accept`, ward, { offer })).toMatchObject({
    status: 409,
    body: { code: 'offer-over', type: '/problems/offer-over' },
  });
  expect(await duty(journey, `accept-handover:${offer}`)).toMatchObject({ ended: { how: 'withdrawn' } });
});

test('what is taken on or handed on stays with people whom the directory knows', async () => {
  const journey = await open();
  await report(journey);
  const stranger = { person: 'nobody-9', role: 'consultant' } as const;
  const acknowledgement = { version: 'r1', findings: ['f1'], how: 'screen' };
  expect(
    await world.post(
      `/api/v1/journeys/${journey}/acknowledge`,
      as('nobody-9', 'consultant'),
      acknowledgement,
    ),
  ).toMatchObject({
    status: 403,
    body: { code: 'not-in-directory' },
  });
  const offered = await world.post(`/api/v1/journeys/${journey}/offer`, CONSULTANT, { to: stranger });
  expect(offered).toMatchObject({ status: 422, body: { errors: [{ pointer: '/to/person' }] } });
});

/** The ward is rung about the first report, and says it back. */
const saidBack = async () => ({
  duty: 'acknowledge:r1',
  whom: WARD,
  at: await world.at(),
  outcome: 'read-back',
  findings: ['f1'],
});

test('a critical finding, rung through and said back, is acknowledged by whoever was rung', async () => {
  const journey = await open();
  await report(journey, 'critical');
  const call = { ...(await saidBack()), note: 'Said back: free gas.' };
  expect((await world.post(`/api/v1/journeys/${journey}/call`, DESK, call)).status).toBe(200);
  expect((await duty(journey, 'plan:r1:f1')).accountable).toEqual(WARD);
});

test('whoever was rung and said it back was reached: their ask is proved by speech', async () => {
  const journey = await open({ consultant: 'consultant-2' });
  await report(journey, 'critical');
  const call = await saidBack();
  await world.loop!.quiet();
  await world.db.query(`update ask set status = 'sent', proof = 'sent', attempts = 1 where journey = $1`, [
    journey,
  ]);
  await world.post(`/api/v1/journeys/${journey}/call`, DESK, call);
  const asks = await world.db.query<object[]>(
    `select recipient, proof, proof_from from ask where journey = $1 and key = 'acknowledge:r1'`,
    [journey],
  );
  expect(asks).toContainEqual({ recipient: 'consultant-2', proof: 'spoken', proof_from: 'call' });
});
