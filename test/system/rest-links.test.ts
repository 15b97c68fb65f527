import { linkToken } from '../../src/asks/tokens';
import type { Bound } from '../../src/asks/tokens';
import { loadPolicy } from '../../src/policy/policy-file';
import { ADMIN, RIS, RestWorld, as, reportBody, requestBody } from './rest-world';

/** The links in messages, over the public API with the real worker behind it. */
const SECRET = 'the key of links in this test, long enough';
const ASKED = as('consultant-1', 'consultant');

let world: RestWorld;
beforeAll(async () => {
  world = await RestWorld.start({ worker: true, returning: { linkSecret: SECRET } });
  // One person is asked all day long here, which policy would move to somebody else.
  const policy = { ...loadPolicy('policies/england.yaml'), askCeiling: { perPerson: 1_000, per: 'PT24H' } };
  await world.post('/api/v1/admin/policies', ADMIN, policy);
}, 120_000);
afterAll(() => world.stop());

interface Linked {
  journey: string;
  ask: string;
  url: string;
}

/** A report that consultant-1 is asked to acknowledge, and the link in that ask's mail. */
const asked = async (category = 'cancer'): Promise<Linked> => {
  const at = await world.at();
  const request = requestBody(at, { consultant: 'consultant-1' });
  const journey = (await world.post('/api/v1/journeys', RIS, request)).body.journey as string;
  const findings = [
    {
      id: 'f1',
      category,
      expected: false,
      region: 'chest',
      ...(category === 'cancer' && { primarySite: 'lung' }),
    },
  ];
  await world.post(`/api/v1/journeys/${journey}/report`, RIS, reportBody(await world.at(), { findings }));
  const [row] = await world.db.query<[Bound]>(
    `select * from ask where journey = $1 and key = 'acknowledge:r1' and purpose = 'ask'`,
    [journey],
  );
  expect(row).toMatchObject({ recipient: 'consultant-1' });
  return { journey, ask: row.id, url: `/api/v1/links/${linkToken(SECRET, row)}` };
};

const acknowledged = async (journey: string): Promise<number> =>
  (await world.state(journey))!.acknowledgements.length;

test('opening a link says what the duty is and what a click would do, and changes nothing, however often', async () => {
  const { journey, ask, url } = await asked();
  const before = await world.get(`/api/v1/journeys/${journey}`, ASKED);
  for (let i = 0; i < 3; i++) {
    const reply = await world.get(url, ASKED);
    expect(reply).toMatchObject({
      status: 200,
      headers: { etag: before.headers.etag },
      body: {
        journey,
        duty: { key: 'acknowledge:r1', opening: 1, kind: 'acknowledge', category: 'cancer' },
        act: { type: 'acknowledge', body: { version: 'r1', findings: ['f1'], how: 'screen' } },
      },
    });
  }
  expect((await world.get(`/api/v1/journeys/${journey}`, ASKED)).headers.etag).toBe(before.headers.etag);
  const [row] = await world.db.query<[object]>('select proof from ask where id = $1', [ask]);
  expect(row).toMatchObject({ proof: null });
  expect(await acknowledged(journey)).toBe(0);
});

test('used once it acknowledges as the person who is signed in; used again it says so', async () => {
  const { journey, ask, url } = await asked();
  const used = await world.post(url, ASKED, undefined);
  expect(used).toMatchObject({ status: 200, body: { journey, result: 'recorded' } });
  expect((await world.state(journey))!.acknowledgements).toMatchObject([
    { version: 'r1', by: { person: 'consultant-1', role: 'consultant' }, how: 'screen' },
  ]);
  const [row] = await world.db.query<[object]>('select proof, proof_from from ask where id = $1', [ask]);
  expect(row).toEqual({ proof: 'read', proof_from: 'link' });
  for (const reply of [await world.post(url, ASKED, undefined), await world.get(url, ASKED)])
    expect([reply.status, reply.body.code]).toEqual([410, 'link-over']);
  expect(await acknowledged(journey)).toBe(1);
});

test('clicked twice at once it acts once; the same request again is answered from what became of the first', async () => {
  const { journey, url } = await asked();
  const key = { 'idempotency-key': `link-${journey}` };
  const replies = await Promise.all([
    world.post(url, ASKED, undefined, key),
    world.post(url, ASKED, undefined),
    world.post(url, ASKED, undefined),
  ]);
  expect(replies.filter((reply) => reply.status < 300)).toHaveLength(1);
  for (const reply of replies.filter((r) => r.status >= 300))
    expect(['link-used', 'link-over']).toContain(reply.body.code);
  expect(await acknowledged(journey)).toBe(1);
});

test('a used link whose duty still stands has been used', async () => {
  const { journey, ask, url } = await asked();
  await world.db.query(`insert into link_use (ask, person, at) values ($1, 'consultant-1', now())`, [ask]);
  for (const reply of [await world.post(url, ASKED, undefined), await world.get(url, ASKED)])
    expect([reply.status, reply.body.code]).toEqual([409, 'link-used']);
  expect(await acknowledged(journey)).toBe(0);
});

test.each([
  ['without a sign-in', undefined, 401, 'unauthenticated'],
  ['somebody else', as('consultant-2', 'consultant'), 403, 'link-not-yours'],
  ['a source system', RIS, 403, 'not-permitted'],
  ['the same person in a role that may not', as('consultant-1', 'radiographer'), 403, 'not-permitted'],
])('%s cannot use it', async (_, who, status, code) => {
  const { journey, url } = await asked();
  const reply = await world.call('POST', url, { ...(who && { as: who }) });
  expect([reply.status, reply.body.code]).toEqual([status, code]);
  expect(reply.type).toContain('application/problem+json');
  expect(await acknowledged(journey)).toBe(0);
});

test('forged, cut off, or for another ask: none of ours, and on record as refused', async () => {
  const { url, journey } = await asked();
  const other = await asked();
  const token = url.split('/').at(-1)!;
  const bytes = (of: string): Buffer => Buffer.from(of, 'base64url');
  // This ask's id with the other's signature: all but the signature is right.
  const mixed = Buffer.concat([
    bytes(token).subarray(0, 16),
    bytes(other.url.split('/').at(-1)!).subarray(16),
  ]).toString('base64url');
  for (const odd of [mixed, token.slice(1), `${token}x`, 'x', token.replace(/.$/, '_'), '..%2f']) {
    const reply = await world.post(`/api/v1/links/${odd}`, ASKED, undefined);
    expect([odd, reply.status, reply.body.code]).toEqual([odd, 404, 'unknown-link']);
    expect(await world.accesses(reply.headers['x-request-id']!)).toMatchObject([{ code: 'unknown-link' }]);
  }
  expect(await acknowledged(journey)).toBe(0);
});

test('after a week it has expired', async () => {
  const { journey, ask, url } = await asked();
  await world.db.query(`update ask set created_at = created_at - interval '7 days' where id = $1`, [ask]);
  const reply = await world.post(url, ASKED, undefined);
  expect([reply.status, reply.body.code]).toEqual([410, 'link-expired']);
  expect(await acknowledged(journey)).toBe(0);
});

test('a critical finding offers no click: it is heard and said back', async () => {
  const { journey, url } = await asked('critical');
  expect((await world.get(url, ASKED)).body.act).toBeUndefined();
  const reply = await world.post(url, ASKED, undefined);
  expect([reply.status, reply.body.code]).toEqual([422, 'link-offers-nothing']);
  expect(await acknowledged(journey)).toBe(0);
});

test('what changed since the person looked is refused as for every command', async () => {
  const { journey, url } = await asked();
  const reply = await world.post(url, ASKED, undefined, { 'if-match': '"1"' });
  expect([reply.status, reply.body.code]).toEqual([412, 'stale']);
  expect(await acknowledged(journey)).toBe(0);
});

test('where the links of messages lead there is a page without any data, the same for every address', async () => {
  const { journey, url } = await asked();
  const pages = await Promise.all(
    [`/journeys/${journey}`, '/journeys/nonsense', url.replace('/api/v1/links', '/a'), '/a/x'].map((page) =>
      world.call('GET', page),
    ),
  );
  for (const page of pages) {
    expect([page.status, page.type]).toEqual([200, 'text/html; charset=utf-8']);
    expect(page.text).toBe(pages[0]!.text);
    expect(page.text).not.toContain(journey);
  }
});

test('a finding said back on the phone proves, for who was asked, that they were spoken to', async () => {
  const { journey, ask } = await asked('critical');
  await world.db.query(`update ask set status = 'sent', proof = 'sent' where journey = $1`, [journey]);
  const body = { version: 'r1', findings: ['f1'], how: 'voice', readBack: true };
  const done = await world.post(`/api/v1/journeys/${journey}/acknowledge`, ASKED, body);
  expect(done.body.result).toBe('recorded');
  const [row] = await world.db.query<[object]>('select proof, proof_from from ask where id = $1', [ask]);
  expect(row).toEqual({ proof: 'spoken', proof_from: 'call' });
  const log = await world.db.query<object[]>('select what, source from ask_log where ask = $1', [ask]);
  expect(log).toEqual([{ what: 'spoken', source: 'call' }]);
});

test('an acknowledgement on a screen proves, of who was asked, that they read it and no more', async () => {
  const { journey, ask } = await asked();
  await world.db.query(`update ask set status = 'sent', proof = 'sent' where journey = $1`, [journey]);
  const body = { version: 'r1', findings: ['f1'], how: 'screen' };
  await world.post(`/api/v1/journeys/${journey}/acknowledge`, ASKED, body);
  const [row] = await world.db.query<[object]>('select proof, proof_from from ask where id = $1', [ask]);
  expect(row).toEqual({ proof: 'read', proof_from: 'system' });
});

test('an offer is accepted by one click, and its receiver answers from then on', async () => {
  const { journey } = await asked();
  const to = { person: 'consultant-2', role: 'consultant' } as const;
  await world.post(`/api/v1/journeys/${journey}/moved`, RIS, { at: await world.at(), id: 'm', to });
  const [row] = await world.db.query<[Bound]>(
    `select * from ask where journey = $1 and kind = 'accept-handover'`,
    [journey],
  );
  const used = await world.post(
    `/api/v1/links/${linkToken(SECRET, row)}`,
    as('consultant-2', 'consultant'),
    undefined,
  );
  expect(used).toMatchObject({ status: 200, body: { result: 'recorded' } });
  expect((await world.state(journey))!.obligations['acknowledge:r1']!.accountable).toEqual(to);
});
