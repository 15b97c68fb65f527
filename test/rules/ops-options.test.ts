import { writeFileSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PlainError } from '../../src/local/plain-error';
import { ApiClient, Away, Refusal } from '../../src/remedies/ops/api-client';
import { EXIT, ops } from '../../src/remedies/ops/ops';
import { HELP, options } from '../../src/remedies/ops/options';

/** The command line of remedies: what it understands, what it sends, and what its exit codes say. */

const ENV = { FAILSAFE_TOKEN: 'dev:admin-1:admin' };
const read = (line: string) => options(line.split(' '), ENV)!;

test('a remedy is read with its journeys, or with a finding; a dry run needs no reason', () => {
  expect(read('replay --journey a --journey b --reason run-lost --force')).toMatchObject({
    journeys: ['a', 'b'],
    remedy: { remedy: 'replay', reason: 'run-lost', force: true, dry: false },
  });
  expect(read('resume --finding a-code --dry')).toMatchObject({ finding: 'a-code', remedy: { dry: true } });
  expect(options(['--help'], {})).toBeUndefined();
  for (const word of ['findings', 'replay', 'resume', 'redeliver', 'quarantine', 'correct', 'approve'])
    expect(HELP).toContain(word);
});

test('a correction brings its fact from a file', () => {
  const dir = mkdtempSync(join(tmpdir(), 'failsafe-ops-'));
  try {
    const file = join(dir, 'fact.json');
    writeFileSync(file, '{"count":3}');
    const line = `correct --journey a --row 4 --type images --data ${file} --reason source-corrected`;
    expect(read(line).remedy).toMatchObject({ row: 4, correction: { type: 'images', data: { count: 3 } } });
    expect(() => read(line.replace(file, join(dir, 'none')))).toThrow(PlainError);
  } finally {
    rmSync(dir, { recursive: true });
  }
});

test.each([
  'frobnicate',
  'replay --journey a',
  'replay --reason drill',
  'replay --journey a --finding b --reason drill',
  'quarantine --journey a --row x --reason drill',
  'correct --journey a --row 1 --reason drill',
  'replay --journey a --reason drill --wrong',
  'approve',
  'findings extra',
])('what it does not understand it refuses in plain words: %s', (line) => {
  expect(() => read(line)).toThrow(PlainError);
});

test('it does not act as nobody', () => {
  expect(() => options(['findings'], {})).toThrow('Who are you?');
});

describe('against an API', () => {
  const seen: { url: string; body: unknown; authorization: string }[] = [];
  let answers: { status: number; body: object }[] = [];
  const server = createServer((request, response) => {
    let text = '';
    request.on('data', (part: Buffer) => (text += part.toString()));
    request.on('end', () => {
      const { url = '', headers } = request;
      seen.push({
        url,
        body: text === '' ? undefined : JSON.parse(text),
        authorization: headers.authorization ?? '',
      });
      const { status, body } = answers.shift()!;
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    });
  });
  let api: ApiClient;
  beforeAll(async () => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    api = new ApiClient(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, 'dev:admin-1:admin');
  });
  afterAll(() => new Promise((resolve) => server.close(resolve)));
  beforeEach(() => void seen.splice(0));

  const item = (more: object = {}) => ({ journey: 'a', critical: false, ...more });
  const did = (items: object[], status = 'applied') => ({
    status: 202,
    body: {
      id: 'r1',
      remedy: 'resume',
      reason: 'drill',
      status,
      asked: { person: 'admin-1' },
      askedAt: 'now',
      items,
    },
  });
  const run = (line: string, said: string[] = []) => ops(api, read(line), (text) => said.push(text));

  test('many journeys go in batches, with a line of progress each', async () => {
    const ids = Array.from({ length: 12 }, (_, i) => `j${i}`);
    answers = [
      did(ids.slice(0, 10).map((journey) => item({ journey, did: { rows: 1 } }))),
      did([item(), item()]),
    ];
    const said: string[] = [];
    const { code, words } = await run(
      `resume --reason drill ${ids.map((id) => `--journey ${id}`).join(' ')}`,
      said,
    );
    expect(code).toBe(EXIT.done);
    expect(said).toEqual(['resume: 10 of 12 journeys', 'resume: 12 of 12 journeys']);
    expect(seen.map(({ body }) => (body as { journeys: string[] }).journeys.length)).toEqual([10, 2]);
    expect(seen[0]).toMatchObject({
      url: '/api/v1/admin/remedies',
      authorization: 'Bearer dev:admin-1:admin',
    });
    expect(words.join('\n')).toContain('rows delivered: 1');
  });

  test('its exit code says whether one was refused, or waits for a second person', async () => {
    answers = [did([item({ refused: 'run-is-sound' })]), did([item()], 'waiting')];
    expect((await run('resume --reason drill --journey a')).code).toBe(EXIT.refused);
    expect((await run('resume --reason drill --journey a')).code).toBe(EXIT.waits);
  });

  test('a refusal is told with its code and places; a failing or absent API is another matter', async () => {
    answers = [
      {
        status: 422,
        body: { code: 'invalid-body', detail: 'No.', errors: [{ pointer: '/row', message: 'is missing' }] },
      },
      { status: 503, body: { code: 'temporal-away', detail: 'Later.' } },
    ];
    await expect(run('show r1')).rejects.toThrow(new Refusal(422, 'invalid-body', 'No. /row is missing.'));
    await expect(run('show r1')).rejects.toThrow(Away);
    const nobody = new ApiClient('http://127.0.0.1:1', 'x');
    await expect(ops(nobody, read('findings'), () => undefined)).rejects.toThrow(Away);
  });

  test('lists are read to their end', async () => {
    const finding = (code: string) => ({ code, journey: 'a', reason: 'synthetic' });
    answers = [
      { status: 200, body: { items: [finding('one')], next: 'c2' } },
      { status: 200, body: { items: [finding('two')] } },
    ];
    const { words } = await run('findings --code one');
    expect(words).toEqual(['one  a  synthetic', 'two  a  synthetic', '2 findings']);
    expect(seen.map(({ url }) => url)).toEqual([
      '/api/v1/admin/findings?code=one&open=true&limit=200',
      '/api/v1/admin/findings?code=one&open=true&limit=200&cursor=c2',
    ]);
  });
});
