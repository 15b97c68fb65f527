import fc from 'fast-check';
import { INPUTS } from '../../src/api/schemas/inputs';
import { PROBLEMS } from '../../src/api/problems';
import type { Reply } from './rest-world';
import { RestWorld, as, requestBody } from './rest-world';

/** Whatever is sent wherever, by whoever may: an answer of the documented kind, and never a 500. */

let world: RestWorld;
let journey: string;
beforeAll(async () => {
  world = await RestWorld.start({ worker: false });
  const reply = await world.post('/api/v1/journeys', as('ris-1', 'system'), requestBody(await world.at()), {
    prefer: 'wait=0',
  });
  journey = reply.body.journey as string;
}, 120_000);
afterAll(() => world.stop());

const SENDERS = {
  reviewed: as('safety-lead-1', 'safety-lead'),
  fact: as('ris-1', 'system'),
  vet: as('v', 'vetter'),
  return: as('v', 'vetter'),
  answer: as('d', 'desk'),
  match: as('d', 'desk'),
  explain: as('d', 'desk'),
  claim: as('reporter-1', 'reporter'),
  release: as('reporter-1', 'reporter'),
  assure: as('reporter-1', 'reporter'),
  reassign: as('l', 'clinical-lead'),
  replan: as('a', 'admin'),
} as const;
const sender = (kind: string, type: string): string =>
  kind === 'fact'
    ? SENDERS.fact
    : (SENDERS[type as keyof typeof SENDERS] ?? as('consultant-1', 'consultant'));

const documented = (reply: Reply): void => {
  expect(reply.status).toBeLessThan(500);
  if (reply.status < 400) return;
  expect(Object.keys(PROBLEMS)).toContain(reply.body.code);
  expect(reply.type).toMatch(/^application\/problem\+json/);
};

const anything = fc.oneof(
  fc.jsonValue({ maxDepth: 4 }),
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.constantFrom('', null, -1, 1e308, 2 ** 53, 'x'.repeat(70_000), '\u0000', '\ud800', {}, [], [[]], true),
);

const spec = fc.constantFrom(...INPUTS);

test('an example with one field replaced, added or removed', async () => {
  await fc.assert(
    fc.asyncProperty(
      spec,
      fc.nat(),
      anything,
      fc.constantFrom('replace', 'add', 'remove'),
      async (s, n, value, how) => {
        const body: Record<string, unknown> = { ...s.example };
        const names = Object.keys(body);
        const name = names[n % Math.max(1, names.length)] ?? 'note';
        if (how === 'remove') delete body[name];
        else body[how === 'add' ? `${name}x` : name] = value;
        const call = { as: sender(s.kind, s.type), raw: JSON.stringify(body), headers: { prefer: 'wait=0' } };
        documented(await world.call('POST', `/api/v1/journeys/${journey}/${s.type}`, call));
        if (s.message) documented(await world.call('POST', `/api/v1/messages/${s.type}`, call));
      },
    ),
    { numRuns: 150 },
  );
}, 120_000);

test('anything at all as a body', async () => {
  await fc.assert(
    fc.asyncProperty(spec, anything, async (s, value) => {
      const call = { as: sender(s.kind, s.type), raw: JSON.stringify(value), headers: { prefer: 'wait=0' } };
      documented(await world.call('POST', `/api/v1/journeys/${journey}/${s.type}`, call));
    }),
    { numRuns: 100 },
  );
}, 120_000);

test('anything at all in a query or an address', async () => {
  const names = ['stage', 'limit', 'cursor', 'asOf', 'site', 'mine', 'overdue', 'kind', 'person', 'x'];
  const desk = as('d', 'desk');
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom('journeys', 'worklist', `journeys/${journey}`, `journeys/${journey}/events`),
      fc.constantFrom(...names),
      fc.string({ unit: 'grapheme', maxLength: 60 }),
      async (path, name, value) => {
        const encoded = encodeURIComponent(value);
        documented(await world.get(`/api/v1/${path}?${name}=${encoded}`, desk));
        documented(await world.get(`/api/v1/journeys/${encoded}`, desk));
        documented(await world.get(`/api/v1/commands/${encoded}`, desk));
        documented(await world.get(`/api/v1/policies/${encoded}`, desk));
      },
    ),
    { numRuns: 100 },
  );
}, 120_000);

test('anything at all in a safety lead’s question', async () => {
  const paths = [
    ...['evidence', 'deadlines', 'refusals', `journeys/${journey}/knowledge`, `journeys/${journey}/accesses`],
    ...['reports/report-to-told', 'reports/xr-510'],
  ];
  const names = [
    'type',
    'from',
    'to',
    'asOf',
    'person',
    'code',
    'cursor',
    'q',
    'rung',
    'over',
    'where',
    'limit',
  ];
  const values = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 60 }),
    fc.constantFrom(
      '0000-01-01T00:00:00Z',
      '9999-12-31T23:59:59Z',
      '-',
      '"',
      'P9999W',
      'PT',
      '20',
      'a & b | !',
    ),
    // What looks like a cursor.
    fc.jsonValue({ maxDepth: 2 }).map((v) => Buffer.from(JSON.stringify([v, v])).toString('base64url')),
  );
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...paths),
      fc.uniqueArray(fc.tuple(fc.constantFrom(...names), values), { minLength: 1, maxLength: 4 }),
      fc.constantFrom('application/json', 'text/csv', 'application/x-ndjson'),
      async (path, query, accept) => {
        const search = query.map(([name, value]) => `${name}=${encodeURIComponent(value.toWellFormed())}`);
        const who = as('s', 'safety-lead');
        documented(
          await world.get(`/api/v1/${path}?${search.join('&')}`, who, {
            'purpose-of-use': 'PATSFTY',
            accept,
          }),
        );
      },
    ),
    { numRuns: 300 },
  );
}, 120_000);

test('every example is accepted as it stands in the document', async () => {
  for (const { type, kind, example } of INPUTS.filter((s) => s.type !== 'match')) {
    const reply = await world.post(`/api/v1/journeys/${journey}/${type}`, sender(kind, type), example, {
      prefer: 'wait=0',
    });
    expect([type, reply.status]).toEqual([type, 202]);
  }
});
