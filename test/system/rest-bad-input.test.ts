import type { ProblemCode } from '../../src/api/problems';
import { ACKNOWLEDGE, refusedAtTheEdge, withReport } from './rest-refusals';
import type { Call, Reply } from './rest-world';
import { CONSULTANT, RIS, RestWorld, reportBody } from './rest-world';

/** Bad input that the edge can tell by its form. */

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

describe('what does not fit its schema', () => {
  test('an unknown field is named by its place', async () => {
    const body = { ...ACKNOWLEDGE, comment: 'hello' };
    const reply = await refused(at('acknowledge'), { as: CONSULTANT, body }, 'invalid-body');
    expect(reply.body.errors).toEqual([{ pointer: '/comment', message: 'unknown field' }]);
  });

  test('an unknown field deep inside too', async () => {
    const findings = [{ id: 'f1', category: 'cancer', expected: false, region: 'chest', size: 3 }];
    const reply = await refused(
      at('report'),
      { as: RIS, body: reportBody('2026-01-01T00:00:00Z', { findings }) },
      'invalid-body',
    );
    expect(reply.body.errors).toEqual([{ pointer: '/findings/0/size', message: 'unknown field' }]);
  });

  test.each([
    ['a number for a text', { ...ACKNOWLEDGE, version: 1 }, '/version'],
    ['a text for a list', { ...ACKNOWLEDGE, findings: 'f1' }, '/findings'],
    ['a word that is on no list', { ...ACKNOWLEDGE, how: 'by pigeon' }, '/how'],
    ['a missing field', { version: 'r1', how: 'screen' }, '/findings'],
    ['null', { ...ACKNOWLEDGE, readBack: null }, '/readBack'],
    ['an id that is none', { ...ACKNOWLEDGE, findings: ["f1'; drop table journey"] }, '/findings/0'],
    [
      'more than anybody has',
      { ...ACKNOWLEDGE, findings: Array.from({ length: 201 }, (_, i) => `f${i}`) },
      '/findings',
    ],
  ])('%s', async (_, body, pointer) => {
    const reply = await refused(at('acknowledge'), { as: CONSULTANT, body }, 'invalid-body');
    expect(reply.body.errors.map((e: { pointer: string }) => e.pointer)).toEqual([pointer]);
  });

  test.each([
    ['a list', []],
    ['a text', 'acknowledge'],
    ['a number', 7],
    ['true', true],
  ])('%s in the place of an object', async (_, body) => {
    await refused(at('acknowledge'), { as: CONSULTANT, raw: JSON.stringify(body) }, 'invalid-body');
  });

  test.each([
    '2026-02-30T10:00:00Z',
    '2026-02-03T10:00:00',
    '2026-02-03',
    'yesterday',
    '2026-02-03T25:00:00Z',
    '9999-12-31T23:59:59-23:00',
    '',
  ])('an instant that is none: %j', async (instant) => {
    await refused(at('images'), { as: RIS, body: { at: instant } }, 'invalid-body');
  });

  test('two findings with one id', async () => {
    const finding = { id: 'f1', category: 'cancer', expected: false, region: 'chest' };
    const body = reportBody('2026-01-01T00:00:00Z', {
      version: 2,
      findings: [finding, { ...finding, region: 'neck' }],
    });
    await refused(at('report'), { as: RIS, body }, 'invalid-body');
  });
});

describe('what cannot be read at all', () => {
  test.each(['{"version":', '', "{'version':'r1'}", 'undefined', '{"a":1}{"b":2}', 'NaN'])(
    'no JSON: %j',
    async (raw) => {
      const code = raw === '' ? 'invalid-body' : 'malformed-json';
      await refused(at('acknowledge'), { as: CONSULTANT, raw }, code);
    },
  );

  test('bytes that are no UTF-8', async () => {
    const raw = Buffer.concat([Buffer.from('{"version":"'), Buffer.from([0xff, 0xfe]), Buffer.from('"}')]);
    await refused(at('acknowledge'), { as: CONSULTANT, raw }, 'malformed-json');
  });

  test('5 MB', async () => {
    const raw = JSON.stringify({ ...ACKNOWLEDGE, padding: 'x'.repeat(5 * 1024 * 1024) });
    await refused(at('acknowledge'), { as: CONSULTANT, raw }, 'body-too-large');
  });

  test.each([40, 100_000])('%i levels deep', async (levels) => {
    const raw = `{"version":${'['.repeat(levels)}${']'.repeat(levels)}}`;
    await refused(at('acknowledge'), { as: CONSULTANT, raw }, 'body-too-deep');
  });

  test.each([
    ['NUL in a value', '{"note":"a\\u0000b"}', '/note'],
    ['half a surrogate pair in a value', '{"note":"a\\ud800b"}', '/note'],
    ['the other half', '{"note":"\\udc00"}', '/note'],
    ['NUL in a name', '{"a\\u0000":1}', ''],
  ])('%s', async (_, raw, pointer) => {
    const reply = await refused(at('clarify'), { as: CONSULTANT, raw }, 'unstorable-text');
    expect(reply.body.errors).toEqual([{ pointer, message: 'cannot be stored' }]);
  });

  test('a name that reaches into every object', async () => {
    await refused(
      at('clarify'),
      { as: CONSULTANT, raw: '{"__proto__":{"decision":"rebook"}}' },
      'invalid-body',
    );
  });

  test.each([
    'text/plain',
    'application/xml',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
  ])('a body of type %s', async (type) => {
    const call = { as: CONSULTANT, raw: 'x=1', headers: { 'content-type': type } };
    await refused(at('acknowledge'), call, 'unsupported-media-type');
  });

  test.each(['12', 'W/"12"', '"12", "13"', '"x"', '"99999999999"', '""'])('If-Match: %s', async (value) => {
    const call = { as: CONSULTANT, body: ACKNOWLEDGE, headers: { 'if-match': value } };
    await refused(at('acknowledge'), call, 'bad-if-match');
  });

  test.each(['', 'a b', 'x'.repeat(201), 'é'])('Idempotency-Key: %j', async (key) => {
    const call = { as: CONSULTANT, body: ACKNOWLEDGE, headers: { 'idempotency-key': key } };
    await refused(at('acknowledge'), call, 'bad-idempotency-key');
  });
});
