import { createHmac } from 'node:crypto';
import tls from 'node:tls';
import { KeptGoneEndpoints } from '../../src/asks/gone-endpoints';
import { networks } from '../../src/asks/channels/address-check';
import { WebhookChannel } from '../../src/asks/channels/webhook-channel';
import { secretBytes } from '../../src/asks/channels/webhook-signature';
import type { Reach } from '../../src/asks/reach';
import { ScriptedSmtp } from '../support/scripted-smtp';
import { AsksWorld, until } from './asks-world';
import { NameServer } from './support/name-server';
import { Receiver, receiverCertificate } from '../support/receiver';

/** Webhooks to real HTTP and HTTPS servers that answer, hang, lead elsewhere or lie about where they are. */
const SECRETS = ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', `whsec_${Buffer.alloc(32, 7).toString('base64')}`];
const WEBHOOK: Reach = { steps: [['webhook'], ['mail']], proof: 'delivered', within: 900 };

let world: AsksWorld;
let smtp: ScriptedSmtp;
let receiver: Receiver;
let secure: Receiver;
let names: NameServer;

beforeAll(async () => {
  world = await AsksWorld.start();
  smtp = await ScriptedSmtp.start();
  receiver = await Receiver.start();
  secure = await Receiver.start({ tls: true });
  names = await NameServer.start();
}, 60_000);
afterEach(async () => {
  await world.rest();
  await world.db.query('delete from endpoint_gone');
  smtp.forget();
  receiver.forget();
  secure.forget();
});
afterAll(async () => {
  await world.stop();
  for (const server of [smtp, receiver, secure, names]) await server.stop();
});

const channel = (more: { allowed?: string[]; timeoutMs?: number } = {}): WebhookChannel =>
  new WebhookChannel(
    {
      secrets: SECRETS.map((secret) => secretBytes(secret)!),
      allowed: networks(more.allowed ?? ['127.0.0.1']),
      timeoutMs: more.timeoutMs ?? 300,
      resolve: (host) => (host === '127.0.0.1' ? Promise.resolve([host]) : names.resolve(host)),
    },
    new KeptGoneEndpoints(world.program, world.clock),
  );

/** One critical ask to somebody with this webhook. */
const asked = async (to: string, more: Parameters<typeof channel>[0] = {}) => {
  await world.contacts('consultant-1', [{ kind: 'webhook', to }]);
  await world.dispatcher(smtp.url, { channels: [channel(more)] });
  return world.duty({ reach: WEBHOOK });
};
const local = () => `http://127.0.0.1:${receiver.port}/hook`;
const named = (host = 'receiver.example.org') => `https://${host}:${secure.port}/hook`;
const row = (journey: string) => world.point(journey, 'webhook');
const failure = async (journey: string, code: string) =>
  until(async () => (await row(journey))?.failure === code, 20_000);
/** The next contact point took over: what failed ended at a human. */
const mailed = (journey: string) =>
  until(async () => (await world.point(journey, 'mail'))?.status === 'sent');

test('delivered by a 2xx: signed for each secret, ids and codes alone, under the ask’s id', async () => {
  const { journey, ask } = await asked(local());
  await until(async () => (await row(journey))?.status === 'sent');
  expect(await row(journey)).toMatchObject({ proof: 'delivered', proof_from: 'webhook' });
  const [{ headers, body }] = receiver.calls as [(typeof receiver.calls)[number]];
  expect(JSON.parse(body)).toEqual({
    type: 'duty.asked',
    data: {
      ask,
      journey,
      duty: 'acknowledge',
      due: '2031-03-30T13:00:00.000Z',
      link: `https://failsafe.example.org/journeys/${journey}`,
    },
  });
  const { 'webhook-id': id, 'webhook-timestamp': at } = headers as Record<string, string>;
  expect(id).toBe(ask);
  expect(Math.abs(Number(at) - Date.now() / 1000)).toBeLessThan(60);
  const expected = SECRETS.map((secret) => {
    const key = Buffer.from(secret.slice('whsec_'.length), 'base64');
    return `v1,${createHmac('sha256', key).update(`${id}.${at}.${body}`).digest('base64')}`;
  });
  expect(headers['webhook-signature']).toBe(expected.join(' '));
  expect(smtp.received).toEqual([]);
});

test('over HTTPS the certificate must be that of the name', async () => {
  tls.setDefaultCACertificates([...tls.getCACertificates('default'), receiverCertificate()]);
  names.says(['127.0.0.1']);
  const good = await asked(named());
  await until(async () => (await row(good.journey))?.status === 'sent');
  expect(secure.calls).toHaveLength(1);
  expect(secure.calls[0]!.headers.host).toBe(`receiver.example.org:${secure.port}`);
  const other = await asked(named('other.example.org'));
  await failure(other.journey, 'connection-lost');
  expect(secure.calls).toHaveLength(1);
});

test('a name that leads to a private address on the second look is looked up once a try, and never called there', async () => {
  tls.setDefaultCACertificates([...tls.getCACertificates('default'), receiverCertificate()]);
  secure.answers = (answer) => answer.writeHead(503).end();
  names.says(['127.0.0.1'], ['10.0.0.7']);
  const { journey } = await asked(named());
  await failure(journey, 'webhook-address-refused');
  // The first try was checked and made by one look-up; the second look-up was refused, and nothing was sent.
  expect([names.asked, secure.calls.length]).toEqual([2, 1]);
  await mailed(journey);
});

test.each([
  ['private', ['10.1.2.3']],
  ['loopback, not allowed', ['127.0.0.2']],
  ['link-local, where clouds keep credentials', ['169.254.169.254']],
  ['shared', ['100.64.0.1']],
  ['multicast', ['224.0.0.1']],
  ['one public and one private', ['93.184.215.14', '192.168.0.1']],
])('an address that is %s is refused, and the next contact point is tried', async (_, addresses) => {
  names.says(addresses);
  const { journey } = await asked(named());
  await failure(journey, 'webhook-address-refused');
  await mailed(journey);
});

test.each([
  ['redirects', (): number => 302, 'webhook-redirects'],
  ['refuses', (): number => 400, 'webhook-400'],
  ['has no such address', (): number => 404, 'webhook-404'],
])('a receiver that %s has failed for good', async (_, status, code) => {
  receiver.answers = (answer) => answer.writeHead(status(), { location: `${local()}/elsewhere` }).end();
  const { journey } = await asked(local());
  await failure(journey, code);
  expect(receiver.calls).toHaveLength(1);
  await mailed(journey);
});

test('one that hangs, or answers late, is tried again under the same id, and in the end somebody else is asked', async () => {
  receiver.answers = (answer) => void setTimeout(() => answer.writeHead(204).end(), 1_000);
  const { journey, ask } = await asked(local(), { timeoutMs: 100 });
  await failure(journey, 'timed-out');
  await until(async () => {
    await world.hurry();
    return (await row(journey))?.status === 'failed';
  }, 20_000);
  await mailed(journey);
  expect(new Set(receiver.calls.map((call) => call.headers['webhook-id']))).toEqual(new Set([ask]));
  expect(receiver.calls.map((call) => call.headers['failsafe-attempt']).slice(0, 3)).toEqual(['1', '2', '3']);
}, 30_000);

test('away for a moment: tried again, and delivered', async () => {
  let tries = 0;
  receiver.answers = (answer) => answer.writeHead(++tries === 1 ? 503 : 200).end();
  const { journey } = await asked(local());
  await until(async () => (await row(journey))?.status === 'sent', 20_000);
  expect(receiver.calls).toHaveLength(2);
});

test('an answer without end is cut off', async () => {
  receiver.answers = (answer) => {
    answer.writeHead(200);
    const more = (): void => void answer.write('x'.repeat(20_000), (error) => error || setImmediate(more));
    more();
  };
  const { journey } = await asked(local(), { timeoutMs: 5_000 });
  await failure(journey, 'webhook-answer-too-large');
});

test('410 Gone: never called again, for any ask', async () => {
  receiver.answers = (answer) => answer.writeHead(410).end();
  const first = await asked(local());
  await failure(first.journey, 'webhook-410');
  const second = await world.duty({ reach: WEBHOOK });
  await failure(second.journey, 'webhook-gone');
  expect(receiver.calls).toHaveLength(1);
  await mailed(second.journey);
});

test('without encryption only on this machine; with a password in the address never', async () => {
  names.says(['93.184.215.14']);
  const plain = await asked('http://receiver.example.org/hook');
  await failure(plain.journey, 'webhook-address-refused');
  await world.contacts('consultant-1', [
    { kind: 'webhook', to: 'https://user:secret@receiver.example.org/' },
  ]);
  const secret = await world.duty({ reach: WEBHOOK });
  await failure(secret.journey, 'webhook-address-unusable');
});
