import { parseCsv } from '../../src/directory/csv';
import { PURPOSES } from '../../src/api/purpose';
import { expectProblem } from './rest-refusals';
import { ADMIN, CONSULTANT, DESK, RIS, RestWorld, VETTER, as, reportBody, requestBody } from './rest-world';
import type { Reply } from './rest-world';

/**
 * A safety lead's questions across journeys. Two examinations that differ in everything: each filter picks the one, and the
 * other must not come.
 */

const LEAD = as('safety-1', 'safety-lead');
const PURPOSE = { 'purpose-of-use': 'PATSFTY' };
const CRITICAL = [{ id: 'f1', category: 'critical', expected: false, region: 'chest' }];

let world: RestWorld;
let one: string;
let other: string;
let start: string;
beforeAll(async () => {
  world = await RestWorld.start({ worker: true });
  start = await world.at();
  one = await open({ site: 'site-a', specialty: 'chest', modality: 'CT', setting: 'ed' });
  await send(one, 'vet', VETTER, { priority: 'urgent' });
  await send(one, 'images', RIS, { at: await world.at() });
  await send(
    one,
    'report',
    RIS,
    reportBody(await world.at(), { findings: CRITICAL, text: 'Tension pneumothorax.' }),
  );
  other = await open({ site: 'site-b', specialty: 'bone', modality: 'XR', setting: 'gp' });
  await send(other, 'return', as('rg-other', 'vetter'), { reason: 'safety-question', note: '=Which wrist?' });
}, 120_000);
afterAll(() => world.stop());

const open = async (more: object): Promise<string> => {
  const reply = await world.post('/api/v1/journeys', RIS, requestBody(await world.at(), more));
  expect(reply.status).toBe(201);
  return reply.body.journey as string;
};
const send = async (journey: string, what: string, by: string, body: object): Promise<Reply> => {
  const reply = await world.post(`/api/v1/journeys/${journey}/${what}`, by, body);
  expect([what, reply.status]).toEqual([what, 200]);
  return reply;
};
const ask = (path: string, headers: Record<string, string> = {}, by = LEAD): Promise<Reply> =>
  world.get(`/api/v1/${path}`, by, { ...PURPOSE, ...headers });
interface Item {
  journey: { id: string };
  [field: string]: unknown;
}
const items = async (path: string): Promise<Item[]> => {
  const reply = await ask(path);
  expect([path, reply.status]).toEqual([path, 200]);
  return reply.body.items as Item[];
};
const journeysIn = (list: readonly Item[]): string[] => [...new Set(list.map((i) => i.journey.id))].sort();

describe('events across journeys', () => {
  test('are those of the journeys, in order of time, page by page and as a stream alike', async () => {
    const all = await items('evidence?limit=200');
    expect(journeysIn(all)).toEqual([one, other].sort());
    const ofJourneys = await Promise.all(
      [one, other].map(
        async (id) => (await world.get(`/api/v1/journeys/${id}/events?limit=200`, DESK)).body.items,
      ),
    );
    const key = (e: Item): string =>
      `${String(e['at'])} ${e.journey.id} ${String(e['seq']).padStart(6, '0')}`;
    expect(all.map(key)).toEqual(all.map(key).toSorted());
    expect(all.map((e) => e['hash']).sort()).toEqual(
      ofJourneys
        .flat()
        .map((e: Item) => e['hash'])
        .sort(),
    );
    const paged: Item[] = [];
    for (let cursor: string | undefined = ''; cursor !== undefined;) {
      const page: Reply = await ask(`evidence?limit=3${cursor && `&cursor=${cursor}`}`);
      paged.push(...(page.body.items as Item[]));
      cursor = page.body.next as string | undefined;
    }
    expect(paged).toEqual(all);
    const streamed = await ask('evidence', { accept: 'application/x-ndjson' });
    expect(streamed.type).toBe('application/x-ndjson');
    expect(
      streamed.text
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line) as Item),
    ).toEqual(all);
  });

  test.each([
    ['site=site-a', 'one'],
    ['specialty=bone', 'other'],
    ['modality=XR', 'other'],
    ['setting=ed', 'one'],
    ['category=critical', 'one'],
    ['type=report', 'one'],
    ['type=return&type=clarify', 'other'],
    ['person=rg-other', 'other'],
    ['role=reporter', 'none'],
    ['kind=acknowledge', 'one'],
    ['kind=clarify', 'other'],
    ['q=pneumothorax', 'one'],
    ['q=wrist', 'other'],
    ['q="tension wrist"', 'none'],
  ])('%s picks %s', async (query, which) => {
    const found = journeysIn(await items(`evidence?${encodeURI(query)}`));
    expect(found).toEqual(which === 'none' ? [] : [which === 'one' ? one : other]);
  });

  test('from an instant on, and until before another', async () => {
    const all = await items('evidence?limit=200');
    const middle = String(all.find((e) => e.journey.id === other)!['at']);
    const [before, after] = [
      await items(`evidence?limit=200&to=${middle}`),
      await items(`evidence?limit=200&from=${middle}`),
    ];
    expect([...before, ...after]).toEqual(all);
    expect(journeysIn(before)).toEqual([one]);
  });

  test('a person finds what they were asked as well as what they did', async () => {
    const asked = await items('evidence?person=dr-hall&type=opened');
    expect(asked.map((e) => [e.journey.id, e['key']])).toEqual(
      expect.arrayContaining([
        [one, 'acknowledge:r1'],
        [other, 'clarify:returned'],
      ]),
    );
  });
});

describe('deadlines', () => {
  test.each([
    ['site=site-b', 'other'],
    ['kind=acknowledge', 'one'],
    ['category=critical', 'one'],
    ['setting=gp', 'other'],
    ['q=wrist', 'other'],
    ['late=true', 'none'],
    ['person=nobody', 'none'],
    ['rung=19', 'none'],
  ])('%s picks %s', async (query, which) => {
    const found = journeysIn(await items(`deadlines?${query}`));
    expect(found).toEqual(which === 'none' ? [] : [which === 'one' ? one : other]);
  });

  test('say what was planned, how it ended, and how far its ladder climbed', async () => {
    const [vet] = await items('deadlines?site=site-a&kind=vet');
    expect(vet).toMatchObject({
      key: 'vet',
      opening: 1,
      ended: { how: 'discharged' },
      late: false,
      asks: 0,
      rung: 0,
      journey: { id: one, site: 'site-a', modality: 'CT' },
    });
    const { body } = await world.get(`/api/v1/journeys/${one}/obligations?ended=true`, DESK);
    const owed = (body.items as Item[]).find((o) => o['key'] === 'vet')!;
    expect([vet!['limitAt'], vet!['accountable']]).toEqual([owed['limitAt'], owed['accountable']]);
  });

  test('that are not met are late once their limit is over, and met ones are not', async () => {
    const late = await items('deadlines?late=true&asOf=2099-01-01T00:00:00Z&limit=200');
    expect(late.length).toBeGreaterThan(1);
    expect(late.every((o) => o['late'] === true && o['ended'] === undefined)).toBe(true);
    const met = await items('deadlines?late=false&asOf=2099-01-01T00:00:00Z&limit=200');
    expect(met.every((o) => o['ended'] !== undefined)).toBe(true);
    expect(late.length + met.length).toBe((await items('deadlines?limit=200')).length);
  });

  test('that climbed to a rung, by when they first did', async () => {
    expect(await items('deadlines?rung=1')).toEqual([]);
    await climb();
    const climbed = await items('deadlines?rung=2&site=site-a');
    expect(climbed.map((o) => o['key'])).toEqual(['acknowledge:r1']);
    const events = await items(`evidence?type=asked&site=site-a&kind=acknowledge&limit=200`);
    const reached = events.find((e) => (e['rung'] as number) >= 2)!;
    expect(climbed[0]).toMatchObject({ reachedAt: reached['at'], asks: expect.any(Number) });
    expect(climbed[0]!['rung']).toBeGreaterThanOrEqual(2);
    const at = String(reached['at']);
    expect(await items(`deadlines?rung=2&site=site-a&to=${at}`)).toEqual([]);
    expect(await items(`deadlines?rung=2&site=site-a&from=${at}`)).toHaveLength(1);
    // Asked again and again at its last rung, it is one deadline still.
    expect(events.filter((e) => (e['rung'] as number) >= 2).length).toBeGreaterThan(1);
    expect(journeysIn(await items('deadlines?late=true&kind=acknowledge'))).toEqual([one]);
  });
});

/** Nobody acknowledges for three hours. */
const climb = async (): Promise<void> => {
  const now = await world.at();
  await world.loop!.advanceTo(new Date(Date.parse(now) + 3 * 3_600_000).toISOString());
};

describe('refusals', () => {
  test('of journeys and at the edge are one list by time, of which each can be picked', async () => {
    const since = await world.at(1);
    await world.loop!.advanceTo(since);
    const edge = await world.post(`/api/v1/journeys/${one}/acknowledge`, CONSULTANT, { version: 7 });
    expect(edge.status).toBe(422);
    const judged = await world.post(`/api/v1/journeys/${one}/acknowledge`, CONSULTANT, {
      version: 'r1',
      findings: ['f1'],
      how: 'screen',
    });
    expect(judged.status).toBe(422);
    const forbidden = await world.get('/api/v1/evidence', CONSULTANT);
    expect(forbidden.status).toBe(403);
    const codes = ['invalid-body', 'read-back-required', 'not-permitted'];
    const all = await items(`refusals?from=${since}`);
    expect(all.map((r) => r['code'])).toEqual(codes);
    expect(all[0]).toMatchObject({
      where: 'edge',
      person: 'dr-hall',
      journey: { id: one },
      request: edge.body.traceId,
    });
    expect(all[1]).toMatchObject({
      where: 'journey',
      input: 'acknowledge',
      role: 'consultant',
      event: judged.body.event,
    });
    const picked = async (query: string): Promise<unknown[]> =>
      (await items(`refusals?from=${since}&${query}`)).map((r) => r['code']);
    expect(await picked('where=journey')).toEqual(['read-back-required']);
    expect(await picked('where=edge')).toEqual(['invalid-body', 'not-permitted']);
    expect(await picked('code=not-permitted')).toEqual(['not-permitted']);
    expect(await picked('site=site-a')).toEqual(['invalid-body', 'read-back-required']);
    expect(await picked('site=site-b')).toEqual([]);
    expect(await picked('person=somebody')).toEqual([]);
    expect(await picked('role=consultant')).toEqual(codes);
    const paged: unknown[] = [];
    for (let cursor: string | undefined = ''; cursor !== undefined;) {
      const page: Reply = await ask(`refusals?from=${since}&limit=1${cursor && `&cursor=${cursor}`}`);
      paged.push(...(page.body.items as Item[]).map((r) => r['code']));
      cursor = page.body.next as string | undefined;
    }
    expect(paged).toEqual(codes);
  });
});

describe('streams', () => {
  test('CSV is read back as it was, and no cell is a formula', async () => {
    const csv = await ask('evidence?type=request', { accept: 'text/csv' });
    expect(csv.type).toBe('text/csv; charset=utf-8; header=present');
    const lines = csv.text.split('\r\n');
    expect(lines).toHaveLength(4);
    expect(lines.at(-1)).toBe('');
    const [heads, first] = parseCsv(csv.text)!.map((row) => row.cells);
    const cell = (name: string): string => first![heads!.indexOf(name)]!;
    expect([cell('journey.id'), cell('journey.modality'), cell('type'), cell('seq')]).toEqual([
      one,
      'CT',
      'request',
      '1',
    ]);
    expect(JSON.parse(cell('data'))).toMatchObject({ site: 'site-a', modality: 'CT' });
  });

  test('have no pages of the reader’s choice', async () => {
    const reply = await ask('evidence?limit=5', { accept: 'application/x-ndjson' });
    expectProblem(reply, 'invalid-query');
    expect(reply.body.errors[0].pointer).toBe('/limit');
  });
});

describe('bad questions', () => {
  test.each([
    ['evidence?type=looked', '/type'],
    ['evidence?sight=x', '/sight'],
    ['evidence?from=yesterday', '/from'],
    ['evidence?from=2026-02-01T00:00:00Z&to=2026-01-01T00:00:00Z', '/to'],
    ['deadlines?rung=0', '/rung'],
    ['deadlines?late=perhaps', '/late'],
    ['refusals?code=no', '/code'],
    ['reports/report-to-told?over=P21D', '/from'],
    ['reports/report-to-told?over=21&from=2026-01-01T00:00:00Z&to=2026-02-01T00:00:00Z', '/over'],
    ['reports/xr-510?from=2026-01-01T00:00:00Z', '/to'],
  ])('%s is refused at %s', async (path, pointer) => {
    const reply = await ask(path);
    expectProblem(reply, 'invalid-query');
    expect(reply.body.errors.map((e: { pointer: string }) => e.pointer)).toContain(pointer);
  });

  test('a cursor of another list is refused', async () => {
    const { next } = (await ask('evidence?limit=1')).body;
    for (const list of ['deadlines', 'refusals', `journeys/${one}/accesses`, 'deadlines?rung=1'])
      expectProblem(
        await ask(`${list}${list.includes('?') ? '&' : '?'}cursor=${next.slice(2)}`),
        'bad-cursor',
      );
  });

  test('nobody else may ask them, and an administrator not by words', async () => {
    for (const path of [
      'evidence',
      'deadlines',
      'refusals',
      `journeys/${one}/knowledge`,
      `journeys/${one}/accesses`,
    ])
      expectProblem(await ask(path, {}, CONSULTANT), 'not-permitted');
    expect((await ask('evidence', {}, ADMIN)).status).toBe(200);
    expectProblem(await ask('evidence?q=wrist', {}, ADMIN), 'not-permitted');
    expectProblem(
      await ask(`journeys/${'0'.repeat(8)}-0000-4000-8000-${'0'.repeat(12)}/knowledge`),
      'unknown-journey',
    );
  });
});

describe('reading is evidence', () => {
  const rowOf = async (reply: Reply): Promise<Record<string, unknown>> => {
    const [row] = await world.db.query<Record<string, unknown>[]>(
      'select * from access_log where request = $1',
      [reply.headers['x-request-id']],
    );
    return row!;
  };

  test('a question needs a purpose; what is said must be one', async () => {
    for (const by of [LEAD, ADMIN]) expectProblem(await world.get('/api/v1/evidence', by), 'purpose-missing');
    expectProblem(await ask('evidence', { 'purpose-of-use': 'CURIOUS' }), 'unknown-purpose');
    for (const code of Object.keys(PURPOSES))
      expect(await rowOf(await ask('evidence?limit=1', { 'purpose-of-use': code }))).toMatchObject({
        purpose: code,
      });
  });

  test('each read says for what: as goes with the role, or as was said; nothing where neither is known', async () => {
    const path = `/api/v1/journeys/${one}`;
    expect(await rowOf(await world.get(path, CONSULTANT))).toMatchObject({ purpose: 'TREAT', journey: one });
    expect(await rowOf(await world.get(path, DESK))).toMatchObject({ purpose: 'COC' });
    expect(await rowOf(await world.get(path, CONSULTANT, { 'purpose-of-use': 'PATRQT' }))).toMatchObject({
      purpose: 'PATRQT',
    });
    expect(await rowOf(await world.get(path, ADMIN))).toMatchObject({ purpose: null });
    expect(await rowOf(await world.post('/api/v1/search', DESK, { nhsNumber: '9990000018' }))).toMatchObject({
      purpose: 'COC',
      filters: ['nhsNumber'],
    });
  });

  test('lists are on record by the names of their filters, and by no value or name that was made up', async () => {
    const row = await rowOf(await ask('evidence?q=wrist&site=site-canary'));
    expect(row).toMatchObject({ filters: ['q', 'site'], purpose: 'PATSFTY' });
    expect(JSON.stringify(row)).not.toMatch(/wrist|canary/);
    expect(await rowOf(await ask('evidence?canary-name=1'))).toMatchObject({
      filters: null,
      code: 'invalid-query',
    });
  });

  test('who looked at a record, when and why, is a question too', async () => {
    const before = (await items(`journeys/${other}/accesses?limit=200`)).length;
    const looked = await world.get(`/api/v1/journeys/${other}`, as('dr-nosy', 'consultant'), {
      'purpose-of-use': 'FAMRQT',
    });
    await world.get(`/api/v1/journeys/${one}`, as('dr-elsewhere', 'consultant'));
    const { body } = await ask(`journeys/${other}/accesses?limit=200`);
    // Ours of before, and the look.
    expect(body.items).toHaveLength(before + 2);
    expect(body.items.at(-1)).toMatchObject({
      person: 'dr-nosy',
      role: 'consultant',
      purpose: 'FAMRQT',
      route: '/api/v1/journeys/:journey',
      method: 'GET',
      status: 200,
      request: looked.headers['x-request-id'],
    });
    expect(JSON.stringify(body)).not.toContain('dr-elsewhere');
    expect(await items(`journeys/${other}/accesses?person=dr-nosy`)).toHaveLength(1);
    expect(await items(`journeys/${other}/accesses?role=gp`)).toEqual([]);
    expect(await items(`journeys/${other}/accesses?person=dr-nosy&to=${start}`)).toEqual([]);
    const csv = await ask(`journeys/${other}/accesses?person=dr-nosy`, { accept: 'text/csv' });
    expect(csv.text.split('\r\n')[1]).toContain('dr-nosy,consultant,FAMRQT,GET');
  });
});
