import { DevelopmentTokens, isLoopback } from '../../src/api/authenticator';
import { parseBody } from '../../src/api/body';
import { isDatabaseAway } from '../../src/api/database-away';
import { idempotencyKey, ifMatch, waitMs } from '../../src/api/headers';
import { MethodsByPath } from '../../src/api/methods-by-path';
import { cursorOf, pageOf } from '../../src/api/paging';
import type { ApiRequest } from '../../src/api/request';

const request = (headers: Record<string, string>): ApiRequest => ({ headers }) as unknown as ApiRequest;

describe('development tokens', () => {
  const tokens = new DevelopmentTokens();

  test.each([
    ['Bearer dev:dr-hall:consultant', { person: 'dr-hall', role: 'consultant' }],
    ['bearer dev:trust-a:dr.hall:gp', { person: 'trust-a:dr.hall', role: 'gp' }],
    ['Bearer dev:ris-1:system', { person: 'ris-1', role: 'system' }],
  ])('%s', async (header, principal) => {
    expect(await tokens.authenticate(header)).toEqual(principal);
  });

  test.each([
    undefined,
    '',
    'dev:dr-hall:consultant',
    'Bearer dev::consultant',
    'Bearer dev:dr-hall:',
    'Bearer dev:dr-hall:Consultant',
    'Bearer dev:dr-hall:__proto__',
    'Bearer dev:dr-hall:constructor',
    `Bearer dev:${'x'.repeat(65)}:gp`,
    'Bearer dev:dr\u0000hall:gp',
    'Bearer dev:dr-hall:gp extra',
  ])('nobody: %j', async (header) => {
    expect(await tokens.authenticate(header)).toBeUndefined();
  });

  test.each(['127.0.0.1', '127.8.8.8', 'localhost', '::1'])('served on %s', (host) => {
    expect(() => tokens.checkBind(host)).not.toThrow();
  });

  test.each(['0.0.0.0', '::', '10.1.2.3', '192.168.0.1', 'hospital.example', '127.0.0.1.evil.example', ''])(
    'refused on %j, with the remedy',
    (host) => {
      expect(isLoopback(host)).toBe(false);
      expect(() => tokens.checkBind(host)).toThrow('development tokens');
    },
  );
});

describe('headers', () => {
  test('If-Match is one ETag, any, or none', () => {
    expect(ifMatch(request({ 'if-match': '"12"' }))).toBe(12);
    expect(ifMatch(request({ 'if-match': '*' }))).toBeUndefined();
    expect(ifMatch(request({}))).toBeUndefined();
    for (const bad of ['12', 'W/"1"', '"1", "2"', '"2147483648"', '"-1"', '"1.5"'])
      expect(() => ifMatch(request({ 'if-match': bad }))).toThrow('bad-if-match');
  });

  test('Prefer says how long to wait, within reason', () => {
    expect(waitMs(request({}))).toBe(2000);
    expect(waitMs(request({ prefer: 'wait=5' }))).toBe(5000);
    expect(waitMs(request({ prefer: 'return=minimal, Wait=7' }))).toBe(7000);
    expect(waitMs(request({ prefer: 'wait=99999' }))).toBe(30_000);
    expect(waitMs(request({ prefer: 'respond-async' }))).toBe(0);
    expect(waitMs(request({ prefer: 'respond-async, wait=3' }))).toBe(3000);
    expect(waitMs(request({ prefer: 'await=9' }))).toBe(2000);
  });

  test('Idempotency-Key is a plain word', () => {
    expect(idempotencyKey(request({ 'idempotency-key': '8e03978e-40d5-43dd-bc93-6894a57f9324' }))).toMatch(
      /^8e03/,
    );
    for (const bad of ['', 'a b', 'é', 'x'.repeat(201)])
      expect(() => idempotencyKey(request({ 'idempotency-key': bad }))).toThrow('bad-idempotency-key');
  });
});

describe('bodies', () => {
  test('are read as they stand', () => {
    expect(parseBody(Buffer.from('{"a":[1,"é",null]}'))).toEqual({ a: [1, 'é', null] });
    expect(parseBody(Buffer.from(''))).toBeUndefined();
    expect(parseBody(Buffer.from('"\\ud83d\\ude00"'))).toBe('😀');
  });

  test('32 levels are enough, 33 are too deep', () => {
    const nested = (levels: number): Buffer => Buffer.from('['.repeat(levels) + ']'.repeat(levels));
    expect(() => parseBody(nested(32))).not.toThrow();
    expect(() => parseBody(nested(33))).toThrow('body-too-deep');
    expect(() => parseBody(nested(500_000))).toThrow('body-too-deep');
  });

  test('a pointer shows a field’s name only where it cannot be data', () => {
    const pointers = (text: string): unknown => {
      try {
        return parseBody(Buffer.from(text));
      } catch (error) {
        return (error as { details: { errors: unknown } }).details.errors;
      }
    };
    expect(pointers('{"note":"\\u0000"}')).toMatchObject([{ pointer: '/note' }]);
    expect(pointers('{"9990000018":{"x":"\\u0000"}}')).toMatchObject([{ pointer: '/x' }]);
    expect(pointers('{"a":[0,"\\ud800"]}')).toMatchObject([{ pointer: '/a/1' }]);
  });
});

test('what Postgres says when it is away is told from our own mistakes', () => {
  for (const code of ['ECONNREFUSED', '57P01', '57P03', '53300', '08006', '55000', '40P01', '28P01'])
    expect([code, isDatabaseAway(Object.assign(new Error(), { code }))]).toEqual([code, true]);
  for (const code of ['23505', '22P02', '42P01', '42601', '22021'])
    expect([code, isDatabaseAway(Object.assign(new Error(), { code }))]).toEqual([code, false]);
  expect(isDatabaseAway({ driverError: { code: '57P01' } })).toBe(true);
  expect(isDatabaseAway(new AggregateError([Object.assign(new Error(), { code: 'ECONNREFUSED' })]))).toBe(
    true,
  );
  expect(isDatabaseAway(new Error('Connection terminated unexpectedly'))).toBe(true);
  expect(isDatabaseAway(new TypeError('x is not a function'))).toBe(false);
  expect(isDatabaseAway(undefined)).toBe(false);
});

test('an address knows its methods', () => {
  const methods = new MethodsByPath();
  methods.add('/api/v1/journeys', 'POST');
  methods.add('/api/v1/journeys', ['GET', 'HEAD']);
  methods.add('/api/v1/journeys/:journey', 'GET');
  expect(methods.at('/api/v1/journeys?x=1')).toEqual(['GET', 'HEAD', 'POST']);
  expect(methods.at('/api/v1/journeys/abc')).toEqual(['GET']);
  expect(methods.at('/api/v1/journeys/abc/def')).toEqual([]);
  expect(methods.at('/apixv1/journeys')).toEqual([]);
});

test('a page has a cursor only where more follows', () => {
  const page = (rows: number[]) =>
    pageOf(
      rows,
      2,
      (row) => row * 10,
      (row) => [row],
    );
  expect(page([1, 2])).toEqual({ items: [10, 20] });
  expect(page([1, 2, 3])).toEqual({ items: [10, 20], next: cursorOf([2]) });
  expect(page([])).toEqual({ items: [] });
});
