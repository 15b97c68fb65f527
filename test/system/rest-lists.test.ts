import { DESK, RIS, RestWorld, VETTER, as, reportBody, requestBody } from './rest-world';

/** Lists and worklists across journeys: what they pick, in which order, page by page. */

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

const RISKS = ['critical', 'urgent', 'cancer', 'significant-unexpected', 'routine', 'none'];

/** One report with one finding of a category. */
const report = async (id: string, category: string): Promise<void> => {
  const at = await world.at();
  await world.post(`/api/v1/journeys/${id}/images`, RIS, { at });
  const reply = await world.post(`/api/v1/journeys/${id}/report`, RIS, {
    version: 1,
    status: 'final',
    at,
    reporter: 'reporter-1',
    findings: [
      {
        id: 'f1',
        category,
        expected: false,
        region: 'chest',
        ...(category === 'cancer' ? { primarySite: 'chest' } : {}),
      },
    ],
    regions: [{ region: 'chest', statement: 'findings' }],
  });
  expect(reply.status).toBe(200);
};

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

  test('the most dangerous first, page by page; a cursor of the other order is refused', async () => {
    const site = 'site-risk';
    for (const category of ['cancer', 'critical', 'urgent'])
      await report(await open({ site, setting: 'inpatient' }), category);
    await open({ site, priority: 'emergency', setting: 'ed' });
    const list = `/api/v1/worklist?site=${site}&sort=risk`;
    const all = await world.get(list, DESK);
    const risks = all.body.items.map((o: { category?: string }) => o.category ?? 'none');
    expect(risks.filter((c: string) => c === 'critical')).toHaveLength(3);
    expect(risks).toEqual([...risks].sort((a, b) => RISKS.indexOf(a) - RISKS.indexOf(b)));
    const seen: unknown[] = [];
    let next = '';
    do {
      const page = await world.get(`${list}&limit=2${next}`, DESK);
      seen.push(...page.body.items);
      next = page.body.next ? `&cursor=${page.body.next}` : '';
    } while (next);
    // The pages were read a moment later.
    const still = (items: unknown): unknown =>
      (items as object[]).map((o) => ({ ...o, secondsToBreach: 'some' }));
    expect(still(seen)).toEqual(still(all.body.items));
    const first = await world.get(`${list}&limit=1`, DESK);
    const other = await world.get(`/api/v1/worklist?site=${site}&cursor=${first.body.next}`, DESK);
    expect([other.status, other.body.code]).toEqual([400, 'bad-cursor']);
  });

  test('unowned is what nobody has taken in person', async () => {
    const site = 'site-unowned';
    const id = await open({ site });
    await world.post(`/api/v1/journeys/${id}/vet`, VETTER, { priority: 'routine' });
    await world.post(`/api/v1/journeys/${id}/images`, RIS, { at: await world.at() });
    const keys = async (query: string) =>
      (await world.get(`/api/v1/worklist?site=${site}&${query}`, DESK)).body.items.map(
        (o: { key: string }) => o.key,
      );
    expect([await keys('unowned=true'), await keys('unowned=false')]).toEqual([['report'], []]);
    await world.post(`/api/v1/journeys/${id}/claim`, as('reporter-1', 'reporter'), {});
    expect([await keys('unowned=true'), await keys('unowned=false')]).toEqual([[], ['report']]);
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

  test('the call list holds whoever is asked by voice now, until somebody else is asked or it is done', async () => {
    const consultant = 'consultant-1';
    const id = await open({ consultant });
    const findings = [{ id: 'f1', category: 'critical', expected: false, region: 'chest' }];
    await world.post(`/api/v1/journeys/${id}/report`, RIS, reportBody(await world.at(), { findings }));
    const rung = async (): Promise<string[]> =>
      (await world.get('/api/v1/call-list', DESK)).body.items
        .filter((item: { journey: string }) => item.journey === id)
        .map(
          (item: { duty: { key: string }; person: { id: string } }) => `${item.duty.key} ${item.person.id}`,
        );
    // What is over is not even looked at: a list must not get slower with every call that was ever made.
    const kept = async (): Promise<number> =>
      (await world.db.query('select 1 from ask where to_ring and journey = $1', [id])).length;
    const askedNow = async (): Promise<string> => {
      const { items } = (await world.get(`/api/v1/journeys/${id}/obligations`, DESK)).body;
      return items.find((o: { key: string }) => o.key === 'acknowledge:r1').askedNow.person;
    };
    expect(await rung()).toEqual([`acknowledge:r1 ${consultant}`]);
    await world.loop!.advanceTo(await world.at(3600));
    const next = await askedNow();
    expect(next).not.toBe(consultant);
    expect(await rung()).toContain(`acknowledge:r1 ${next}`);
    expect(await rung()).not.toContain(`acknowledge:r1 ${consultant}`);
    expect(await kept()).toBe((await rung()).length);
    await world.post(`/api/v1/journeys/${id}/acknowledge`, as(consultant, 'consultant'), {
      version: 'r1',
      findings: ['f1'],
      how: 'voice',
      readBack: true,
    });
    expect((await rung()).filter((item) => item.startsWith('acknowledge'))).toEqual([]);
    expect(await kept()).toBe((await rung()).length);
  });
});
