import { CONSULTANT, DESK, RIS, RestWorld, reportBody, requestBody } from './rest-world';

/** A source system's fact with clinical defects is kept, used and owned; it is never refused. */

let world: RestWorld;
beforeAll(async () => {
  world = await RestWorld.start({ worker: true });
}, 120_000);
afterAll(() => world.stop());

const queriesOf = async (id: string): Promise<string[]> =>
  (await world.get(`/api/v1/journeys/${id}`, DESK)).body.queries.map((q: { id: string }) => q.id);
const owedBy = async (id: string): Promise<Record<string, string>> =>
  Object.fromEntries(
    (await world.get(`/api/v1/journeys/${id}/obligations`, DESK)).body.items.map(
      (o: { key: string; accountable: { role: string } }) => [o.key, o.accountable.role],
    ),
  );

describe('facts with defects', () => {
  test('an NHS number whose check digit is wrong', async () => {
    const patient = { nhsNumber: '9990000019', name: 'Synthetic Person' };
    const reply = await world.post('/api/v1/journeys', RIS, requestBody(await world.at(), { patient }));
    expect(reply).toMatchObject({ status: 201, body: { result: 'recorded' } });
    expect(await queriesOf(reply.body.journey)).toEqual(['nhs-number-invalid']);
    expect(await owedBy(reply.body.journey)).toMatchObject({
      'reconcile:nhs-number-invalid': 'desk',
      vet: 'imaging-department',
    });
    const seen = await world.get(`/api/v1/journeys/${reply.body.journey}`, DESK);
    expect(seen.body.patient).toEqual(patient);
  });

  test('a birth date that never was', async () => {
    const patient = { nhsNumber: '9990000026', birthDate: '1971-02-31' };
    const reply = await world.post('/api/v1/journeys', RIS, requestBody(await world.at(), { patient }));
    expect(reply.status).toBe(201);
  });

  test('a date after the workflow’s clock', async () => {
    const { body } = await world.post('/api/v1/journeys', RIS, requestBody(await world.at()));
    const images = await world.post(`/api/v1/journeys/${body.journey}/images`, RIS, {
      at: '2199-01-01T00:00:00Z',
    });
    expect(images).toMatchObject({ status: 200, body: { result: 'recorded' } });
    expect(await owedBy(body.journey)).toMatchObject({
      'reconcile:date-in-future:images': 'desk',
      report: 'reporting-pool',
    });
  });

  test('another wording under a version that was sent before, and the same wording again', async () => {
    const { body } = await world.post('/api/v1/journeys', RIS, requestBody(await world.at()));
    const at = `/api/v1/journeys/${body.journey}`;
    const report = { ...reportBody(await world.at()), text: 'Synthetic: no fracture.' };
    await world.post(`${at}/report`, RIS, report);
    const again = await world.post(`${at}/report`, RIS, report);
    expect(again).toMatchObject({ status: 200, body: { result: 'duplicate' } });
    expect(await queriesOf(body.journey)).toEqual([]);
    const corrected = { ...report, text: 'Synthetic: a fracture.' };
    const reply = await world.post(`${at}/report`, RIS, corrected);
    expect(reply).toMatchObject({ status: 200, body: { result: 'recorded' } });
    expect(await owedBy(body.journey)).toMatchObject({ 'reconcile:contradiction:report-r1': 'desk' });
    const seen = (await world.get(at, CONSULTANT)).body.reports.map((r: { text: string }) => r.text);
    expect(seen.sort()).toEqual(['Synthetic: a fracture.', 'Synthetic: no fracture.']);
    expect((await world.post(`${at}/report`, RIS, corrected)).body.result).toBe('duplicate');
  });

  test('a result for a cancelled order', async () => {
    const { body } = await world.post('/api/v1/journeys', RIS, requestBody(await world.at()));
    const at = `/api/v1/journeys/${body.journey}`;
    await world.post(`${at}/cancel`, RIS, { at: await world.at() });
    const report = await world.post(`${at}/report`, RIS, reportBody(await world.at()));
    expect(report).toMatchObject({ status: 200, body: { result: 'recorded' } });
    expect(await owedBy(body.journey)).toMatchObject({
      'clarify:result-of-cancelled': 'requester',
      'acknowledge:r1': 'requester',
    });
  });

  test('a report for an order that nobody knows', async () => {
    const unknown = [{ assigner: 'trust-a', type: 'order', value: 'NEVER-SEEN' }];
    const reply = await world.post(
      '/api/v1/messages/report',
      RIS,
      reportBody(await world.at(), { identifiers: unknown }),
    );
    expect(reply).toMatchObject({
      status: 201,
      body: { result: 'recorded', created: true, subject: 'examination' },
    });
    expect(await owedBy(reply.body.journey)).toMatchObject({
      'reconcile:no-request': 'desk',
      'acknowledge:r1': 'desk',
    });
  });

  test('a message of another patient under a known order', async () => {
    const one = requestBody(await world.at(), { patient: { nhsNumber: '9990000034' } });
    const { journey } = (await world.post('/api/v1/journeys', RIS, one)).body;
    const other = { identifiers: one['identifiers'], patient: { nhsNumber: '9990000042' } };
    const reply = await world.post('/api/v1/messages/report', RIS, reportBody(await world.at(), other));
    expect(reply).toMatchObject({ status: 201, body: { subject: 'unmatched', result: 'recorded' } });
    expect(reply.body.journey).not.toBe(journey);
    expect(await owedBy(reply.body.journey)).toMatchObject({ 'reconcile:patient-mismatch': 'desk' });
  });

  test('one version with two contents', async () => {
    const { body } = await world.post('/api/v1/journeys', RIS, requestBody(await world.at()));
    const at = `/api/v1/journeys/${body.journey}/report`;
    const issued = await world.at(-60);
    await world.post(at, RIS, reportBody(issued, { findings: [] }));
    const again = await world.post(at, RIS, reportBody(issued));
    expect(again).toMatchObject({ status: 200, body: { result: 'recorded' } });
    expect(Object.keys(await owedBy(body.journey))).toEqual(expect.arrayContaining(['acknowledge:r1']));
    expect((await queriesOf(body.journey)).some((q) => q.startsWith('contradiction:'))).toBe(true);
  });

  test('the same fact twice changes nothing and says so', async () => {
    const { body } = await world.post('/api/v1/journeys', RIS, requestBody(await world.at()));
    const images = { at: await world.at(), count: 3 };
    const first = await world.post(`/api/v1/journeys/${body.journey}/images`, RIS, images);
    const second = await world.post(`/api/v1/journeys/${body.journey}/images`, RIS, images);
    expect(second).toMatchObject({ status: 200, body: { result: 'duplicate', version: first.body.version } });
  });
});
