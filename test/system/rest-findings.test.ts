import { randomUUID } from 'node:crypto';
import { may } from '../../src/api/permissions';
import { randomUUIDv7 } from '../../src/ids';
import { ADMIN, CONSULTANT, DESK, RestWorld, as } from './rest-world';

/** What the watchdog found, as an administrator or the engineer on call reads it. */

const AT = '/api/v1/admin/findings';
const ENGINEER = as('engineer-1', 'on-call-engineer');

let world: RestWorld;
const journey = randomUUID();
beforeAll(async () => {
  world = await RestWorld.start({ worker: false });
  const found = [
    ['deadline-passed', journey, true],
    ['run-missing', journey, false],
    ['deadline-passed', randomUUID(), true],
    ['worker-away', null, true],
  ] as const;
  for (const [code, of, open] of found) {
    await new Promise((resolve) => setTimeout(resolve, 2)); // an id begins with its millisecond
    await world.db.query(
      `insert into finding (id, code, journey, ref, reason, remedy, cleared_at)
       values ($1, $2, $3, $4, 'Synthetic.', 'replay', case when $5 then null else now() end)`,
      [randomUUIDv7(), code, of, of ?? 'worker', open],
    );
  }
});
afterAll(() => world.stop());

const codes = async (query: string): Promise<string[]> => {
  const { body } = await world.get(`${AT}?${query}`, ENGINEER);
  return body.items.map((item: { code: string }) => item.code);
};

test('the newest first, by code, by journey, and whether it is so now', async () => {
  expect(await codes('')).toEqual(['worker-away', 'deadline-passed', 'run-missing', 'deadline-passed']);
  expect(await codes('code=deadline-passed')).toHaveLength(2);
  expect(await codes(`journey=${journey}`)).toEqual(['run-missing', 'deadline-passed']);
  expect(await codes(`journey=${journey}&open=true`)).toEqual(['deadline-passed']);
  expect(await codes('open=false')).toEqual(['run-missing']);
});

test('page by page each is shown once', async () => {
  const first = (await world.get(`${AT}?limit=3`, ADMIN)).body;
  const second = (await world.get(`${AT}?limit=3&cursor=${first.next}`, ADMIN)).body;
  expect([...first.items, ...second.items]).toHaveLength(4);
  expect(new Set([...first.items, ...second.items].map((item: { id: string }) => item.id)).size).toBe(4);
  expect(second.next).toBeUndefined();
});

test('the desk, which owns it, reads it; who treats has no business there; a code that does not exist is refused', async () => {
  expect((await world.get(AT, CONSULTANT)).status).toBe(403);
  expect((await world.get(AT, DESK)).status).toBe(200);
  expect((await world.get(`${AT}?code=moon-phase`, ADMIN)).status).toBe(400);
});

test('the engineer sees journeys, and not whose they are', async () => {
  expect((await world.get('/api/v1/worklist', ENGINEER)).status).toBe(200);
  expect((await world.get('/api/v1/journeys', ENGINEER)).status).toBe(200);
  expect(may('on-call-engineer', 'patient:read')).toBe(false);
  expect((await world.get('/api/v1/call-list', ENGINEER)).status).toBe(403);
});
