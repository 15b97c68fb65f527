import { loadBankHolidays } from '../../src/policy/bank-holidays';
import type { BankHolidays } from '../../src/policy/bank-holidays';
import { loadPolicy } from '../../src/policy/policy-file';
import { ADMIN, CONSULTANT, DESK, RIS, RestWorld, VETTER, requestBody } from './rest-world';

/** What administrators change: policies, bank holidays, and the deadlines of many journeys at once. */

let world: RestWorld;
beforeAll(async () => {
  world = await RestWorld.start({ worker: true });
}, 120_000);
afterAll(() => world.stop());

const open = async (more: object = {}): Promise<string> =>
  (await world.post('/api/v1/journeys', RIS, requestBody(await world.at(), more))).body.journey as string;

const eventsOf = async (id: string): Promise<{ type: string; key?: string; limitAt?: string }[]> => {
  await world.loop!.quiet();
  return (await world.get(`/api/v1/journeys/${id}/events?limit=200`, DESK)).body.items;
};
const count = (events: { type: string }[], type: string): number =>
  events.filter((e) => e.type === type).length;

const withHoliday = (table: BankHolidays, division: keyof BankHolidays, date: string): BankHolidays => ({
  ...table,
  [division]: {
    ...table[division],
    events: [...table[division].events, { title: 'Proclaimed', date, notes: '', bunting: false }],
  },
});

describe('policies', () => {
  test('one that is loaded is kept by its hash and stands for new journeys; open ones stay with theirs', async () => {
    const old = (await world.get('/api/v1/policies/current', CONSULTANT)).body;
    const before = await open();
    const changed = { ...loadPolicy('policies/england.yaml'), version: '2' };
    const loaded = await world.post('/api/v1/admin/policies', ADMIN, changed);
    expect(loaded).toMatchObject({
      status: 201,
      headers: { location: `/api/v1/policies/${loaded.body.hash}` },
    });
    const after = await open();
    expect((await world.get(`/api/v1/journeys/${before}`, DESK)).body.policy).toBe(old.hash);
    expect((await world.get(`/api/v1/journeys/${after}`, DESK)).body.policy).toBe(loaded.body.hash);
    const current = await world.get('/api/v1/policies/current', CONSULTANT);
    expect(current.body).toMatchObject({ hash: loaded.body.hash, version: '2', stands: true, signed: false });
    const { items } = (await world.get('/api/v1/policies', CONSULTANT)).body;
    expect(items.map((p: { stands: boolean }) => p.stands).sort()).toEqual([false, true]);
    // The one before is kept as it was, for those that are pinned to it.
    expect((await world.get(`/api/v1/policies/${old.hash}`, CONSULTANT)).body).toMatchObject({
      version: '1',
      stands: false,
    });
  });

  test('one that is wrong is refused by its places, and nothing changes', async () => {
    const { hash } = (await world.get('/api/v1/policies/current', CONSULTANT)).body;
    const policy = loadPolicy('policies/england.yaml');
    const broken = {
      ...policy,
      rules: policy.rules.map((rule, i) => (i === 0 ? { ...rule, ladder: 'nowhere' } : rule)),
    };
    const reply = await world.post('/api/v1/admin/policies', ADMIN, broken);
    expect(reply).toMatchObject({ status: 422, body: { code: 'invalid-body' } });
    expect(reply.body.errors[0].pointer).toMatch(/^\/rules\/0/);
    expect((await world.get('/api/v1/policies/current', CONSULTANT)).body.hash).toBe(hash);
    expect((await world.post('/api/v1/admin/policies', CONSULTANT, policy)).status).toBe(403);
  });

  test('who owes what by when, for all areas or one', async () => {
    const all = await world.get('/api/v1/policies/current/who-owes-what', CONSULTANT);
    const [first] = all.body.areas;
    const one = await world.get(`/api/v1/policies/current/who-owes-what?area=${first.code}`, CONSULTANT);
    expect(one.body.areas).toEqual([first]);
    expect(all.body.areas.length).toBeGreaterThan(3);
  });
});

describe('bank holidays', () => {
  const inDays = async (days: number): Promise<string> => (await world.at(days * 86_400)).slice(0, 10);

  test('one proclaimed later re-plans the open journeys that it touches, and no other', async () => {
    const touched = await open();
    const done = await open();
    await world.post(`/api/v1/journeys/${done}/images`, RIS, { at: await world.at() });
    const table = loadBankHolidays();

    const scottish = await world.post(
      '/api/v1/admin/calendar',
      ADMIN,
      withHoliday(table, 'scotland', await inDays(1)),
    );
    expect(scottish).toMatchObject({ status: 200, body: { journeys: 0 } });
    const distant = await world.post(
      '/api/v1/admin/calendar',
      ADMIN,
      withHoliday(table, 'england-and-wales', '2097-05-05'),
    );
    expect(distant.body.journeys).toBe(0);
    expect(count(await eventsOf(touched), 'replan')).toBe(0);

    // The next three days: whatever weekday it is, at least one of them would have been a working day.
    const [a, b, c] = [await inDays(1), await inDays(2), await inDays(3)];
    const proclaimed = [a, b, c].reduce((t, day) => withHoliday(t, 'england-and-wales', day), table);
    const reply = await world.post('/api/v1/admin/calendar', ADMIN, proclaimed);
    expect(reply.status).toBe(200);
    expect(reply.body.journeys).toBeGreaterThanOrEqual(2);
    expect(count(await eventsOf(touched), 'replan')).toBe(1);
    expect((await world.get('/api/v1/admin/calendar', ADMIN)).body).toEqual(proclaimed);

    // Loading the same table again touches nothing.
    expect((await world.post('/api/v1/admin/calendar', ADMIN, proclaimed)).body.journeys).toBe(0);
  });

  test('a deadline on working days moves; one that runs day and night does not', async () => {
    const id = await open();
    await world.post(`/api/v1/journeys/${id}/vet`, VETTER, { priority: 'routine' });
    const { items } = (await world.get(`/api/v1/journeys/${id}/obligations`, DESK)).body;
    const policy = (await world.get('/api/v1/policies/current', DESK)).body.policy;
    const clocks = new Set(
      policy.rules
        .filter((r: { kind: string }) => r.kind === items[0].kind)
        .map((r: { limit: { clock: string } }) => r.limit.clock),
    );
    const now = await world.get('/api/v1/admin/calendar', ADMIN);
    const day = items[0].limitAt.slice(0, 10);
    await world.post('/api/v1/admin/calendar', ADMIN, withHoliday(now.body, 'england-and-wales', day));
    const events = await eventsOf(id);
    expect(count(events, 'replan')).toBe(1);
    if (clocks.size === 1 && clocks.has('elapsed')) expect(count(events, 'rescheduled')).toBe(0);
  });

  test('a table that is none is refused', async () => {
    const reply = await world.post('/api/v1/admin/calendar', ADMIN, { scotland: {} });
    expect(reply).toMatchObject({ status: 422, body: { code: 'invalid-body' } });
  });
});

describe('re-planning many', () => {
  test('gives a row to each open journey that the filter picks, and pins it to the policy that is named', async () => {
    const site = 'site-replan';
    const ids = [await open({ site }), await open({ site })];
    const other = await open();
    const policy = { ...loadPolicy('policies/england.yaml'), version: '3' };
    const { hash } = (await world.post('/api/v1/admin/policies', ADMIN, policy)).body;
    const reply = await world.post('/api/v1/admin/replan', ADMIN, { filter: { site }, policy: hash });
    expect(reply).toMatchObject({ status: 202, body: { journeys: 2 } });
    for (const id of ids) {
      expect(count(await eventsOf(id), 'replan')).toBe(1);
      expect((await world.get(`/api/v1/journeys/${id}`, DESK)).body.policy).toBe(hash);
    }
    expect(count(await eventsOf(other), 'replan')).toBe(0);
  });

  test('refuses a policy that nobody loaded', async () => {
    const body = { filter: {}, policy: 'f'.repeat(64) };
    expect((await world.post('/api/v1/admin/replan', ADMIN, body)).body.errors).toEqual([
      { pointer: '/policy', message: 'no policy has that hash' },
    ]);
  });
});

test('the directory says who is who, and no address of theirs', async () => {
  const { body, text } = await world.get('/api/v1/directory', CONSULTANT);
  expect(body.people.length).toBeGreaterThan(5);
  expect(body.people.map((p: { id: string }) => p.id)).toContain(body.leads.desk);
  expect(text).not.toContain('@');
});
