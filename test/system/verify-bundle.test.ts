import { execFile, execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { createHash } from 'node:crypto';

/** The checker for strangers, which shares no code with us, on the bundle in docs/examples: what it finds where. */

const root = path.resolve(__dirname, '../..');
const EXAMPLE = path.join(root, 'docs/examples/c13-bundle.json');

interface Bundle {
  redacted: boolean;
  journey: string;
  head: { seq: number; hash: string };
  events: { event: Record<string, unknown>; previous: string; hash: string }[];
  texts: { ref: string; salt?: string; text?: string }[];
  anchors: { n: number; chain: string; seq: number; hash: string; inclusion: string[] }[];
  checkpoint: string;
  keys: string[];
  histories: { run: string; events: number; sha256: string; gzip: string }[];
}
const example = (): Bundle => JSON.parse(readFileSync(EXAMPLE, 'utf8')) as Bundle;

let folder: string;
let program: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'failsafe-bundle-'));
  program = path.join(folder, 'verify-bundle');
  execFileSync('go', ['build', '-o', program, '.'], { cwd: path.join(root, 'tools/verify-bundle') });
}, 120_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const run = (...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> =>
  new Promise((resolve) => {
    execFile(program, args, (error, stdout, stderr) =>
      resolve({ code: typeof error?.code === 'number' ? error.code : error ? 1 : 0, stdout, stderr }),
    );
  });

const check = (bundle: Bundle, key = example().keys[0]!) => {
  const file = path.join(folder, 'bundle.json');
  writeFileSync(file, JSON.stringify(bundle));
  return run('--key', key, file);
};

test('its own tests pass', () => {
  execFileSync('go', ['test', './...'], { cwd: path.join(root, 'tools/verify-bundle') });
}, 120_000);

test('the example holds, every part of it', async () => {
  const { code, stdout } = await check(example());
  expect([code, stdout]).toEqual([0, expect.not.stringContaining('BROKEN')]);
  for (const part of ['chain', 'checkpoint', 'ledger', 'histories'])
    expect(stdout).toMatch(new RegExp(`^ok +${part}: `, 'm'));
  expect(stdout).not.toMatch(/^open /m);
});

test('without a key that is trusted it says so; the bundle’s own keys show less', async () => {
  const other = 'imaging-failsafe.invalid/cases+c7dc92e2+AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA';
  const refused = await check(example(), other);
  expect(refused.code).toBeGreaterThan(0);
  const none = await run(EXAMPLE);
  expect([none.code, none.stdout]).toEqual([
    1,
    expect.stringMatching(/BROKEN {2}checkpoint: not signed by a key/),
  ]);
  expect((await run('--trust-the-bundles-keys', EXAMPLE)).code).toBe(0);
});

const gzipOf = (json: string) => ({
  gzip: gzipSync(json).toString('base64'),
  sha256: createHash('sha256').update(json).digest('hex'),
});
const rewritten = (b: Bundle, from: RegExp, to: string): void => {
  const [h] = b.histories;
  const json = gunzipSync(Buffer.from(h!.gzip, 'base64')).toString('utf8');
  const other = json.replace(/"data":\s*"([A-Za-z0-9+/=]+)"/g, (whole, data: string) => {
    const text = Buffer.from(data, 'base64').toString('utf8');
    return text.includes('"events"')
      ? whole.replace(data, Buffer.from(text.replace(from, to)).toString('base64'))
      : whole;
  });
  expect(other).not.toBe(json);
  Object.assign(h!, gzipOf(other));
};

test.each<[string, (b: Bundle) => void, RegExp]>([
  [
    'a word of an event',
    (b) => void (b.events[3]!.event['at'] = '2020-01-01T00:00:00.000Z'),
    /chain: event 4 is not what was hashed/,
  ],
  ['an event gone', (b) => void b.events.splice(3, 1), /chain: event 4 is missing/],
  [
    'two events in each other’s place',
    (b) => void b.events.splice(3, 2, b.events[4]!, b.events[3]!),
    /chain: event 4 is missing, or stands/,
  ],
  ['the tail gone', (b) => void b.events.splice(-2), /chain: the head is said to be/],
  [
    'the tail gone, and the head with it',
    (b) => {
      b.events.splice(-2);
      b.head = { seq: b.events.length, hash: b.events.at(-1)!.hash };
    },
    /ledger: anchor \d+: event \d+ was anchored and is not here/,
  ],
  [
    'another journey’s name',
    (b) => void (b.journey = '01a20db2-0000-7000-8000-000000000000'),
    /chain: event 1 is not what was hashed/,
  ],
  [
    'an anchor’s hash',
    (b) => void (b.anchors[0]!.hash = '0'.repeat(64)),
    /ledger: anchor \d+: event \d+ had another hash/,
  ],
  ['an anchor’s place', (b) => void (b.anchors[0]!.n += 1), /ledger: anchor \d+: /],
  [
    'an audit path',
    (b) => void (b.anchors[0]!.inclusion[0] = Buffer.alloc(32).toString('base64')),
    /ledger: anchor \d+: it is not in the tree/,
  ],
  [
    'the checkpoint’s size',
    (b) => void (b.checkpoint = b.checkpoint.replace(/\n(\d+)\n/, '\n99\n')),
    /checkpoint: the signature .* does not fit/,
  ],
  [
    'the signature',
    (b) => void (b.checkpoint = b.checkpoint.replace(/ ([A-Za-z0-9+/]{8})[A-Za-z0-9+/]{8}/, ' $1AAAAAAAA')),
    /checkpoint: /,
  ],
  [
    'what a history recorded',
    (b) => rewritten(b, /"seq":4,/, '"seq":4,"added":true,'),
    /history \S+: it recorded event 4 otherwise/,
  ],
  [
    'a hash in a history',
    (b) => rewritten(b, /"head":"[0-9a-f]{8}/, '"head":"00000000'),
    /history \S+: after event \d+ the chain’s hash was another|history \S+: after event \d+ the chain's hash was another/,
  ],
  [
    'an archived history',
    (b) => void (b.histories[0]!.sha256 = '0'.repeat(64)),
    /history \S+: it is not what was archived/,
  ],
])('changed: %s', async (_, act, line) => {
  const bundle = example();
  act(bundle);
  const { code, stdout } = await check(bundle);
  expect([code, stdout]).toEqual([1, expect.stringMatching(line)]);
});

test('the form for the family shows where the chain had come to, and no more', async () => {
  const bundle = { ...example(), redacted: true, events: [], texts: [], histories: [] };
  const { code, stdout } = await check(bundle);
  expect([code, stdout]).toEqual([0, expect.stringMatching(/^ok +ledger: \d+ anchors, up to event/m)]);
  bundle.head = { ...bundle.head, hash: '0'.repeat(64) };
  expect(await check(bundle)).toMatchObject({ code: 1, stdout: expect.stringMatching(/BROKEN {2}ledger/) });
});

test.each([[['no-such-file.json']], [[]], [['--key', 'nonsense', EXAMPLE]], [['--nonsense']]])(
  'what cannot be used is said with code 2: %j',
  async (args) => expect((await run(...args)).code).toBe(2),
);
