import { UNUSABLE } from '../../domain/refusals';
import { FeedWatch } from '../../src/feeds/feed-watch';
import {
  ADMIN,
  CONSULTANT,
  DESK,
  RIS,
  RestWorld,
  as,
  freshOrder,
  reportBody,
  requestBody,
} from './rest-world';

/** Feeds over REST, with a worker in skipped time: silence, what ends it, and counts. */

const FEEDS = '/api/v1/admin/feeds';
const PACS = as('pacs-1', 'system');
const RHYTHM = { name: 'A feed (synthetic)', quiet: { elapsed: 'PT30M' } };

interface Duty {
  key: string;
  opening: number;
  askedNow: { role: string };
  asks: number;
  limitAt: string;
}

describe('feeds', () => {
  let world: RestWorld;
  beforeAll(async () => {
    world = await RestWorld.start({ worker: true });
  }, 60_000);
  afterAll(() => world.stop(), 60_000);

  const register = (feed: string, principal: string, more: object = {}) =>
    world.call('PUT', `${FEEDS}/${feed}`, {
      as: ADMIN,
      body: { ...RHYTHM, principals: [principal], ...more },
    });
  const feed = async (id: string) => (await world.get(`${FEEDS}/${id}`, ADMIN)).body;
  /** Time moves on, with every deadline and every look at a feed on the way. */
  const pass = async (minutes: number): Promise<void> => world.loop!.advanceTo(await world.at(minutes * 60));
  const owed = async (journey: string): Promise<Duty[]> =>
    (await world.get(`/api/v1/journeys/${journey}/obligations`, DESK)).body.items;
  const says = async (principal: string): Promise<string> =>
    (await world.post('/api/v1/journeys', principal, requestBody(await world.at()))).body.journey;

  it('is silent beyond its rhythm, and the desk is asked at once, once for one silence', async () => {
    expect((await register('ris', 'ris-1')).status).toBe(200);
    await says(RIS);
    const since = (await feed('ris')).heardAt as string;
    await pass(29);
    expect(await feed('ris')).not.toHaveProperty('silentSince');
    await pass(2);
    const { silentSince, journey } = await feed('ris');
    expect(silentSince).toBe(since);
    const [duty, ...others] = await owed(journey);
    expect(others).toEqual([]);
    expect(duty).toMatchObject({
      key: `reconcile:silent:${since}`,
      askedNow: { role: 'desk' },
      asks: 1,
      limitAt: new Date(Date.parse(since) + 150 * 60_000).toISOString(),
    });
    const asks = await world.db.query<{ at: Date; role: string }[]>(
      'select created_at as at, role from ask where journey = $1 order by created_at',
      [journey],
    );
    expect(asks.map(({ role }) => role)).toEqual(['desk']);
    expect(asks[0]!.at.getTime() - Date.parse(since)).toBeLessThan(31 * 60_000);

    await pass(12 * 60);
    const rows = await world.db.query<unknown[]>('select 1 from inbox where journey = $1', [journey]);
    expect(rows).toHaveLength(1);
    expect((await owed(journey)).map((d) => d.opening)).toEqual([1]);
  });

  it('is heard again: noted at once, and the desk still explains', async () => {
    const { journey, silentSince } = await feed('ris');
    await says(RIS);
    await world.loop!.quiet();
    expect(await feed('ris')).not.toHaveProperty('silentSince');
    expect(await world.state(journey)).toMatchObject({ feed: { hearings: [{ since: silentSince }] } });
    const duty = `reconcile:silent:${silentSince}`;
    expect((await owed(journey)).map((d) => d.key)).toEqual([duty]);
    const explained = await world.post(`/api/v1/journeys/${journey}/explain`, DESK, {
      duty,
      note: 'Synthetic: the RIS was down.',
    });
    expect(explained.body.result).toBe('recorded');
    expect((await world.state(journey))!.closed).toBe(true);
  });

  it('falls silent again: another duty, in the same journey, which opens again', async () => {
    const before = (await feed('ris')).journey;
    await says(RIS);
    await pass(31);
    const { journey, silentSince } = await feed('ris');
    expect(journey).toBe(before);
    expect((await owed(journey)).map((d) => d.key)).toEqual([`reconcile:silent:${silentSince}`]);
  });

  it('is watched by whoever looks: two workers at once note one silence once', async () => {
    await register('lab', 'lab-1', { quiet: { elapsed: 'PT5M' } });
    const watch = world.loop!.app.get(FeedWatch);
    await watch.stop();
    await world.env!.sleep(6 * 60_000);
    await Promise.all([watch.look(), watch.look(), watch.look()]);
    watch.start();
    await world.loop!.quiet();
    const { journey } = await feed('lab');
    expect(await world.state(journey)).toMatchObject({ feed: { silences: [{}] } });
    const rows = await world.db.query<unknown[]>('select 1 from inbox where journey = $1', [journey]);
    expect(rows).toHaveLength(1);
  });

  it('speaks with what its principals send as systems, and with nothing else', async () => {
    await register('pacs', 'pacs-1', { quiet: { elapsed: 'P1D' } });
    await says(as('pacs-1', 'consultant'));
    expect(await feed('pacs')).not.toHaveProperty('heardAt');
    await says(PACS);
    expect(await feed('pacs')).toHaveProperty('heardAt');
  });

  it('counts: received is matched, unmatched and quarantined together, as its sender counts them', async () => {
    const from = await world.at();
    const order = freshOrder();
    const sent: [string, object][] = [
      ['request', requestBody(from, { identifiers: [order] })],
      ['images', { at: from, identifiers: [order] }],
      ['images', { at: from }],
      ['report', reportBody(from)],
      ['unusable', { at: from, reason: 'no-segment' }],
    ];
    for (const [type, body] of sent)
      expect((await world.post(`/api/v1/messages/${type}`, PACS, body)).status).toBeLessThan(300);
    expect((await world.post('/api/v1/messages/images', PACS, { at: 'never' })).status).toBe(422);
    await world.post('/api/v1/messages/images', RIS, { at: from });
    const to = await world.at(1);
    const { body } = await world.get(`${FEEDS}/pacs/counts?from=${from}&to=${to}`, ADMIN);
    expect(body).toMatchObject({ received: 5, matched: 2, unmatched: 2, quarantined: 1, waiting: 0 });
    expect(body.byType).toMatchObject({
      images: { received: 2, matched: 1, unmatched: 1 },
      unusable: { received: 1, quarantined: 1 },
    });
    await world.env!.sleep(2_000);

    const state = (more: object, by = PACS) => world.post(`${FEEDS}/pacs/counts`, by, { from, to, ...more });
    expect((await state({ sent: 5 })).body).toEqual({ sent: 5, received: 5, differs: false, types: [] });
    expect(await feed('pacs')).not.toHaveProperty('journey');

    const byType = { request: 1, images: 3, report: 1, unusable: 1 };
    for (let again = 0; again < 2; again++)
      expect((await state({ sent: 6, byType })).body).toEqual({
        sent: 6,
        received: 5,
        differs: true,
        types: [{ type: 'images', sent: 3, received: 2 }],
      });
    await world.loop!.quiet();
    const { journey } = await feed('pacs');
    expect(await owed(journey)).toMatchObject([
      { key: `reconcile:counts:${from}/${to}`, askedNow: { role: 'desk' }, asks: 1 },
    ]);
    expect((await world.state(journey))!.feed!.differences).toHaveLength(1);
  });

  it.each(UNUSABLE)('counts as quarantined what was refused as %s', async (code) => {
    const from = await world.at();
    await world.post('/api/v1/messages/images', PACS, { at: from });
    await world.loop!.quiet();
    const to = await world.at(1);
    const counts = async () => (await world.get(`${FEEDS}/pacs/counts?from=${from}&to=${to}`, ADMIN)).body;
    expect(await counts()).toMatchObject({ received: 1, unmatched: 1, quarantined: 0 });
    await world.loop!.db.query(
      `update inbox set outcome = jsonb_build_object('result', 'refused', 'code', $3::text)
       where feed = 'pacs' and received_at >= $1 and received_at < $2`,
      [from, to, code],
    );
    expect(await counts()).toMatchObject({ received: 1, unmatched: 0, quarantined: 1 });
    await world.env!.sleep(2_000);
  });

  it('refuses what could only mislead', async () => {
    const code = async (reply: ReturnType<typeof register>) => (await reply).body.code;
    const now = await world.at();
    const window = { from: await world.at(-60), to: now, sent: 1 };
    expect(await code(register('other', 'ris-1'))).toBe('principal-of-another-feed');
    expect((await world.get(FEEDS, ADMIN)).body.items.map((f: { id: string }) => f.id)).toEqual([
      'lab',
      'pacs',
      'ris',
    ]);
    expect(await code(register('other', 'o-1', { quiet: {} }))).toBe('invalid-body');
    expect(await code(register('other', 'o-1', { quiet: { working: 'half an hour' } }))).toBe('invalid-body');
    expect(await code(world.call('PUT', `${FEEDS}/ris`, { as: CONSULTANT, body: RHYTHM }))).toBe(
      'not-permitted',
    );
    expect(await code(world.get(`${FEEDS}/nobody`, ADMIN))).toBe('unknown-feed');
    expect(await code(world.post(`${FEEDS}/nobody/counts`, ADMIN, window))).toBe('unknown-feed');
    // A source speaks for itself alone, of what is over, in numbers that add up.
    expect(await code(world.post(`${FEEDS}/pacs/counts`, RIS, window))).toBe('not-permitted');
    expect(await code(world.post(`${FEEDS}/ris/counts`, RIS, { ...window, to: await world.at(60) }))).toBe(
      'invalid-body',
    );
    expect(await code(world.post(`${FEEDS}/ris/counts`, RIS, { ...window, byType: { images: 2 } }))).toBe(
      'invalid-body',
    );
  });

  it('may be given another rhythm, by which the quiet that it is in is measured', async () => {
    await says(PACS);
    await register('pacs', 'pacs-1', { quiet: { elapsed: 'PT10M' } });
    const { heardAt, quietUntil } = await feed('pacs');
    expect(Date.parse(quietUntil) - Date.parse(heardAt)).toBe(10 * 60_000);
    await pass(11);
    expect((await feed('pacs')).silentSince).toBe(heardAt);
  });
});
