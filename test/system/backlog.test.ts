import { join } from 'node:path';
import { closedLoop } from '../../bench/closed-loop';
import { percentile } from '../../bench/numbers';
import { BEHIND_AT_ONCE } from '../../src/intake/relay';
import { root } from '../../src/local/paths';
import { loadPolicy } from '../../src/policy/policy-file';
import type { BacklogMessage } from '../support/backlog';
import { REQUESTERS, backlogOf } from '../support/backlog';
import { requestBody } from './support/bodies';
import { ADMIN, RIS, VETTER, as } from './support/client';
import type { Api } from './support/hospital';
import { Hospital, stopped } from './support/hospital';
import { eventually } from './support/until';

/** The RIS was dark for three weeks and sends everything at once, while the hospital works on. Real servers, real time. */

const MESSAGES = 900;
const PACS = as('pacs-1', 'system');
/** Longer than any command may take on a busy machine, and far below what the backlog takes as a whole. */
const LONGEST_MS = 10_000;

let hospital: Hospital;
let api: Api;
let sent: BacklogMessage[];
const took = { before: [] as number[], during: [] as number[] };

const count = async (sql: string): Promise<number> =>
  (await hospital.postgres.query<{ n: number }>(`select count(*)::int as n from ${sql}`))[0]!.n;
const left = (): Promise<number> => count(`inbox where feed = 'ris' and outcome is null`);

/** A request comes in and is vetted. @returns how long each of the two took until its outcome was known */
const command = async (): Promise<number[]> => {
  const took: number[] = [];
  const timed = async (path: string, who: string, body: unknown): Promise<string> => {
    const began = performance.now();
    const reply = await api.client.post(path, who, body, { prefer: 'wait=30' });
    took.push(performance.now() - began);
    expect([path, reply.body.result]).toEqual([path, 'recorded']);
    return reply.body.journey;
  };
  const journey = await timed('/api/v1/journeys', PACS, requestBody({ priority: 'routine' }));
  await timed(`/api/v1/journeys/${journey}/vet`, VETTER, { priority: 'routine' });
  return took;
};

const directory = async (): Promise<void> => {
  for (let i = 0; i < REQUESTERS; i++) {
    const id = `requester-of-${i}`;
    const person = { name: `Synthetic ${id}`, email: `${id}@northmoor.example.org`, roles: ['requester'] };
    await well('PUT', `/api/v1/directory/people/${id}`, person);
  }
};

const well = async (method: 'PUT' | 'POST', path: string, body: unknown): Promise<void> => {
  const headers = { authorization: ADMIN, 'content-type': 'application/json' };
  const reply = await fetch(api.client.url + path, { method, headers, body: JSON.stringify(body) });
  expect([path, reply.ok]).toEqual([path, true]);
};

beforeAll(async () => {
  hospital = await Hospital.open();
  api = await hospital.api();
  await well('POST', '/api/v1/admin/policies', loadPolicy(join(root, 'policies', 'england.yaml')));
  await directory();
  const feed = { name: 'A RIS (synthetic)', principals: ['ris-1'], quiet: { elapsed: 'P1D' } };
  await well('PUT', '/api/v1/admin/feeds/ris', feed);
  sent = backlogOf(MESSAGES, new Date(), 7, 'requester-of');
}, 180_000);
afterAll(() => hospital?.close(), 60_000);

test('the backlog is accepted while no worker lives', async () => {
  const worker = await hospital.worker();
  for (let i = 0; i < 5; i++) await command();
  for (let i = 0; i < 20; i++) took.before.push(...(await command()));
  await stopped(worker);
  await closedLoop(MESSAGES, 8, async (i) => {
    const { type, body } = sent[i]!;
    const reply = await api.client.post(`/api/v1/messages/${type}`, RIS, body, { prefer: 'respond-async' });
    expect(reply.status).toBe(202);
  });
  expect(await left()).toBe(MESSAGES);
}, 180_000);

test('what happens now overtakes it: with all of it waiting, a command takes as long as a command takes', async () => {
  await hospital.worker();
  await eventually('the first of it is recorded', async () => (await left()) < MESSAGES);
  let most = 0;
  for (let i = 0; i < 20; i++) {
    took.during.push(...(await command()));
    most = Math.max(most, await count('delivery where behind and finished_n < delivered_n'));
  }
  // Each of them was answered while much of the backlog still waited for its turn.
  expect(await left()).toBeGreaterThan(0);
  expect(Math.max(...took.during)).toBeLessThan(LONGEST_MS);
  expect(most).toBeGreaterThan(0);
  expect(most).toBeLessThanOrEqual(BEHIND_AT_ONCE);
  const p99 = { before: percentile(took.before, 0.99), during: percentile(took.during, 0.99) };
  console.info(
    `p99 of a command: ${p99.before.toFixed(0)} ms before, ${p99.during.toFixed(0)} ms during the drain`,
  );
}, 180_000);

test('no critical finding waits for its turn', async () => {
  const late = await count(
    `inbox i where feed = 'ris' and type = 'report' and data -> 'findings' @> '[{"category": "critical"}]' and outcome is null`,
  );
  expect([late, (await left()) > 0]).toEqual([0, true]);
  const criticals = new Set(sent.filter((m) => m.critical)).size;
  expect(criticals).toBeGreaterThan(3);
  expect(await count(`ask where category = 'critical' and kind = 'acknowledge'`)).toBeGreaterThanOrEqual(
    criticals,
  );
});

test('all of it is recorded, and nobody was asked about what the rest of it makes needless', async () => {
  await hospital.settled(300_000);
  expect(await left()).toBe(0);
  const storm = await hospital.postgres.query<{ recipient: string; kind: string; asks: number }>(
    `select a.recipient, a.kind, count(distinct (a.journey, a.key, a.ask))::int as asks
     from ask a join inbox i on i.journey = a.journey and i.n = 1 and i.feed = 'ris'
     where a.category is distinct from 'critical' and a.kind <> 'clarify' and a.purpose = 'ask' group by 1, 2`,
  );
  expect(storm).toEqual([]);
  const most = await hospital.postgres.query<{ recipient: string; asks: number }>(
    `select recipient, count(distinct (journey, key, opening, ask))::int as asks from ask
     where role <> 'desk' and category is distinct from 'critical' group by 1 order by 2 desc limit 1`,
  );
  expect(most[0]!.asks).toBeLessThanOrEqual(
    loadPolicy(join(root, 'policies', 'england.yaml')).askCeiling.perPerson + 2,
  );
}, 400_000);

test('what was received adds up, and is what was sent', async () => {
  const [from, to] = [Date.now() - 3_600_000, Date.now() - 1].map((ms) => new Date(ms).toISOString());
  const reply = await eventually('the counts', () =>
    api.client.get(`/api/v1/admin/feeds/ris/counts?from=${from}&to=${to}`, ADMIN),
  );
  const { received, matched, unmatched, quarantined } = reply.body;
  expect([received, matched + unmatched + quarantined]).toEqual([MESSAGES, MESSAGES]);
});
