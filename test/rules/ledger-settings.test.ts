import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { asksSettings } from '../../src/asks/asks-settings';
import { ledgerSettings } from '../../src/ledger/ledger-settings';
import { verifierKey } from '../../src/ledger/signed-note';
import { checkpointKeyIn } from '../../src/local/checkpoint-key';
import { PlainError } from '../../src/local/plain-error';

const dir = mkdtempSync(join(tmpdir(), 'imaging-failsafe-keys-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const local = { smtpUrl: 'smtp://127.0.0.1:1025', url: 'http://127.0.0.1:3000' };
const whsec = `whsec_${Buffer.alloc(32, 1).toString('base64')}`;
const settings = (env: Record<string, string>, kept?: string) =>
  ledgerSettings(env, asksSettings(env, local), kept);
const kept = (name: string, text: string): string => {
  writeFileSync(join(dir, name), text);
  return join(dir, name);
};
const pem = { format: 'pem', type: 'pkcs8' } as const;
const fresh = (name: string): string =>
  kept(name, generateKeyPairSync('ed25519').privateKey.export(pem).toString());
const [one, two] = [fresh('one.pem'), fresh('two.pem')];

test('one key signs, or two, the first one first, under the ledger’s name', () => {
  const { signers } = settings({ CHECKPOINT_KEYS: `${one}, ${two}`, CHECKPOINT_ORIGIN: 'example.org/x' });
  expect(signers.map(({ name }) => name)).toEqual(['example.org/x', 'example.org/x']);
  expect(verifierKey(signers[0]!)).toBe(
    verifierKey({ ...settings({ CHECKPOINT_KEYS: one }).signers[0]!, name: 'example.org/x' }),
  );
  expect(settings({ CHECKPOINT_KEYS: one }).signers[0]!.name).toBe('imaging-failsafe.invalid/trial');
});

test('a local run makes a key once, for its owner alone; one that is set stands over it', () => {
  const made = checkpointKeyIn(join(dir, 'data'));
  expect(statSync(made).mode & 0o777).toBe(0o600);
  const key = verifierKey(settings({}, made).signers[0]!);
  expect(verifierKey(settings({}, checkpointKeyIn(join(dir, 'data'))).signers[0]!)).toBe(key);
  expect(verifierKey(settings({ CHECKPOINT_KEYS: one }, made).signers[0]!)).not.toBe(key);
});

test('where checkpoints go', () => {
  const env = { CHECKPOINT_KEYS: one, CHECKPOINT_FILE: '/elsewhere', CHECKPOINT_MAIL: 'e@example.org' };
  expect(
    settings({ ...env, CHECKPOINT_WEBHOOK: 'https://e.example.org/c', WEBHOOK_SECRET: whsec }),
  ).toMatchObject({
    file: '/elsewhere',
    mail: { to: 'e@example.org', smtp: { url: 'smtp://127.0.0.1:1025' } },
    webhook: { to: 'https://e.example.org/c' },
  });
  expect(settings({ CHECKPOINT_KEYS: one })).toMatchObject({
    file: undefined,
    mail: undefined,
    webhook: undefined,
  });
});

const rsa = generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey.export(pem).toString();
const locked = generateKeyPairSync('ed25519')
  .privateKey.export({ ...pem, cipher: 'aes-256-cbc', passphrase: 'HIDDEN' })
  .toString();

test.each<[string, Record<string, string>, RegExp]>([
  ['no key at all', {}, /No key is set that signs checkpoints/],
  [
    'a key that is not there',
    { CHECKPOINT_KEYS: join(dir, 'nowhere') },
    /nowhere.*cannot be read \(ENOENT\)/,
  ],
  ['a folder', { CHECKPOINT_KEYS: dir }, /cannot be read \(EISDIR\)/],
  ['text that is no key', { CHECKPOINT_KEYS: kept('text', 'HIDDEN') }, /no Ed25519 private key/],
  ['a key of another kind', { CHECKPOINT_KEYS: kept('rsa', rsa) }, /no Ed25519 private key/],
  ['a key with a passphrase', { CHECKPOINT_KEYS: kept('locked', locked) }, /no Ed25519 private key/],
  ['the same key twice', { CHECKPOINT_KEYS: `${one},${one}` }, /one of them twice/],
  ['three keys', { CHECKPOINT_KEYS: `${one},${two},${fresh('three.pem')}` }, /more than two keys/],
  ['a name with a space', { CHECKPOINT_KEYS: one, CHECKPOINT_ORIGIN: 'a b' }, /CHECKPOINT_ORIGIN/],
  ['a name with a plus sign', { CHECKPOINT_KEYS: one, CHECKPOINT_ORIGIN: 'a+b' }, /CHECKPOINT_ORIGIN/],
  ['no mail address', { CHECKPOINT_KEYS: one, CHECKPOINT_MAIL: 'nobody' }, /CHECKPOINT_MAIL/],
  [
    'a webhook without a secret',
    { CHECKPOINT_KEYS: one, CHECKPOINT_WEBHOOK: 'https://e.example.org' },
    /without WEBHOOK_SECRET/,
  ],
  [
    'a webhook that is no address',
    { CHECKPOINT_KEYS: one, CHECKPOINT_WEBHOOK: 'e.example.org', WEBHOOK_SECRET: whsec },
    /CHECKPOINT_WEBHOOK/,
  ],
])('%s is told plainly, and no secret with it', (_, env, message) => {
  let thrown: unknown;
  try {
    settings(env);
  } catch (error) {
    thrown = error;
  }
  expect(thrown).toBeInstanceOf(PlainError);
  const { message: said, remedy } = thrown as PlainError;
  expect(said).toMatch(message);
  expect(remedy).not.toBe('');
  expect(said + remedy).not.toContain('HIDDEN');
});
