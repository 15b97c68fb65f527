import { BounceListener } from '../../src/asks/bounces/bounce-listener';
import { PhoneChannel } from '../../src/asks/channels/phone-channel';
import { bounceToken } from '../../src/asks/tokens';
import type { Reach } from '../../src/asks/reach';
import { ScriptedSmtp } from './asks-smtp';
import { AsksWorld, moments, until } from './asks-world';
import { giveBack, report } from './support/returned-mail';

/** Mail that is taken and then comes back: a real mail server, and real reports over SMTP. */
const returns = {
  address: 'bounces@failsafe.example.org',
  secret: 'the key of links and bounces in this test',
};
const DELIVERED: Reach = { steps: [['mail']], proof: 'delivered', within: 900 };
const SENT: Reach = { steps: [['mail']], proof: 'sent', within: 900 };

let world: AsksWorld;
let smtp: ScriptedSmtp;
let listener: BounceListener;
let port: number;

beforeAll(async () => {
  world = await AsksWorld.start();
  smtp = await ScriptedSmtp.start({ reports: true });
  listener = new BounceListener({ host: '127.0.0.1', port: 0, returns }, world.proofs);
  port = await listener.start();
}, 60_000);
afterEach(async () => {
  await world.rest();
  smtp.forget();
});
afterAll(async () => {
  await listener.stop();
  await world.stop();
  await smtp.stop();
});

const give = (to: string, raw: string, from = ''): Promise<string> => giveBack(port, to, raw, from);

/** One ask by mail, taken by the mail server. */
const taken = async (reach: Reach, category = 'urgent') => {
  await world.dispatcher(smtp.url, { returns });
  const duty = await world.duty({ reach, category });
  await until(async () => (await world.row(duty.ask)).status === 'sent');
  return { ...duty, sender: smtp.received.at(-1)!.from };
};
const heard = async (journey: string) =>
  (await world.inbox(journey)).map((row) => (row.data as { code: string }).code);
const strays = async () => {
  const rows = await world.db.query<{ code: string }[]>('select code from stray_report order by id');
  return rows.map((row) => row.code);
};

test('each mail has a sender of its own, and a report is asked for where the server offers one', async () => {
  const { ask, sender } = await taken(DELIVERED);
  expect(sender).toBe(`bounces+${bounceToken(returns.secret, ask)}@failsafe.example.org`);
  const [mail] = smtp.received;
  expect(mail!.dsn).toMatchObject({ envid: ask, ret: 'HDRS' });
  expect(String(mail!.dsn.notify)).toBe('SUCCESS,FAILURE,DELAY');
  expect(mail!.raw).toContain('From: Failsafe <failsafe@example.org>');
});

test('a server that offers no reports is asked for none', async () => {
  const plain = await ScriptedSmtp.start();
  await world.dispatcher(plain.url, { returns });
  await world.duty({ reach: DELIVERED });
  await until(() => plain.received.length === 1);
  expect(plain.received[0]!.dsn.envid ?? null).toBeNull();
  await plain.stop();
});

test('a report of delivery is the proof of exactly that ask', async () => {
  const { ask, journey, sender } = await taken(DELIVERED);
  const other = await world.duty({ reach: DELIVERED, category: 'urgent' });
  await until(async () => (await world.row(other.ask)).status === 'sent');
  expect(await give(sender, report('delivered', '2.0.0'))).toContain('250');
  expect(await world.row(ask)).toMatchObject({ status: 'sent', proof: 'delivered', proof_from: 'dsn' });
  expect(await world.row(other.ask)).toMatchObject({ proof: 'sent' });
  await world.noProof();
  await until(async () => (await heard(other.journey)).length === 1);
  expect(await heard(journey)).toEqual([]);
});

test('accepted, then returned: the ladder goes up at once, and once, even where sent was enough', async () => {
  const { ask, journey, sender } = await taken(SENT, 'routine');
  for (let i = 0; i < 3; i++) expect(await give(sender, report('failed', '5.1.1'))).toContain('250');
  expect(await heard(journey)).toEqual(['bounced-5.1.1']);
  expect(await world.row(ask)).toMatchObject({ status: 'failed', failure: 'bounced-5.1.1' });
  expect(JSON.stringify(await world.log(ask))).not.toContain('CANARY');
  expect((await world.log(ask)).map((row) => row.what)).toEqual(['sent', 'failed', 'noted', 'noted']);
});

test.each([
  ['a mail system', ''],
  ['anybody', 'somebody@mx.example.org'],
])('accepted, then returned, as %s says: the next contact point at once', async (_, from) => {
  await world.contacts('consultant-1', [{ kind: 'phone', to: '+441632960001' }]);
  await world.dispatcher(smtp.url, { returns, channels: [new PhoneChannel()] });
  const { ask, journey } = await world.duty({ reach: { ...DELIVERED, steps: [['mail'], ['phone']] } });
  await until(async () => (await world.row(ask)).status === 'sent');
  expect(await give(smtp.received[0]!.from, report('failed', '5.1.1'), from)).toContain('250');
  expect(await world.row(ask)).toMatchObject({ status: 'failed', failure: 'bounced-5.1.1' });
  await until(async () => (await world.point(journey, 'phone'))?.status === 'sent');
  expect(await heard(journey)).toEqual([]);
});

test('what comes back after the journey was told tells it nothing new', async () => {
  const { ask, journey, sender } = await taken(DELIVERED);
  await world.noProof();
  await until(async () => (await heard(journey)).length > 0);
  expect(await give(sender, report('failed', '5.1.1'))).toContain('250');
  expect(await world.row(ask)).toMatchObject({ status: 'failed', failure: 'bounced-5.1.1' });
  expect(await heard(journey)).toEqual(['unproven']);
});

test('accepted, then returned, at the desk with nobody above: tried again, and the journey is not told in circles', async () => {
  await world.dispatcher(smtp.url, { returns });
  const { ask, journey } = await world.duty({ recipient: 'desk-1', role: 'desk', rung: 3, reach: SENT });
  await until(async () => (await world.row(ask)).status === 'sent');
  await give(smtp.received[0]!.from, report('failed', '5.2.2'));
  expect(await world.row(ask)).toMatchObject({ status: 'waiting', failure: 'bounced-5.2.2' });
  await world.hurry();
  await until(() => smtp.received.length === 2);
  expect(await heard(journey)).toEqual([]);
});

test.each([
  ['a delay', report('delayed', '4.4.7'), '', 'report-delayed'],
  ['a relay to a system without reports', report('relayed', '2.0.0'), '', 'report-relayed'],
  [
    'an out-of-office answer',
    'Subject: I am away\r\nAuto-Submitted: auto-replied\r\n\r\nBack on Monday',
    '',
    'not-a-report',
  ],
  ['a person who claims delivery', report('delivered', '2.0.0'), 'a@example.org', 'report-delivered'],
  ['rubbish', '\r\n\r\n--\r\n', '', 'not-a-report'],
])('%s proves nothing and fails nothing', async (_, raw, from, code) => {
  const { ask, journey, sender } = await taken(DELIVERED);
  expect(await give(sender, raw, from)).toContain('250');
  expect(await world.row(ask)).toMatchObject({ status: 'sent', proof: 'sent' });
  expect(await heard(journey)).toEqual([]);
  expect((await world.log(ask)).at(-1)).toEqual({ what: 'noted', code, source: 'dsn' });
});

test('a forged address changes nothing and leaves a trace; so does one of an ask that is not here', async () => {
  const { ask, journey, sender } = await taken(DELIVERED);
  const before = await strays();
  const forged = sender.replace(/.(?=@)/, (digit) => (digit === '0' ? '1' : '0'));
  expect(await give(forged, report('failed', '5.1.1'))).toContain('550');
  expect(await give('bounces+nonsense@failsafe.example.org', report('failed', '5.1.1'))).toContain('550');
  const unknown = `bounces+${bounceToken(returns.secret, '01234567-89ab-7cde-8f01-23456789abcd')}@failsafe.example.org`;
  expect(await give(unknown, report('failed', '5.1.1'))).toContain('250');
  expect((await strays()).slice(before.length)).toEqual([
    'address-not-ours',
    'address-not-ours',
    'ask-unknown',
  ]);
  expect(await world.row(ask)).toMatchObject({ status: 'sent', proof: 'sent' });
  expect(await heard(journey)).toEqual([]);
});

test('whoever was reached in person is not made unreached by a late bounce', async () => {
  const { ask, journey, sender } = await taken(DELIVERED);
  await world.proofs.proved(ask, 'read', 'link');
  await give(sender, report('failed', '5.0.0'));
  expect(await world.row(ask)).toMatchObject({ status: 'sent', proof: 'read' });
  expect(await heard(journey)).toEqual([]);
});

test('with the database away the mail system is asked to keep the report', async () => {
  const { ask, sender } = await taken(DELIVERED);
  await world.db.query('alter table ask_log rename to ask_log_away');
  expect(await give(sender, report('delivered', '2.0.0'))).toContain('451');
  await world.db.query('alter table ask_log_away rename to ask_log');
  expect(await give(sender, report('delivered', '2.0.0'))).toContain('250');
  expect(await world.row(ask)).toMatchObject({ proof: 'delivered' });
});

test('what is too large for a report is refused', async () => {
  const { sender } = await taken(DELIVERED);
  expect(await give(sender, `${report('delivered', '2.0.0')}${'x'.repeat(400_000)}`)).toMatch(/552|5\.3\.4/);
  await moments(50);
});
