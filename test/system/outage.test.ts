import type { SeenEvent, SeenObligation } from '../chaos/checker/seen';
import { addressBook, begin, verdict } from '../chaos/plays';
import type { Play } from '../chaos/checker/seen';
import { Random } from '../chaos/random';
import { STORIES } from '../chaos/stories';
import { isAlive } from '../../src/local/processes';
import type { Program } from '../support/program';
import { acknowledgeBody, now, reportBody, requestBody } from './support/bodies';
import { CONSULTANT, DESK, RIS, VETTER, everyItem } from './support/client';
import type { Api } from './support/hospital';
import { Hospital } from './support/hospital';
import { Sender } from './support/sender';
import { eventually, passed } from './support/until';

/**
 * Postgres away: nothing is accepted, an alarm says that nobody is asked, and afterwards what fell due is on record, once, as
 * late. Temporal away: everything is accepted and waits, and what was received in time was in time.
 */

/** How long one decision is tried to be recorded before it is made anew. */
const ONE_DECISION_MS = 16_000;
const after = (instant: string, ms: number): string => new Date(Date.parse(instant) + ms).toISOString();

let hospital: Hospital;
let api: Api;
let worker: Program;
const plays: Play[] = [];

beforeAll(async () => {
  hospital = await Hospital.open();
  [api, worker] = await Promise.all([hospital.api(), hospital.worker()]);
}, 120_000);
afterAll(() => hospital?.close(), 60_000);

const sender = (name: string): Sender => {
  const made = new Sender(() => [api.client.url]);
  plays.push({ name, ends: 'open', sent: made.log });
  return made;
};

const events = (journey: string): Promise<SeenEvent[]> =>
  everyItem<SeenEvent>(api.client, `/api/v1/journeys/${journey}/events`);

const obligation = async (journey: string, key: string): Promise<SeenObligation | undefined> => {
  const { body } = await api.client.get(`/api/v1/journeys/${journey}/obligations?ended=true`, DESK);
  return (body.items as SeenObligation[]).find((o) => o.key === key);
};

/** A critical report that waits for its acknowledgement. */
const reported = async (by: Sender): Promise<string> => {
  const { journey } = await by.send('/api/v1/journeys', RIS, requestBody());
  await by.send(`/api/v1/journeys/${journey}/vet`, VETTER, { priority: 'urgent' });
  await by.send(`/api/v1/journeys/${journey}/images`, RIS, { at: now() });
  await by.send(`/api/v1/journeys/${journey}/report`, RIS, reportBody());
  return journey!;
};

const clean = async () => {
  const outside = { url: api.client.url, plays, mails: () => hospital.mails(), addresses: addressBook() };
  const { seen, violations } = await verdict(outside);
  expect(violations).toEqual({});
  return seen;
};

test('Postgres away, then back', async () => {
  const by = sender('while Postgres was away');
  const journey = await reported(by);
  const asked = await obligation(journey, 'acknowledge:r1');
  const said = worker.output().length;

  await hospital.postgres.stopImmediately();
  const body = requestBody();
  const key = { 'idempotency-key': 'while-postgres-is-away' };
  const refused = await Promise.all([
    api.client.post('/api/v1/journeys', RIS, body, key),
    api.client.post(`/api/v1/journeys/${journey}/acknowledge`, CONSULTANT, acknowledgeBody()),
    api.client.get('/api/v1/worklist', DESK),
  ]);
  for (const reply of refused) {
    expect(reply).toMatchObject({ status: 503, body: { type: '/problems/unavailable', status: 503 } });
    expect(reply.headers.get('content-type')).toContain('application/problem+json');
    expect(Number(reply.headers.get('retry-after'))).toBeGreaterThan(0);
  }
  expect(await api.client.get('/health/ready')).toMatchObject({
    status: 503,
    body: { status: 'down', postgres: 'down', temporal: 'up' },
  });
  expect((await api.client.get('/health/live')).status).toBe(200);
  await passed(asked!.dueAt);
  await eventually('an alarm in the log of the worker, which needs no Postgres', () =>
    /ALARM: Postgres/.test(worker.output().slice(said)),
  );
  // One decision is tried for at most 16 s (3 tries of 5 s and their waits) before it is made anew: gone for longer than that.
  await passed(after(asked!.dueAt, ONE_DECISION_MS));
  const goneUntil = now();
  await hospital.postgres.start();

  await eventually(
    'the API accepts again',
    async () => (await api.client.get('/health/ready')).status === 200,
  );
  const again = await api.client.post('/api/v1/journeys', RIS, body, { ...key, prefer: 'wait=20' });
  expect(again).toMatchObject({ status: 201, body: { created: true } });
  plays.push({
    name: 'the same request again',
    ends: 'open',
    sent: [
      {
        path: '/api/v1/journeys',
        who: RIS,
        type: 'request',
        body,
        key: key['idempotency-key'],
        attempts: [503, 201],
        command: again.body.command,
        journey: again.body.journey,
        end: { status: 201 },
      },
    ],
  });
  const late = await eventually('the deadline that passed is on record', async () => {
    const after = (await events(journey)).filter((e) => e.type === 'asked' && e.at > asked!.dueAt);
    return after.length > 0 && after;
  });
  expect(late[0]).toMatchObject({ key: 'acknowledge:r1', asks: asked!.asks + 1, why: 'deadline' });
  // When it could be recorded, not when it should have been.
  expect(late[0]!.at > after(goneUntil, -ONE_DECISION_MS)).toBe(true);
  expect(late.filter((e) => e.cause === late[0]!.cause)).toHaveLength(1);
  await clean(); // and what was answered 503 is nowhere
  expect([isAlive(worker.pid), isAlive(api.pid)]).toEqual([true, true]); // both went on by themselves
}, 180_000);

test('Temporal away, then back', async () => {
  const by = sender('while Temporal was away');
  const [inTime, tooLate] = await Promise.all([reported(by), reported(by)]);
  const { limitAt } = (await obligation(inTime, 'acknowledge:r1'))!;
  await hospital.temporal.kill9();
  const missed = (await obligation(tooLate, 'acknowledge:r1'))!;
  const { asks } = (await obligation(inTime, 'acknowledge:r1'))!;

  expect(now() < limitAt).toBe(true);
  const acknowledge = (journey: string) =>
    by.accepted(`/api/v1/journeys/${journey}/acknowledge`, CONSULTANT, acknowledgeBody());
  expect((await acknowledge(inTime)).attempts).toEqual([202]);
  const opened = await by.accepted('/api/v1/journeys', RIS, requestBody());
  expect(opened.attempts).toEqual([202]);
  for (const id of ['first', 'second', 'third'])
    await by.accepted(`/api/v1/journeys/${opened.journey}/enquiry`, RIS, {
      at: now(),
      id,
      from: 'patient',
      about: 'not-heard',
    });
  const received = await api.client.get(`/api/v1/journeys/${opened.journey}`, CONSULTANT);
  expect(received.body).toMatchObject({ stage: 'received', waiting: 4, obligations: [] });
  const list = await everyItem<{ id: string }>(api.client, '/api/v1/journeys?stage=received');
  expect(list.map((j) => j.id)).toEqual([opened.journey]);
  expect(await api.client.get('/health/ready')).toMatchObject({ status: 200, body: { temporal: 'down' } });
  await passed(missed.limitAt);
  await passed(missed.dueAt);
  expect((await acknowledge(tooLate)).attempts).toEqual([202]);
  await hospital.temporal.start();

  // Timers ring before what was received meanwhile is delivered: it counts first all the same, and nobody is asked in vain.
  await hospital.settled();
  const acted = await Promise.all([inTime, tooLate].map((journey) => obligation(journey, 'acknowledge:r1')));
  expect(acted[0]).toMatchObject({ ended: { how: 'discharged', late: false }, asks });
  expect(acted[1]).toMatchObject({ ended: { how: 'discharged', late: true }, asks: missed.asks });
  const ended = (await events(inTime)).find((e) => e.type === 'ended' && e['key'] === 'acknowledge:r1')!;
  expect(ended.at > limitAt).toBe(true); // recorded after the limit, and in time all the same
  const overdue = (await events(tooLate)).findLast((e) => e['key'] === 'acknowledge:r1')!;
  expect(overdue).toMatchObject({ type: 'ended', late: true, passed: missed.dueAt });
  const rows = (await events(opened.journey!)).filter((e) => e.type === 'request' || e.type === 'enquiry');
  expect(rows.map((e) => (e['data'] as { id?: string }).id)).toEqual([undefined, 'first', 'second', 'third']);
  await clean();
}, 180_000);

test('an outage in the middle of journeys that people are working on', async () => {
  const stage = begin(STORIES.slice(0, 4), () => [api.client.url], new Random(7), {
    betweenMs: 400,
    spreadMs: 500,
  });
  plays.push(...stage.plays);
  for (let round = 0; round < 2; round++) {
    const so = stage.plays.flatMap((p) => p.sent).filter((s) => s.end !== undefined).length;
    await eventually(
      'work goes on',
      () => stage.plays.flatMap((p) => p.sent).filter((s) => s.end).length > so + 3,
    );
    await hospital.postgres.stopImmediately();
    await hospital.postgres.start();
  }
  await stage.over;
  await clean();
}, 180_000);
