import type { ProblemCode } from '../../src/api/problems';
import {
  ACKNOWLEDGE,
  expectProblem,
  refusedAtTheEdge,
  refusedByTheJourney,
  withReport,
} from './rest-refusals';
import type { Call, Reply } from './rest-world';
import { CONSULTANT, REPORTER, RIS, RestWorld, VETTER, as, reportBody, requestBody } from './rest-world';

/** What is refused for who sends it, for what it names, or by the journey as it stands. */

let world: RestWorld;
let journey: string;
beforeAll(async () => {
  world = await RestWorld.start({ worker: true });
  journey = await withReport(world);
}, 120_000);
afterAll(() => world.stop());

const at = (what: string): string => `/api/v1/journeys/${journey}/${what}`;
const refused = (url: string, call: Call, code: ProblemCode): Promise<Reply> =>
  refusedAtTheEdge(world, journey, url, call, code);

describe('who may not', () => {
  test.each([
    ['nobody', undefined, 'unauthenticated'],
    ['a token of another kind', 'Bearer eyJhbGciOiJub25lIn0.e30.', 'unauthenticated'],
    ['a role that there is none of', 'Bearer dev:dr-hall:emperor', 'unauthenticated'],
    ['a person with a space', 'Bearer dev:dr hall:consultant', 'unauthenticated'],
    ['basic credentials', 'Basic ZGV2OmRldg==', 'unauthenticated'],
    ['a radiographer', as('rg-1', 'radiographer'), 'not-permitted'],
    ['the desk', as('desk-1', 'desk'), 'not-permitted'],
    ['an administrator', as('admin-1', 'admin'), 'not-permitted'],
    ['a source system', RIS, 'not-permitted'],
  ] as const)('acknowledge: %s', async (_, who, code) => {
    const reply = await refused(at('acknowledge'), { ...(who ? { as: who } : {}), body: ACKNOWLEDGE }, code);
    if (code === 'unauthenticated') expect(reply.headers['www-authenticate']).toBe('Bearer');
  });

  test('a person does not send what only a source system knows', async () => {
    await refused(
      at('unusable'),
      { as: CONSULTANT, body: { at: '2026-01-01T00:00:00Z', reason: 'x' } },
      'not-permitted',
    );
  });
});

describe('what names nothing', () => {
  test.each(['not-an-id', '019a0000-0000-7000-8000-000000000000', '..%2f..%2fetc', '%00', "1' or '1'='1"])(
    'journey %s',
    async (id) => {
      const url = `/api/v1/journeys/${encodeURI(id).replaceAll('%25', '%')}`;
      await refused(`${url}/acknowledge`, { as: CONSULTANT, body: ACKNOWLEDGE }, 'unknown-journey');
      expectProblem(await world.get(url, CONSULTANT), 'unknown-journey');
      expectProblem(await world.get(`${url}/events`, CONSULTANT), 'unknown-journey');
      expectProblem(await world.get(`${url}/obligations`, CONSULTANT), 'unknown-journey');
    },
  );

  test('somebody whom nobody knows, to take a duty over', async () => {
    const body = { duty: 'tell-patient:r1', to: { role: 'consultant', person: 'dr-nowhere' } };
    const reply = await refused(at('reassign'), { as: as('lead-1', 'clinical-lead'), body }, 'invalid-body');
    expect(reply.body.errors).toEqual([{ pointer: '/to/person', message: 'is not in the directory' }]);
  });

  test('a command, a policy, an address, a method', async () => {
    expectProblem(await world.get('/api/v1/commands/x', CONSULTANT), 'unknown-command');
    expectProblem(
      await world.get('/api/v1/commands/019a0000-0000-7000-8000-000000000000', CONSULTANT),
      'unknown-command',
    );
    expectProblem(await world.get('/api/v1/policies/none', CONSULTANT), 'unknown-policy');
    expectProblem(await world.get(`/api/v1/policies/${'0'.repeat(64)}`, CONSULTANT), 'unknown-policy');
    expectProblem(await world.get('/api/v1/nothing', CONSULTANT), 'not-found');
    expectProblem(await world.get(`/api/v1/journeys/${journey}/frobnicate`, CONSULTANT), 'not-found');
    expectProblem(await world.get('/%zz', CONSULTANT), 'bad-request');
    const method = await world.call('DELETE', `/api/v1/journeys/${journey}`, { as: CONSULTANT });
    expectProblem(method, 'method-not-allowed');
    expect(method.headers.allow).toBe('GET, HEAD');
  });

  test('a re-plan under a policy that nobody loaded, and an unmatched message matched to itself', async () => {
    const admin = as('admin-1', 'admin');
    await refused(at('replan'), { as: admin, body: { policy: '0'.repeat(64) } }, 'invalid-body');
    await refused(at('match'), { as: as('desk-1', 'desk'), body: { journey } }, 'invalid-body');
    const nowhere = { journey: '019a0000-0000-7000-8000-000000000000' };
    await refused(at('match'), { as: as('desk-1', 'desk'), body: nowhere }, 'unknown-journey');
  });

  test.each([
    ['journeys?stage=nowhere', 'invalid-query'],
    ['journeys?limit=0', 'invalid-query'],
    ['journeys?limit=100000', 'invalid-query'],
    ['journeys?colour=red', 'invalid-query'],
    ['journeys?asOf=tomorrow', 'invalid-query'],
    ['journeys?site=%00', 'invalid-query'],
    ['journeys?site=a&site=b', 'invalid-query'],
    ['journeys?cursor=abc', 'bad-cursor'],
    [`journeys?cursor=${Buffer.from('["2026-01-01T00:00:00Z","x"]').toString('base64url')}`, 'bad-cursor'],
    ['worklist?mine=perhaps', 'invalid-query'],
    ['worklist?cursor=%7B%7D', 'bad-cursor'],
    [`worklist?cursor=${Buffer.from('[1,2,3,4]').toString('base64url')}`, 'bad-cursor'],
  ] as const)('%s', async (query, code) => {
    expectProblem(await world.get(`/api/v1/${query}`, CONSULTANT), code);
  });
});

describe('what the journey itself refuses', () => {
  test('an acknowledgement before its report', async () => {
    const { body } = await world.post('/api/v1/journeys', RIS, requestBody(await world.at()));
    await refusedByTheJourney(
      world,
      body.journey,
      'acknowledge',
      { as: CONSULTANT, body: { ...ACKNOWLEDGE, findings: [] } },
      'no-report',
    );
  });

  test('an acknowledgement of an older version', async () => {
    const id = await withReport(world);
    const findings = [{ id: 'f9', category: 'urgent', expected: false, region: 'chest' }];
    await world.post(
      `/api/v1/journeys/${id}/report`,
      RIS,
      reportBody(await world.at(), { version: 2, status: 'amended', findings }),
    );
    await refusedByTheJourney(
      world,
      id,
      'acknowledge',
      { as: CONSULTANT, body: ACKNOWLEDGE },
      'version-superseded',
    );
  });

  test('an acknowledgement that leaves out an alert finding', async () => {
    await refusedByTheJourney(
      world,
      journey,
      'acknowledge',
      { as: CONSULTANT, body: { ...ACKNOWLEDGE, findings: [] } },
      'findings-incomplete',
    );
  });

  test('a stale If-Match', async () => {
    const call = { as: CONSULTANT, body: ACKNOWLEDGE, headers: { 'if-match': '"1"' } };
    const reply = await refusedByTheJourney(world, journey, 'acknowledge', call, 'stale');
    expect(reply.headers.etag).toMatch(/^"\d+"$/);
  });

  test('the second of two people who acknowledge at once', async () => {
    const id = await withReport(world);
    const replies = await Promise.all(
      ['consultant-1', 'consultant-2'].map((who) =>
        world.post(`/api/v1/journeys/${id}/acknowledge`, as(who, 'consultant'), ACKNOWLEDGE),
      ),
    );
    expect(replies.map((r) => r.status).sort()).toEqual([200, 409]);
    expectProblem(
      replies.find((r) => r.status === 409)!,
      'already-done',
    );
    expect((await world.state(id))!.acknowledgements).toHaveLength(1);
  });

  test('a vetting of what has images, and a claim of what is reported', async () => {
    await refusedByTheJourney(
      world,
      journey,
      'vet',
      { as: VETTER, body: { priority: 'routine' } },
      'not-owed',
    );
    await refusedByTheJourney(world, journey, 'claim', { as: REPORTER }, 'not-owed');
  });
});
