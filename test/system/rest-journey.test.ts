import type { z } from 'zod';
import { evidenceView } from '../../src/evidence/evidence.reader';
import { journeyItem } from '../../src/journeys/journey-list';
import { journeyView } from '../../src/journeys/journey-view';
import { worklistItem } from '../../src/obligations/obligations.reader';
import { pageView } from '../../src/api/paging';
import type { Reply } from './rest-world';
import { CONSULTANT, DESK, REPORTER, RIS, RestWorld, VETTER, reportBody, requestBody } from './rest-world';

const fits = (schema: z.ZodType, reply: Reply): void =>
  expect([reply.status, schema.safeParse(reply.body).error?.issues ?? []]).toEqual([200, []]);

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
    expect(closed.body.live).toEqual([closed.body.standingReport]);
    expect(closed.body.standingReport).toMatchObject({
      version: 'r1',
      category: 'cancer',
      alertFindings: ['f1'],
    });
  });

  test('stands on a Temporal that answers', async () => {
    expect((await world.call('GET', '/health/ready')).body).toMatchObject({ status: 'up', temporal: 'up' });
  });

  test('answers as the document says, with everything in it', async () => {
    const patient = { nhsNumber: '9990000069', name: 'Synthetic Person' };
    const id = await open({ patient, gp: { status: 'unknown' } });
    const at = `/api/v1/journeys/${id}`;
    const now = await world.at();
    const steps: [string, string, object][] = [
      ['return', VETTER, { reason: 'insufficient-information', note: 'Which side?' }],
      ['clarify', CONSULTANT, { decision: 'rebook', note: 'Left.' }],
      ['vet', VETTER, { priority: 'urgent' }],
      ['unbooked', RIS, { at: now }],
      ['did-not-attend', RIS, { at: now }],
      ['images', RIS, { at: now, site: 'site-2' }],
      ['transfer', RIS, { at: now, id: 't1', from: 'site-1', to: 'site-2' }],
      ['transfer-received', RIS, { at: now, id: 't1', complete: true }],
      ['viewed', CONSULTANT, { at: now, person: 'dr-hall', quality: 'low-definition', note: 'Looks clear.' }],
      [
        'flag',
        RIS,
        { at: now, id: 'call-1', category: 'critical', region: 'neck', raisedBy: 'rg-1', note: 'Called.' },
      ],
      ['claim', REPORTER, {}],
      ['report', RIS, reportBody(now, { text: 'Synthetic text.' })],
      ['enquiry', DESK, { at: now, id: 'q1', from: 'patient', about: 'not-heard', note: 'Rang twice.' }],
      ['hold', CONSULTANT, { at: now, kind: 'contact', on: true }],
      ['unusable', RIS, { at: now, reason: 'segment-missing', note: 'Garbled.' }],
      ['acknowledge', CONSULTANT, { version: 'r1', findings: ['f1'], how: 'screen' }],
    ];
    for (const [what, who, body] of steps)
      expect([what, (await world.post(`${at}/${what}`, who, body)).status]).toEqual([what, 200]);
    const one = await world.get(at, CONSULTANT);
    fits(journeyView, one);
    expect(one.body).toMatchObject({
      patient,
      unusable: [{ note: 'Garbled.' }],
      views: [{ note: 'Looks clear.' }],
    });
    expect(one.body.live.map((i: { version: string }) => i.version)).toEqual(['r1', 'flag:call-1']);
    fits(pageView(journeyItem), await world.get('/api/v1/journeys', DESK));
    fits(pageView(worklistItem), await world.get('/api/v1/worklist', DESK));
    fits(pageView(evidenceView), await world.get(`${at}/events?limit=200`, DESK));
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
