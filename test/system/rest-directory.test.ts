import type { Reply } from './rest-world';
import { ADMIN, CONSULTANT, DESK, RIS, RestWorld, as, reportBody, requestBody } from './rest-world';
import { brokenAt } from '../../src/directory/directory-evidence';
import { Leavers } from '../../src/directory/leavers';

/** The directory over REST: read, changed in one way, imported, and kept as evidence; and what it does to open duties. */

const LEAD = as('clinical-lead-1', 'clinical-lead');
const AT = '/api/v1/directory';
let world: RestWorld;
beforeAll(async () => {
  world = await RestWorld.start({ worker: true });
}, 120_000);
afterAll(() => world.stop());

const put = (path: string, body: unknown, by = ADMIN, headers = {}): Promise<Reply> =>
  world.call('PUT', `${AT}/${path}`, { as: by, body, headers });
const remove = (path: string, by = ADMIN): Promise<Reply> =>
  world.call('DELETE', `${AT}/${path}`, { as: by });
const whole = async (): Promise<Reply> => world.get(AT, DESK);
const dutyOf = async (journey: string, key: string) => {
  await world.loop!.quiet();
  const { items } = (await world.get(`/api/v1/journeys/${journey}/obligations`, DESK)).body;
  return items.find((o: { key: string }) => o.key === key);
};
const consultant = (name: string, more: object = {}) => ({
  name: `${name} (synthetic)`,
  email: `${name}@synthetic.invalid`,
  roles: ['consultant', 'requester', 'registrar'],
  ...more,
});
const reported = async (more: object = {}, finding: object = {}): Promise<string> => {
  const at = await world.at();
  const { journey } = (await world.post('/api/v1/journeys', RIS, requestBody(at, more))).body;
  const findings = [{ id: 'f1', category: 'critical', expected: false, region: 'chest', ...finding }];
  await world.post(`/api/v1/journeys/${journey}/report`, RIS, reportBody(at, { findings }));
  return journey as string;
};

describe('reading and changing', () => {
  test('a person is put, read, and taken away; only who may change them sees an address', async () => {
    expect((await put('people/dr-new', consultant('dr-new'))).body).toMatchObject({ changed: true });
    const seen = await world.get(`${AT}/people/dr-new`, CONSULTANT);
    expect(seen.body).toMatchObject({ id: 'dr-new', reachedBy: ['mail'] });
    expect(seen.text).not.toContain('@');
    expect((await world.get(`${AT}/people/dr-new`, ADMIN)).body.email).toBe('dr-new@synthetic.invalid');
    expect((await remove('people/dr-new')).status).toBe(200);
    expect((await world.get(`${AT}/people/dr-new`, ADMIN)).body.code).toBe('unknown-entry');
    expect((await remove('people/dr-new')).body.code).toBe('unknown-entry');
  });

  test('If-Match: a change to what another has changed meanwhile is refused', async () => {
    const { etag } = (await whole()).headers;
    const changed = await put('people/dr-a', consultant('dr-a'), ADMIN, { 'if-match': etag! });
    expect(changed.headers['etag']).toBe(`"${changed.body.version}"`);
    const stale = await put('people/dr-b', consultant('dr-b'), ADMIN, { 'if-match': etag! });
    expect(stale).toMatchObject({ status: 412, body: { code: 'stale-directory' } });
    expect((await whole()).headers['etag']).toBe(changed.headers['etag']);
  });

  test('what would not hold together is refused by its places, and nothing changes', async () => {
    const before = (await whole()).body;
    const lead = await remove(`people/${before.leads.desk}`);
    expect(lead).toMatchObject({ status: 422, body: { code: 'directory-inconsistent' } });
    expect(lead.body.errors[0].pointer).toBe('/leads/desk');
    const self = await put('people/dr-a', consultant('dr-a', { cover: 'dr-a' }));
    expect(self.body.errors).toEqual([
      { pointer: '/people/dr-a/cover', message: 'nobody stands in for themselves' },
    ]);
    const practice = await put('organisations/elm', { kind: 'gp-practice', name: 'Elm (fictitious)' });
    expect(practice.body.errors.map((e: { pointer: string }) => e.pointer)).toEqual([
      '/organisations/elm/clinician',
      '/organisations/elm/receipt',
    ]);
    const leaves = await world.post(`${AT}/people/${before.leads.desk}/leave`, ADMIN, {
      at: await world.at(),
    });
    expect(leaves.body.code).toBe('directory-inconsistent');
    expect((await whole()).body).toEqual(before);
  });

  test('organisations, sites, teams and rotas; what refers to another goes after it', async () => {
    await put('organisations/trust', { kind: 'trust', name: 'Northmoor (fictitious)' });
    await put('organisations/elm', {
      kind: 'gp-practice',
      name: 'Elm (fictitious)',
      clinician: 'gp-1',
      receipt: { kind: 'mail', to: 'duty@elm.invalid' },
    });
    await put('sites/main', { name: 'Main', organisation: 'trust' });
    await put('teams/ed', { name: 'ED', lead: 'consultant-3', members: ['requester-1'] });
    const from = await world.at(-3600);
    const slots = [{ from, to: await world.at(3600), person: 'registrar-1' }];
    expect((await put('rotas/registrar?site=main', { slots }, LEAD)).status).toBe(200);
    const { body, text } = await whole();
    expect(body).toMatchObject({ sites: [{ id: 'main' }], teams: [{ id: 'ed' }], rotas: [{ site: 'main' }] });
    expect(text).not.toContain('elm.invalid');
    expect((await remove('organisations/trust')).body.code).toBe('directory-inconsistent');
    const twice = [...slots, { ...slots[0], from: await world.at() }];
    expect((await put('rotas/registrar?site=main', { slots: twice }, LEAD)).body.errors[0].message).toBe(
      'somebody else is on call then',
    );
    const asked = async (query: string) =>
      (await world.get(`${AT}/on-call?role=registrar&${query}`, DESK)).body;
    expect(await asked('site=main')).toMatchObject({ asked: 'registrar-1', because: 'on-call' });
    const later = await world.at(7200);
    expect(await asked(`site=main&at=${later}`)).toMatchObject({
      asked: 'registrar-1',
      because: 'rota-hole',
    });
    expect((await asked('site=elsewhere')).because).toBeUndefined();
    for (const part of ['rotas/registrar?site=main', 'sites/main', 'teams/ed', 'organisations/trust'])
      expect([part, (await remove(part)).status]).toEqual([part, 200]);
  });

  test('who may: administrators all, the clinical lead rotas and absences, nobody else', async () => {
    const absences = { absences: [] };
    expect((await put('people/consultant-1/absences', absences, LEAD)).status).toBe(200);
    expect((await put('people/consultant-1/absences', absences, DESK)).status).toBe(403);
    expect((await put('people/dr-x', consultant('dr-x'), LEAD)).status).toBe(403);
    expect((await remove('people/dr-a', LEAD)).status).toBe(403);
  });
});

describe('evidence', () => {
  test('each change is chained, says by whom, and holds neither name nor address', async () => {
    await put('people/dr-a', consultant('dr-a', { cover: 'consultant-1' }));
    const { items } = (await world.get(`${AT}/changes?limit=200`, DESK)).body;
    expect(items[0]).toMatchObject({
      by: { person: 'admin-1', role: 'admin' },
      entries: [
        { part: 'people', id: 'dr-a', change: 'changed', fields: ['cover'], is: { cover: 'consultant-1' } },
      ],
    });
    expect(JSON.stringify(items)).not.toMatch(/@|synthetic|fictitious/i);
    const links = items.toReversed();
    expect(brokenAt(links)).toBeUndefined();
    links[1] = { ...links[1], by: { person: 'somebody-else', role: 'admin' } };
    expect(brokenAt(links)).toBe(links[1].version);
    const [first, second] = [items[0], items[1]];
    const page = (await world.get(`${AT}/changes?limit=1`, DESK)).body;
    expect(page.items).toEqual([first]);
    expect((await world.get(`${AT}/changes?limit=1&cursor=${page.next}`, DESK)).body.items).toEqual([second]);
  });

  test.each([
    'update directory_change set by_person = $1',
    'delete from directory_change where by_person <> $1',
  ])('%s is refused', async (sql) => {
    await expect(world.db.query(sql, ['x'])).rejects.toThrow('append-only');
  });
  test('it is never emptied', async () => {
    await expect(world.db.query('truncate directory_change')).rejects.toThrow('append-only');
  });
});

describe('what it does to open duties', () => {
  test('an absence recorded now moves the live ask to the cover at once; who answers stays', async () => {
    await put('people/dr-away', consultant('dr-away'));
    await put('people/dr-cover', consultant('dr-cover'));
    const journey = await reported({ consultant: 'dr-away' });
    expect(await dutyOf(journey, 'acknowledge:r1')).toMatchObject({
      askedNow: { person: 'dr-away' },
      asks: 1,
    });
    const absence = { from: await world.at(-60), to: await world.at(86_400), cover: 'dr-cover' };
    expect((await put('people/dr-away/absences', { absences: [absence] }, LEAD)).body.journeys).toBe(1);
    const duty = await dutyOf(journey, 'acknowledge:r1');
    expect(duty).toMatchObject({
      accountable: { person: 'dr-away' },
      askedNow: { person: 'dr-cover' },
      insteadOf: { person: 'dr-away' },
      because: 'absent',
    });
    const [worklist] = (await world.get('/api/v1/worklist?person=dr-cover', DESK)).body.items;
    expect(worklist).toMatchObject({ insteadOf: { person: 'dr-away' } });
  });

  test('somebody leaves: all they answer for is their successor’s at once; or at the moment that was said', async () => {
    for (const id of ['dr-goes', 'dr-goes-later', 'dr-heir']) await put(`people/${id}`, consultant(id));
    const journeys = [await reported({ consultant: 'dr-goes' }), await reported({ consultant: 'dr-goes' })];
    const later = await reported({ consultant: 'dr-goes-later' });
    const left = await world.post(`${AT}/people/dr-goes/leave`, ADMIN, {
      at: await world.at(-1),
      successor: 'dr-heir',
    });
    expect(left.body.journeys).toBe(2);
    for (const journey of journeys)
      expect(await dutyOf(journey, 'acknowledge:r1')).toMatchObject({
        accountable: { person: 'dr-heir' },
        askedNow: { person: 'dr-heir' },
      });
    const at = await world.at(60);
    const said = await world.post(`${AT}/people/dr-goes-later/leave`, ADMIN, { at, successor: 'dr-heir' });
    expect(said.body.journeys).toBe(0);
    await world.loop!.app.get(Leavers).look();
    expect((await dutyOf(later, 'acknowledge:r1')).accountable.person).toBe('dr-goes-later');
    await world.loop!.advanceTo(await world.at(120));
    await world.loop!.app.get(Leavers).look();
    expect((await dutyOf(later, 'acknowledge:r1')).accountable.person).toBe('dr-heir');
    const { items } = (await world.get(`/api/v1/journeys/${later}/events?limit=200`, DESK)).body;
    expect(items.filter((e: { type: string }) => e.type === 'directory')).toHaveLength(1);
    await world.loop!.app.get(Leavers).look();
    expect((await world.get(`/api/v1/journeys/${later}/events?limit=200`, DESK)).body.items).toEqual(items);
  });

  test('at the ceiling a routine ask goes to cover, marked and listed; a critical one goes out all the same', async () => {
    await put('people/dr-busy', consultant('dr-busy', { cover: 'consultant-2' }));
    const cancer = { category: 'cancer', primarySite: 'lung' };
    const { perPerson } = (await world.get('/api/v1/policies/current', DESK)).body.policy.askCeiling;
    for (let i = 0; i < perPerson; i++) {
      const journey = await reported({ consultant: 'dr-busy' }, cancer);
      expect((await dutyOf(journey, 'acknowledge:r1')).askedNow.person).toBe('dr-busy');
    }
    const next = await reported({ consultant: 'dr-busy' }, cancer);
    expect(await dutyOf(next, 'acknowledge:r1')).toMatchObject({
      accountable: { person: 'dr-busy' },
      askedNow: { person: 'consultant-2' },
      insteadOf: { person: 'dr-busy' },
      because: 'ceiling',
    });
    // Moved, not dropped: it is in the outbox, to who covers.
    const sent = `select recipient from ask where journey = $1 and key = 'acknowledge:r1'`;
    expect(await world.db.query(sent, [next])).toEqual([{ recipient: 'consultant-2' }]);
    const { items } = (await world.get(`${AT}/at-ceiling`, DESK)).body;
    expect(items.map((i: { person: string }) => i.person)).toEqual(['dr-busy']);
    const busy = (await whole()).body.people.find((p: { id: string }) => p.id === 'dr-busy');
    expect(busy.atCeilingUntil).toBe(items[0].until);
    const critical = await reported({ consultant: 'dr-busy' });
    expect((await dutyOf(critical, 'acknowledge:r1')).askedNow.person).toBe('dr-busy');
  }, 120_000);
});
