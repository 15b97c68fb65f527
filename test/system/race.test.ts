import { randomUUID } from 'node:crypto';
import { acknowledgeBody, freshOrder, now, reportBody, requestBody } from './support/bodies';
import type { Client, Reply } from './support/client';
import { CONSULTANT, DESK, RIS, VETTER, as, everyItem } from './support/client';
import { Hospital } from './support/hospital';

/** Two API processes on one database: whatever races there ends in one journey, one command, one answer. */

let hospital: Hospital;
let clients: Client[];

beforeAll(async () => {
  hospital = await Hospital.open();
  const [one, other] = await Promise.all([hospital.api(), hospital.api(), hospital.worker()]);
  clients = [one.client, other.client];
}, 120_000);
afterAll(() => hospital?.close(), 60_000);

const WAIT = { prefer: 'wait=30' };

/** The same thing `times` over at the same moment, from both processes in turn. */
const atOnce = (times: number, act: (client: Client, i: number) => Promise<Reply>): Promise<Reply[]> =>
  Promise.all(Array.from({ length: times }, (_, i) => act(clients[i % clients.length]!, i)));

const distinct = <T>(items: readonly T[]): T[] => [...new Set(items)];
const statuses = (replies: readonly Reply[]): number[] => distinct(replies.map((r) => r.status)).sort();

test('fifty posts of one order from two processes are one journey', async () => {
  const body = requestBody();
  const replies = await atOnce(50, (client) => client.post('/api/v1/journeys', RIS, body, WAIT));
  expect(statuses(replies)).toEqual([200, 201]);
  expect(replies.filter((r) => r.body.created)).toHaveLength(1);
  const journeys = distinct(replies.map((r) => r.body.journey as string));
  expect(journeys).toHaveLength(1);
  expect(distinct(replies.map((r) => r.body.command as string))).toHaveLength(50); // each was taken in on its own
  const events = await everyItem<{ type: string; cause: string }>(
    clients[0]!,
    `/api/v1/journeys/${journeys[0]}/events`,
  );
  expect(events.filter((e) => e.type === 'request')).toHaveLength(1);
  expect(events.filter((e) => e.type === 'noted')).toHaveLength(49);
}, 90_000);

test('fifty posts under one Idempotency-Key from two processes are one command', async () => {
  const body = requestBody();
  const key = { 'idempotency-key': randomUUID() };
  const replies = await atOnce(50, (client) =>
    client.post('/api/v1/journeys', RIS, body, { ...WAIT, ...key }),
  );
  const busy = replies.filter((r) => r.status === 409);
  const answered = replies.filter((r) => r.status !== 409);
  expect(
    busy.every((r) => r.body.code === 'idempotency-in-flight' && r.headers.get('retry-after') === '1'),
  ).toBe(true);
  expect(statuses(answered)).toEqual([201]);
  const again = await clients[1]!.post('/api/v1/journeys', RIS, body, { ...WAIT, ...key });
  expect(distinct([...answered, again].map((r) => r.body.command as string))).toHaveLength(1);
  const sql = 'select 1 from inbox where journey = $1';
  expect(await hospital.postgres.query(sql, [again.body.journey])).toHaveLength(1);
}, 90_000);

test('of two people who acknowledge at once, one has done it and the other is told so', async () => {
  const rounds = 8;
  const people = [CONSULTANT, as('consultant-2', 'consultant')];
  await Promise.all(
    Array.from({ length: rounds }, async (_, round) => {
      const client = clients[round % 2]!;
      const { journey } = (await client.post('/api/v1/journeys', RIS, requestBody(), WAIT)).body;
      const at = `/api/v1/journeys/${journey}`;
      await client.post(`${at}/vet`, VETTER, { priority: 'urgent' }, WAIT);
      await client.post(`${at}/images`, RIS, { at: now() }, WAIT);
      await client.post(`${at}/report`, RIS, reportBody(), WAIT);
      const replies = await atOnce(2, (c, i) =>
        c.post(`${at}/acknowledge`, people[i]!, acknowledgeBody(), WAIT),
      );
      expect(statuses(replies)).toEqual([200, 409]);
      expect(replies.find((r) => r.status === 409)!.body).toMatchObject({ code: 'already-done' });
      const { body } = await client.get(at, CONSULTANT);
      const [acknowledgement] = body.acknowledgements;
      expect(body.acknowledgements).toHaveLength(1);
      expect(replies.find((r) => r.status === 200)!.body.event).toBe(acknowledgement.seq);
    }),
  );
}, 90_000);

test('messages that tie two orders together from both ends are one journey in the end, and none is refused', async () => {
  const patient = { nhsNumber: '9990000018', name: 'Test Patient (synthetic)' };
  const accession = { assigner: 'pacs', type: 'accession', value: `ACC-${randomUUID().slice(0, 13)}` };
  const orders = [freshOrder(), freshOrder()];
  const openers = orders.map((order) => requestBody({ identifiers: [order], patient }));
  await Promise.all(openers.map((body, i) => clients[i]!.post('/api/v1/journeys', RIS, body, WAIT)));
  const replies = await atOnce(20, (client, i) =>
    client.post(
      '/api/v1/messages/images',
      RIS,
      {
        at: now(),
        count: i,
        patient,
        identifiers: i % 3 === 0 ? [accession, ...orders] : [orders[i % 2], accession],
      },
      WAIT,
    ),
  );
  expect(replies.filter((r) => r.status >= 300).map((r) => [r.status, r.text])).toEqual([]);
  await hospital.settled();
  const found = await clients[0]!.post('/api/v1/search', DESK, { accession: accession.value });
  const mine = found.body.items as { id: string; mergedInto?: string }[];
  expect(mine.filter((j) => j.mergedInto === undefined)).toHaveLength(1);
  const survivor = await clients[0]!.get(`/api/v1/journeys/${mine[0]!.id}`, CONSULTANT);
  expect(survivor.body.images).toHaveLength(20);
}, 90_000);
