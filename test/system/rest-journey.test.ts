import {
  CONSULTANT,
  DESK,
  REPORTER,
  RIS,
  RestWorld,
  VETTER,
  as,
  reportBody,
  requestBody,
} from './rest-world';

/** One journey from the request until it closes, through the public API alone, with the real worker behind it. */

let world: RestWorld;
beforeAll(async () => {
  world = await RestWorld.start({ worker: true });
}, 120_000);
afterAll(() => world.stop());

const open = async (more: object = {}): Promise<string> => {
  const reply = await world.post('/api/v1/journeys', RIS, requestBody(await world.at(), more));
  expect(reply.status).toBe(201);
  return reply.body.journey as string;
};

describe('a journey over REST', () => {
  test('is opened, fed, acted on and closed, each answer naming what is on record', async () => {
    const opened = await world.post('/api/v1/journeys', RIS, requestBody(await world.at()));
    expect(opened).toMatchObject({
      status: 201,
      headers: { location: `/api/v1/journeys/${opened.body.journey}`, etag: '"1"' },
      body: { result: 'recorded', created: true, subject: 'examination', event: 1, version: 1 },
    });
    const at = `/api/v1/journeys/${opened.body.journey}`;
    const steps: [string, string, object][] = [
      ['vet', VETTER, { priority: 'urgent' }],
      ['images', RIS, { at: await world.at(), count: 12 }],
      ['claim', REPORTER, {}],
      ['report', RIS, reportBody(await world.at(), { text: 'Synthetic text.' })],
      ['acknowledge', CONSULTANT, { version: 'r1', findings: ['f1'], how: 'screen' }],
      ['plan', CONSULTANT, { version: 'r1', finding: 'f1', noAction: 'already-known' }],
      [
        'tell',
        CONSULTANT,
        { version: 'r1', at: await world.at(), to: 'patient', how: 'telephone', outcome: 'told' },
      ],
      ['gp-receipt', RIS, { at: await world.at(), version: 'r1' }],
    ];
    for (const [what, who, body] of steps) {
      const reply = await world.post(`${at}/${what}`, who, body);
      expect([what, reply.status, reply.body.result]).toEqual([what, 200, 'recorded']);
      expect(reply.headers.etag).toBe(`"${reply.body.version}"`);
    }
    const closed = await world.get(at, CONSULTANT);
    expect(closed.body).toMatchObject({ closed: true, stage: 'closed', obligations: [], version: 9 });
    expect(closed.headers.etag).toBe('"9"');
    expect(closed.body.reports[0]).toMatchObject({ label: 'r1', stands: true, text: 'Synthetic text.' });
    expect(closed.body.standingReport).toMatchObject({
      version: 'r1',
      category: 'cancer',
      alertFindings: ['f1'],
    });
  });

  test('shows what it owes, to whom and until when; relative to an instant where one is given', async () => {
    const id = await open({ requester: { person: 'dr-first', profession: 'doctor' } });
    const now = await world.get(`/api/v1/journeys/${id}/obligations`, CONSULTANT);
    expect(now.body.items).toMatchObject([{ key: 'vet', kind: 'vet', overdue: false }]);
    const [vet] = now.body.items;
    expect(vet.secondsToBreach).toBeGreaterThan(0);
    const later = await world.get(`/api/v1/journeys/${id}/obligations?asOf=2099-01-01T00:00:00Z`, CONSULTANT);
    expect(later.body.items[0]).toMatchObject({ overdue: true });
    await world.post(`/api/v1/journeys/${id}/vet`, VETTER, { priority: 'routine' });
    const ended = await world.get(`/api/v1/journeys/${id}/obligations?ended=true`, CONSULTANT);
    expect(ended.body.items.map((o: { key: string }) => o.key).sort()).toEqual(['acquire', 'vet']);
    expect(ended.body.items.find((o: { key: string }) => o.key === 'vet').ended).toMatchObject({
      how: 'discharged',
      late: false,
    });
  });

  test('gives its events page by page, each chained to the one before', async () => {
    const id = await open();
    await world.post(`/api/v1/journeys/${id}/vet`, VETTER, { priority: 'routine' });
    const all = await world.get(`/api/v1/journeys/${id}/events`, CONSULTANT);
    const paged: { seq: number; previous: string; hash: string }[] = [];
    let cursor: string | undefined;
    do {
      const page = await world.get(
        `/api/v1/journeys/${id}/events?limit=2${cursor ? `&cursor=${cursor}` : ''}`,
        CONSULTANT,
      );
      paged.push(...page.body.items);
      cursor = page.body.next;
    } while (cursor);
    expect(paged).toEqual(all.body.items);
    expect(paged.length).toBeGreaterThan(3);
    paged.forEach((event, i) => expect(event.previous).toBe(i === 0 ? '' : paged[i - 1]!.hash));
  });

  test('is found by order, accession and NHS number, and by nobody who may not look', async () => {
    const body = requestBody(await world.at(), {
      patient: { nhsNumber: '999 000 0026', name: 'Synthetic Person' },
    });
    const order = (body['identifiers'] as { value: string }[])[0]!.value;
    const { journey } = (await world.post('/api/v1/journeys', RIS, body)).body;
    const images = {
      at: await world.at(),
      identifiers: [{ assigner: 'pacs-1', type: 'accession', value: `A-${order}` }],
    };
    await world.post(`/api/v1/journeys/${journey}/images`, RIS, images);
    for (const number of [{ order }, { accession: `A-${order}` }, { nhsNumber: '9990000026' }]) {
      const found = await world.post('/api/v1/search', CONSULTANT, number);
      expect([found.status, found.body.items.map((j: { id: string }) => j.id)]).toEqual([200, [journey]]);
    }
    expect((await world.post('/api/v1/search', RIS, { order })).status).toBe(403);
    expect((await world.post('/api/v1/search', CONSULTANT, {})).status).toBe(422);
    expect((await world.post('/api/v1/search', CONSULTANT, { order, accession: 'x' })).status).toBe(422);
  });

  test('takes what a feed sends by its identifiers alone, and owns what matches nothing', async () => {
    const body = requestBody(await world.at());
    const { journey } = (await world.post('/api/v1/journeys', RIS, body)).body;
    const matched = await world.post('/api/v1/messages/images', RIS, {
      at: await world.at(),
      identifiers: body['identifiers'],
    });
    expect(matched).toMatchObject({ status: 200, body: { journey, created: false } });
    const stray = await world.post('/api/v1/messages/report', RIS, reportBody(await world.at()));
    expect(stray).toMatchObject({
      status: 201,
      body: { subject: 'unmatched', created: true, result: 'recorded' },
    });
    const owned = await world.get('/api/v1/worklist?subject=unmatched', DESK);
    const mine = owned.body.items.filter(
      (o: { journey: { id: string } }) => o.journey.id === stray.body.journey,
    );
    expect(mine.length).toBeGreaterThan(0);
    expect(mine[0]).toMatchObject({ kind: 'reconcile', accountable: { role: 'desk' } });
    expect((await world.post(`/api/v1/journeys/${stray.body.journey}/match`, DESK, { journey })).status).toBe(
      200,
    );
  });
});

describe('If-Match', () => {
  test('a stale one is refused with 412 and the version that stands; a right one holds', async () => {
    const id = await open();
    const at = `/api/v1/journeys/${id}`;
    await world.post(`${at}/images`, RIS, { at: await world.at() });
    await world.post(`${at}/report`, RIS, reportBody(await world.at()));
    const { etag } = (await world.get(at, CONSULTANT)).headers;
    await world.post(`${at}/report`, RIS, reportBody(await world.at(), { version: 2, status: 'amended' }));
    const acknowledge = { version: 'r1', findings: ['f1'], how: 'screen' };
    const stale = await world.post(`${at}/acknowledge`, CONSULTANT, acknowledge, { 'if-match': etag! });
    expect(stale).toMatchObject({ status: 412, body: { type: '/problems/stale', journey: id } });
    const fresh = (await world.get(at, CONSULTANT)).headers['etag']!;
    expect(stale.headers.etag).toBe(fresh);
    const held = await world.post(
      `${at}/acknowledge`,
      CONSULTANT,
      { ...acknowledge, version: 'r2' },
      { 'if-match': fresh },
    );
    expect(held.status).toBe(200);
  });
});

describe('lists', () => {
  test('journeys by what they are and whom they wait for, page by page without repeats', async () => {
    const site = 'site-lists';
    const ids: string[] = [];
    for (let i = 0; i < 5; i++) ids.push(await open({ site }));
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await world.get(
        `/api/v1/journeys?site=${site}&limit=2${cursor ? `&cursor=${cursor}` : ''}`,
        DESK,
      );
      expect(page.status).toBe(200);
      seen.push(...page.body.items.map((j: { id: string }) => j.id));
      cursor = page.body.next;
    } while (cursor);
    expect(seen).toEqual([...ids].reverse());
    const count = async (query: string): Promise<number> =>
      (await world.get(`/api/v1/journeys?site=${site}&${query}`, DESK)).body.items.length;
    expect(await count('stage=vetting')).toBe(5);
    expect(await count('stage=closed&stage=vetting')).toBe(5);
    expect(await count('closed=true')).toBe(0);
    expect(await count('modality=MR')).toBe(0);
    expect(await count('overdue=true')).toBe(0);
    expect(await count('overdue=true&asOf=2099-01-01T00:00:00Z')).toBe(5);
    expect(await count('overdue=false&asOf=2099-01-01T00:00:00Z')).toBe(0);
    const [{ person }] = await world.db.query<[{ person: string }]>(
      `select person from directory_lead where role = 'imaging-department'`,
    );
    expect(await count(`accountable=${person}&asked=${person}`)).toBe(5);
    expect(await count('accountable=nobody')).toBe(0);
  });

  test('the worklist runs by time to breach, whatever page', async () => {
    const site = 'site-worklist';
    const emergency = await open({ site, priority: 'emergency', setting: 'ed' });
    await open({ site });
    const list = `/api/v1/worklist?site=${site}&asOf=${await world.at()}`;
    const all = await world.get(list, DESK);
    expect(all.body.items[0].journey).toMatchObject({ id: emergency, priority: 'emergency', site });
    const limits = all.body.items.map((o: { limitAt: string }) => o.limitAt);
    expect(limits).toEqual([...limits].sort());
    const first = await world.get(`${list}&limit=1`, DESK);
    const second = await world.get(`${list}&limit=1&cursor=${first.body.next}`, DESK);
    expect([...first.body.items, ...second.body.items]).toEqual(all.body.items);
  });

  test('"mine" is what I answer for or am asked about, and nothing else', async () => {
    const me = as('dr-mine', 'consultant');
    const id = await open({ requester: { person: 'dr-mine', profession: 'doctor' } });
    expect((await world.get('/api/v1/worklist?mine=true', me)).body.items).toEqual([]);
    await world.post(`/api/v1/journeys/${id}/return`, VETTER, {
      reason: 'safety-question',
      note: 'Which side?',
    });
    const mine = await world.get('/api/v1/worklist?mine=true', me);
    expect(mine.body.items).toMatchObject([
      { key: 'clarify:returned', accountable: { person: 'dr-mine' }, journey: { id } },
    ]);
  });
});
