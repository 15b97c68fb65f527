import type { Channel } from '../../src/asks/channels/channel';
import { PermanentFailure } from '../../src/asks/channels/channel';
import type { Reach } from '../../src/asks/reach';
import { ScriptedSmtp } from '../support/scripted-smtp';
import { AsksWorld, moments, until } from './asks-world';

/** What proves that an ask reached somebody, and what follows where nothing does: the back-up device, then the ladder, once. */
let world: AsksWorld;
let smtp: ScriptedSmtp;
const CONSULTANT = 'cora.madeup@northmoor.example.org';
const URGENT: Reach = { steps: [['mail'], ['sms']], proof: 'delivered', within: 900 };
const CRITICAL: Reach = { steps: [['phone', 'mail'], ['sms']], proof: 'spoken', within: 900 };

/** Takes every message and remembers where it went; what it proves is the test's to say. */
class Pocket implements Channel {
  readonly sent: string[] = [];
  constructor(
    readonly name: 'sms' | 'phone',
    private readonly refuses: readonly string[] = [],
  ) {}
  send({ to }: { to: string }): Promise<{ providerId: string }> {
    if (this.refuses.includes(to)) return Promise.reject(new PermanentFailure('number-refused'));
    this.sent.push(to);
    return Promise.resolve({ providerId: `p-${this.sent.length}` });
  }
  close(): Promise<void> {
    return Promise.resolve();
  }
}

beforeAll(async () => {
  world = await AsksWorld.start();
  smtp = await ScriptedSmtp.start();
}, 60_000);
beforeEach(() => world.contacts('consultant-1', []));
afterEach(async () => {
  await world.rest();
  smtp.forget();
});
afterAll(async () => {
  await world.stop();
  await smtp.stop();
});

const failures = async (journey: string) =>
  (await world.inbox(journey)).map((row) => [row.type, (row.data as { code: string }).code]);
const sent = (journey: string, channel: string) =>
  until(async () => (await world.point(journey, channel))?.status === 'sent');

test('where sent is enough it is proved by the sending, and nothing more happens', async () => {
  await world.dispatcher(smtp.url);
  const { ask, journey } = await world.duty({ category: 'routine', reach: { ...URGENT, proof: 'sent' } });
  await sent(journey, 'mail');
  await world.noProof();
  await moments(300);
  expect(await world.row(ask)).toMatchObject({ proof: 'sent', proof_from: 'mail' });
  expect((await world.row(ask)).proof_at!.toISOString()).toBe(world.clock.at);
  expect(await world.points(journey)).toHaveLength(1);
  expect(await failures(journey)).toEqual([]);
});

test('not delivered in time: the back-up devices one after the other, then the journey hears of it once', async () => {
  const sms = new Pocket('sms');
  await world.contacts('consultant-1', [
    { kind: 'sms', to: '+447700900001' },
    { kind: 'sms', to: '+447700900002' },
  ]);
  await world.dispatcher(smtp.url, { channels: [sms] });
  const { ask, journey } = await world.duty({ category: 'urgent', reach: URGENT });
  await sent(journey, 'mail');
  await moments(200);
  expect(sms.sent).toEqual([]); // its quarter of an hour is not over
  for (const point of ['sms', 'sms#2']) {
    await world.noProof();
    await sent(journey, point);
    expect(await failures(journey)).toEqual([]);
  }
  await world.noProof();
  await until(async () => (await failures(journey)).length > 0);
  await world.noProof();
  await moments(200);
  expect(sms.sent).toEqual(['+447700900001', '+447700900002']);
  expect(await failures(journey)).toEqual([['delivery-failed', 'unproven']]);
  expect(await world.log(ask)).toEqual([
    { what: 'sent', code: null, source: 'mail' },
    { what: 'unproven', code: 'delivered', source: 'mail' },
  ]);
});

test('a proof in time ends the search; a late one is kept, and takes nothing back', async () => {
  const sms = new Pocket('sms');
  await world.contacts('consultant-1', [{ kind: 'sms', to: '+447700900001' }]);
  await world.dispatcher(smtp.url, { channels: [sms] });
  const { ask, journey } = await world.duty({ category: 'urgent', reach: URGENT });
  await sent(journey, 'mail');
  await world.proofs.proved(ask, 'delivered', 'dsn');
  await world.noProof();
  await moments(200);
  expect(sms.sent).toEqual([]);
  await world.proofs.proved(ask, 'sent', 'notify'); // weaker than what is known
  expect(await world.row(ask)).toMatchObject({ proof: 'delivered', proof_from: 'dsn' });
  expect(await failures(journey)).toEqual([]);
});

test('a channel that fails for good hands over at once', async () => {
  const sms = new Pocket('sms');
  smtp.does(CONSULTANT, { rcpt: 550 });
  await world.contacts('consultant-1', [{ kind: 'sms', to: '+447700900001' }]);
  await world.dispatcher(smtp.url, { channels: [sms] });
  const { journey } = await world.duty({ category: 'urgent', reach: URGENT });
  await sent(journey, 'sms');
  expect(await world.point(journey, 'mail')).toMatchObject({ status: 'failed', failure: 'smtp-550' });
  expect(await failures(journey)).toEqual([]);
});

test('critical: mail and the phone list at once; mail alone never proves enough', async () => {
  const [sms, phone] = [new Pocket('sms', ['+447700900001']), new Pocket('phone')];
  await world.contacts('consultant-1', [
    { kind: 'sms', to: '+447700900001' },
    { kind: 'bleep', to: '2222' },
    { kind: 'phone', to: '+441632960001' },
  ]);
  await world.dispatcher(smtp.url, { channels: [sms, phone] });
  const { journey, ask } = await world.duty({ reach: CRITICAL });
  await sent(journey, 'mail');
  await sent(journey, 'phone');
  expect(phone.sent).toEqual(['2222, +441632960001']);
  for (const point of await world.points(journey)) await world.proofs.proved(point.id, 'read', 'link');
  await world.noProof();
  await until(async () => (await world.point(journey, 'sms'))?.status === 'failed');
  await until(async () => (await failures(journey)).length > 0);
  expect(await failures(journey)).toEqual([['delivery-failed', 'number-refused']]);
  expect((await world.row(ask)).proof).toBe('read');
});

test('critical and spoken: nobody is bothered again', async () => {
  const [sms, phone] = [new Pocket('sms'), new Pocket('phone')];
  await world.contacts('consultant-1', [
    { kind: 'phone', to: '+441632960001' },
    { kind: 'sms', to: '+447700900001' },
  ]);
  await world.dispatcher(smtp.url, { channels: [sms, phone] });
  const { journey } = await world.duty({ reach: CRITICAL });
  await sent(journey, 'phone');
  await sent(journey, 'mail');
  await world.proofs.proved((await world.point(journey, 'phone'))!.id, 'spoken', 'call');
  await world.noProof();
  await moments(300);
  expect(sms.sent).toEqual([]);
  expect(await failures(journey)).toEqual([]);
});

test('nowhere to reach somebody at all: every step is tried, and the journey hears of it once', async () => {
  await world.dispatcher(smtp.url, { channels: [new Pocket('sms'), new Pocket('phone')] });
  const { journey } = await world.duty({ recipient: 'gp-2', role: 'gp', reach: CRITICAL });
  await until(async () => (await failures(journey)).length > 0);
  await moments(200);
  expect(await failures(journey)).toEqual([['delivery-failed', 'no-address']]);
});

test('the desk, with nobody above it, is never given up: asked again, marked, and the journey not told in circles', async () => {
  const desk = 'failsafe.desk@northmoor.example.org';
  await world.dispatcher(smtp.url);
  const { ask, journey } = await world.duty({ recipient: 'desk-1', role: 'desk', rung: 3, reach: URGENT });
  for (let times = 1; times <= 3; times++) {
    await until(async () => (await world.row(ask)).status === 'sent' && smtp.to(desk).length === times);
    await world.noProof();
  }
  expect(smtp.to(desk).map((raw) => /^X-Failsafe-Attempt: (\d)/m.exec(raw)?.[1])).toEqual(['1', '2', '3']);
  expect(await failures(journey)).toEqual([]);
});

test('a duty that has ended needs no proof any more', async () => {
  const sms = new Pocket('sms');
  await world.contacts('consultant-1', [{ kind: 'sms', to: '+447700900001' }]);
  await world.dispatcher(smtp.url, { channels: [sms] });
  const { journey } = await world.duty({ category: 'urgent', reach: URGENT });
  await sent(journey, 'mail');
  await world.end(journey, 'discharged');
  await world.noProof();
  await moments(300);
  expect(sms.sent).toEqual([]);
  expect(await failures(journey)).toEqual([]);
});

test('a stand-down goes wherever its ask went', async () => {
  const sms = new Pocket('sms');
  await world.contacts('consultant-1', [{ kind: 'sms', to: '+447700900001' }]);
  await world.dispatcher(smtp.url, { channels: [sms] });
  const { journey } = await world.duty({ category: 'urgent', reach: URGENT });
  await sent(journey, 'mail');
  await world.noProof();
  await sent(journey, 'sms');
  await world.end(journey);
  await world.ask(journey, { key: 'acknowledge:r1', purpose: 'stand-down', recipient: 'consultant-1' });
  await until(() => sms.sent.length === 2 && smtp.to(CONSULTANT).length === 2);
});

test('the log of tries and proofs is only ever added to', async () => {
  await world.dispatcher(smtp.url);
  const { ask } = await world.duty({ reach: URGENT });
  await until(async () => (await world.log(ask)).length === 1);
  await expect(world.db.query('delete from ask_log where ask = $1', [ask])).rejects.toThrow('append-only');
  await expect(world.db.query(`update ask_log set what = 'spoken'`)).rejects.toThrow('append-only');
});
