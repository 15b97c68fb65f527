import { ADMIN, DESK, RIS, RestWorld, as, reportBody, requestBody } from './rest-world';

/** A team's worklist: what one of them answers for or is asked about, each duty once, in the order of all. */

interface Item {
  key: string;
  journey: { id: string };
  accountable: { person: string };
  askedNow: { person: string };
}

const AT = '/api/v1/directory';
let world: RestWorld;
beforeAll(async () => {
  world = await RestWorld.start({ worker: true });
  for (const id of ['dr-lead', 'dr-member', 'dr-both', 'dr-outside', 'dr-cover', 'dr-idle'])
    await put(`people/${id}`, {
      name: `${id} (synthetic)`,
      email: `${id}@synthetic.invalid`,
      roles: ['consultant', 'requester', 'registrar'],
    });
  await team('chest', 'dr-lead', ['dr-member', 'dr-both']);
}, 120_000);
afterAll(() => world.stop());

const put = async (path: string, body: unknown): Promise<void> => {
  const reply = await world.call('PUT', `${AT}/${path}`, { as: ADMIN, body });
  expect([path, reply.status]).toEqual([path, 200]);
  await world.loop!.quiet();
};
const team = (id: string, lead: string, members: string[]): Promise<void> =>
  put(`teams/${id}`, { name: `Team ${id}`, lead, members });
const away = async (person: string, cover?: string): Promise<void> => {
  const absence = { from: await world.at(-60), to: await world.at(86_400), cover };
  await put(`people/${person}/absences`, { absences: cover === undefined ? [] : [absence] });
};
/** A report with an alert that this consultant is asked about at once. */
const reported = async (consultant: string): Promise<string> => {
  const at = await world.at();
  const { journey } = (await world.post('/api/v1/journeys', RIS, requestBody(at, { consultant }))).body;
  const findings = [{ id: 'f1', category: 'critical', expected: false, region: 'chest' }];
  await world.post(`/api/v1/journeys/${journey}/report`, RIS, reportBody(at, { findings }));
  return journey as string;
};
const worklist = async (query: string): Promise<Item[]> => {
  const reply = await world.get(`/api/v1/worklist?${query}`, DESK);
  expect(reply.status).toBe(200);
  return reply.body.items;
};
const acknowledging = async (query: string): Promise<string[]> =>
  (await worklist(`${query}&kind=acknowledge`)).map((item) => item.journey.id);

test('what its lead and members owe stands on it, and nobody else’s', async () => {
  const theirs = [await reported('dr-lead'), await reported('dr-member'), await reported('dr-both')];
  const outside = await reported('dr-outside');
  const seen = await acknowledging('team=chest');
  expect(seen.toSorted()).toEqual(theirs.toSorted());
  expect(await acknowledging('')).toContain(outside);
});

test('page by page it is what a filter of everything gives: each duty once, in the order of breach', async () => {
  await away('dr-member', 'dr-both'); // now one of them answers, and another of them is asked
  const people = ['dr-lead', 'dr-member', 'dr-both'];
  const all = await worklist('limit=200');
  const theirs = all.filter(
    ({ accountable, askedNow }) => people.includes(accountable.person) || people.includes(askedNow.person),
  );
  expect(theirs.length).toBeGreaterThan(6);
  expect(theirs.length).toBeLessThan(all.length);
  expect(theirs.some((o) => o.accountable.person === 'dr-member' && o.askedNow.person === 'dr-both')).toBe(
    true,
  );
  for (const limit of [1, 2, 5]) {
    const seen: Item[] = [];
    let cursor = '';
    do {
      const page = await world.get(`/api/v1/worklist?team=chest&limit=${limit}${cursor}`, DESK);
      expect(page.body.items.length).toBeLessThanOrEqual(limit);
      seen.push(...page.body.items);
      cursor = page.body.next === undefined ? '' : `&cursor=${page.body.next}`;
    } while (cursor !== '');
    const idOf = ({ journey, key }: Item): string => `${journey.id} ${key}`;
    expect(seen.map(idOf)).toEqual(theirs.map(idOf));
  }
  await away('dr-member');
});

test('a substitute from outside: the duty stays on the list of whose it is, with the substitute as who is asked', async () => {
  await away('dr-member', 'dr-cover');
  const [covered, own] = [await reported('dr-member'), await reported('dr-cover')];
  const listed = (await worklist('team=chest&kind=acknowledge')).find((o) => o.journey.id === covered);
  expect(listed).toMatchObject({
    accountable: { person: 'dr-member' },
    askedNow: { person: 'dr-cover' },
    insteadOf: { person: 'dr-member' },
    because: 'absent',
  });
  expect(await acknowledging('team=chest')).not.toContain(own);
  await away('dr-member');
});

test('a member who stands in for somebody outside: on the list until it is done', async () => {
  const journey = await reported('dr-outside');
  expect(await acknowledging('team=chest')).not.toContain(journey);
  await away('dr-outside', 'dr-both');
  expect(await acknowledging('team=chest')).toContain(journey);
  await away('dr-outside');
  const done = await world.post(`/api/v1/journeys/${journey}/acknowledge`, as('dr-outside', 'consultant'), {
    version: 'r1',
    findings: ['f1'],
    how: 'voice',
    readBack: true,
  });
  expect(done.status).toBe(200);
  expect(await acknowledging('team=chest')).not.toContain(journey);
});

test('whoever comes into a team brings what they owe, and takes it away again', async () => {
  const journey = await reported('dr-outside');
  await team('chest', 'dr-lead', ['dr-member', 'dr-both', 'dr-outside']);
  expect(await acknowledging('team=chest')).toContain(journey);
  await team('chest', 'dr-lead', ['dr-member', 'dr-both']);
  expect(await acknowledging('team=chest')).not.toContain(journey);
});

test('a team without members is its lead; one that owes nothing has an empty list', async () => {
  await team('alone', 'dr-outside', []);
  expect(await acknowledging('team=alone')).toEqual(await acknowledging('person=dr-outside'));
  expect((await acknowledging('team=alone')).length).toBeGreaterThan(0);
  await team('idle', 'dr-idle', []);
  const idle = await world.get('/api/v1/worklist?team=idle', DESK);
  expect(idle).toMatchObject({ status: 200, body: { items: [] } });
  expect(idle.body.next).toBeUndefined();
});

test('together with another filter both hold', async () => {
  const both = await acknowledging('team=chest&person=dr-both');
  expect(both).toEqual(await acknowledging('person=dr-both'));
  expect(await acknowledging('team=chest&person=dr-idle')).toEqual([]);
  expect(await worklist('team=chest&kind=vet')).toEqual([]);
});

test.each(['nobody-knows-it', 'dr-lead', 'Chest'])(
  'a team that does not exist (%s) is refused, and not taken for one that owes nothing',
  async (id) => {
    const reply = await world.get(`/api/v1/worklist?team=${id}`, DESK);
    expect(reply).toMatchObject({ status: 400, body: { code: 'invalid-query' } });
    expect(reply.body.errors).toEqual([
      { pointer: '/team', message: 'the directory has no team of that id' },
    ]);
  },
);
