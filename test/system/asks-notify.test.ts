import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { createApi } from '../../src/api/create-api';
import { NotifyChannel } from '../../src/asks/channels/notify-channel';
import type { Reach } from '../../src/asks/reach';
import { log } from '../../src/logging';
import { ScriptedSmtp } from '../support/scripted-smtp';
import { AsksWorld, until } from './asks-world';
import { StubNotify } from './support/stub-notify';

/** Texts through GOV.UK Notify's own client library, against a stub of Notify (see there), and its receipts at our API. */
const TEXT: Reach = { steps: [['sms'], ['mail']], proof: 'delivered', within: 900 };
const NUMBER = '+447700900001';
const KEY = 'failsafe-11111111-1111-4111-8111-111111111111-22222222-2222-4222-8222-222222222222';
const TOKEN = 'the token that Notify calls back with';

let world: AsksWorld;
let smtp: ScriptedSmtp;
let stub: StubNotify;
let api: NestFastifyApplication;

beforeAll(async () => {
  log.level = 'silent';
  world = await AsksWorld.start();
  smtp = await ScriptedSmtp.start();
  stub = await StubNotify.start();
  api = await createApi({
    databaseUrl: world.url,
    clock: world.clock,
    host: '127.0.0.1',
    returning: { notifyToken: TOKEN },
  });
}, 60_000);
afterEach(async () => {
  await world.rest();
  smtp.forget();
  stub.forget();
});
afterAll(async () => {
  await api.close();
  await world.stop();
  await smtp.stop();
  await stub.stop();
});

const asked = async (reach = TEXT) => {
  await world.contacts('consultant-1', [{ kind: 'sms', to: NUMBER }]);
  const notify = new NotifyChannel({ apiKey: KEY, smsTemplate: 'template-1', url: stub.url });
  await world.dispatcher(smtp.url, { channels: [notify], linkSecret: 'x'.repeat(32) });
  return world.duty({ reach, category: 'urgent' });
};
const sent = async (journey: string) => {
  await until(async () => (await world.point(journey, 'sms'))?.status === 'sent', 20_000);
  return (await world.point(journey, 'sms'))!;
};
const mailed = (journey: string) =>
  until(async () => (await world.point(journey, 'mail'))?.status === 'sent');
const receipt = async (body: object, token = TOKEN) =>
  (
    await api.inject({
      method: 'POST',
      url: '/callbacks/notify',
      headers: { authorization: `Bearer ${token}` },
      payload: { id: 'x', to: '+44 CANARY', notification_type: 'sms', ...body },
    })
  ).statusCode;

test('a text says which duty and where, in the template’s own words; taken over proves sent and no more', async () => {
  const { journey, ask } = await asked();
  expect(await sent(journey)).toMatchObject({ proof: 'sent', provider_id: stub.texts[0]!.id });
  const [text] = stub.texts;
  expect(text).toMatchObject({ reference: ask, phone_number: NUMBER, template_id: 'template-1' });
  expect(text!.personalisation).toMatchObject({
    what: 'a duty waits for you',
    duty: 'Acknowledge the report',
    link: expect.stringMatching(/^https:\/\/failsafe\.example\.org\/a\/[\w-]{43}$/) as string,
  });
  expect(stub.tokens.at(-1)).toMatch(/^Bearer [\w-]+\.[\w-]+\.[\w-]+$/);
});

test('its receipt proves the delivery', async () => {
  const { journey, ask } = await asked();
  await sent(journey);
  expect(await receipt({ reference: ask, status: 'sending' })).toBe(204);
  expect(await world.row(ask)).toMatchObject({ proof: 'sent' });
  expect(await receipt({ reference: ask, status: 'delivered' })).toBe(204);
  expect(await world.row(ask)).toMatchObject({ proof: 'delivered', proof_from: 'notify' });
  await world.noProof();
  expect(await world.points(journey)).toHaveLength(1);
});

test.each(['permanent-failure', 'temporary-failure', 'technical-failure'])(
  'its receipt says %s: the next contact point at once, and once',
  async (status) => {
    const { journey, ask } = await asked();
    await sent(journey);
    for (let i = 0; i < 2; i++) expect(await receipt({ reference: ask, status })).toBe(204);
    await mailed(journey);
    expect(await world.row(ask)).toMatchObject({ status: 'failed', failure: `notify-${status}` });
    expect(await world.points(journey)).toHaveLength(2);
  },
);

test('a receipt that is forged or names no ask of ours changes nothing; the second leaves a trace', async () => {
  const { journey, ask } = await asked();
  await sent(journey);
  for (const token of ['', 'wrong', `${TOKEN}x`])
    expect(await receipt({ reference: ask, status: 'delivered' }, token)).toBe(401);
  expect(await receipt({ reference: 'somebody else’s', status: 'delivered' })).toBe(204);
  expect(await receipt({ reference: '01234567-89ab-7cde-8f01-23456789abcd', status: 'delivered' })).toBe(204);
  expect(await receipt({ status: 7 })).toBe(422);
  expect(await world.row(ask)).toMatchObject({ proof: 'sent' });
  const strays = await world.db.query<{ code: string }[]>('select code from stray_report order by id');
  expect(strays.slice(-2).map((row) => row.code)).toEqual(['reference-not-ours', 'ask-unknown']);
  const kept = await world.db.query<object[]>('select * from stray_report, ask_log, access_log');
  expect(JSON.stringify(kept)).not.toContain('CANARY');
});

test('refused for good: the next contact point, and no word of Notify’s is kept', async () => {
  stub.answers.set(NUMBER, [400]);
  const { journey, ask } = await asked();
  await mailed(journey);
  expect(await world.row(ask)).toMatchObject({ status: 'failed', failure: 'notify-400' });
  expect(JSON.stringify([await world.row(ask), await world.log(ask)])).not.toContain('CANARY');
});

test('away for a while: tried again', async () => {
  stub.answers.set(NUMBER, [503, 429]);
  const { journey } = await asked();
  await sent(journey);
  expect(stub.texts).toHaveLength(1);
}, 20_000);

test('taken, and the answer lost: looked for under our reference, and not sent twice', async () => {
  stub.answers.set(NUMBER, ['taken-but-no-answer']);
  const { journey, ask } = await asked();
  await sent(journey);
  expect(stub.texts).toHaveLength(1);
  expect(await world.row(ask)).toMatchObject({ provider_id: stub.texts[0]!.id, attempts: 2 });
});

test('no receipt came: it is asked for before anybody else is bothered', async () => {
  const { journey, ask } = await asked();
  await sent(journey);
  stub.texts[0]!.status = 'delivered';
  await world.noProof();
  await until(async () => (await world.row(ask)).proof === 'delivered');
  expect(await world.points(journey)).toHaveLength(1);
  const next = await world.duty({ reach: TEXT, category: 'urgent' });
  await sent(next.journey);
  stub.texts[1]!.status = 'permanent-failure';
  await world.noProof();
  await mailed(next.journey);
});

test('read, but not spoken as policy asks, and failed in the end: somebody is asked elsewhere, and nothing goes round', async () => {
  const { journey, ask } = await asked({ ...TEXT, proof: 'spoken' });
  await sent(journey);
  await world.proofs.proved(ask, 'read', 'link');
  stub.texts[0]!.status = 'permanent-failure';
  await world.noProof();
  await mailed(journey);
  expect((await world.log(ask)).filter((row) => row.what === 'noted')).toHaveLength(1);
});
