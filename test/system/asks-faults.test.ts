import { ScriptedSmtp, header } from '../support/scripted-smtp';
import { AsksWorld, moments, until } from './asks-world';

/** The dispatcher on real Postgres, against a real SMTP server that refuses, hangs or hangs up. */
let world: AsksWorld;
let smtp: ScriptedSmtp;
const CONSULTANT = 'cora.madeup@northmoor.example.org';
const DESK = 'failsafe.desk@northmoor.example.org';

beforeAll(async () => {
  world = await AsksWorld.start();
  smtp = await ScriptedSmtp.start();
}, 60_000);
afterEach(async () => {
  await world.rest();
  smtp.forget();
});
afterAll(async () => {
  await world.stop();
  await smtp.stop();
});

const status = async (ask: string) => (await world.row(ask)).status;

test('a temporary refusal is tried again, and says that it is another try', async () => {
  smtp.does(CONSULTANT, { rcpt: 450 }, { data: 451 }, 'accept');
  await world.dispatcher(smtp.url);
  const { ask, journey } = await world.duty();
  await until(async () => (await status(ask)) === 'sent', 20_000);
  expect(smtp.to(CONSULTANT).map((raw) => header(raw, 'X-Failsafe-Attempt'))).toEqual(['3']);
  expect(await world.inbox(journey)).toEqual([]);
});

test.each([
  ['hangs', 'hang' as const, 'timed-out'],
  ['hangs up', 'hang-up' as const, 'connection-lost'],
])('a server that %s is tried again', async (_, act, code) => {
  smtp.does(CONSULTANT, act, 'accept');
  await world.dispatcher(smtp.url, { smtpTimeoutMs: 300 });
  const { ask } = await world.duty();
  await until(async () => (await world.row(ask)).failure === code);
  await until(async () => (await status(ask)) === 'sent');
  expect(smtp.to(CONSULTANT)).toHaveLength(1);
});

test('a send that trickles on is cut off by the whole of its time', async () => {
  smtp.does(CONSULTANT, 'hang', 'accept');
  await world.dispatcher(smtp.url, { smtpTimeoutMs: 60_000, sendTimeoutMs: 300 });
  const { ask } = await world.duty();
  await until(async () => (await status(ask)) === 'sent');
});

test('a server that is away is waited for, by an ask that is not pressing', async () => {
  const away = await ScriptedSmtp.start();
  const { url } = away;
  await away.stop();
  await world.dispatcher(url);
  const { ask, journey } = await world.duty({ category: null });
  for (let i = 1; i <= 15; i++) {
    await until(async () => (await world.row(ask)).attempts >= i && (await status(ask)) === 'waiting');
    await world.hurry();
  }
  expect(await world.row(ask)).toMatchObject({ failure: 'connection-lost' });
  expect(await world.inbox(journey)).toEqual([]);
});

test('an alert that cannot be delivered in its tries goes up', async () => {
  smtp.does(CONSULTANT, { rcpt: 451 });
  await world.dispatcher(smtp.url);
  const { ask, journey } = await world.duty();
  await until(async () => {
    await world.hurry();
    return (await status(ask)) === 'failed';
  }, 30_000);
  expect(smtp.tries.get(CONSULTANT)).toBe(8);
  expect(await world.inbox(journey)).toMatchObject([
    {
      type: 'delivery-failed',
      data: { at: world.clock.at, key: 'acknowledge:r1', opening: 1, ask: 1, code: 'smtp-451' },
      by_person: 'imaging-failsafe',
    },
  ]);
});

test.each([
  ['the address is refused for good', { recipient: 'consultant-1' }, 'smtp-550'],
  ['the recipient is in no directory', { recipient: 'nobody-we-know' }, 'not-in-directory'],
  ['the recipient has no address', { recipient: 'gp-2', role: 'gp' }, 'no-address'],
])('when %s it fails at once, and the journey hears of it once', async (_, duty, code) => {
  smtp.does(CONSULTANT, { rcpt: 550 });
  await world.dispatcher(smtp.url);
  const { ask, journey } = await world.duty({ ...duty, category: null });
  await until(async () => (await status(ask)) === 'failed');
  await moments();
  expect(await world.row(ask)).toMatchObject({ failure: code, attempts: 1 });
  expect(await world.inbox(journey)).toMatchObject([{ type: 'delivery-failed', data: { ask: 1, code } }]);
});

test.each([
  ['consultant-1', 'consultant', 1, []],
  ['gp-2', 'gp', 0, [{ data: { code: 'no-such-channel' } }]],
])(
  'a channel that nobody provides is no silence: %s is asked elsewhere, or the journey hears',
  async (...args) => {
    const [recipient, role, mails, heard] = args;
    await world.dispatcher(smtp.url);
    const { journey } = await world.duty({ unasked: true });
    await world.db.query('update obligation set asks = 1 where journey = $1', [journey]);
    const ask = await world.ask(journey, { key: 'acknowledge:r1', recipient, role, channel: 'pigeon' });
    await until(async () => (await status(ask)) === 'failed');
    await until(() => smtp.received.length === mails);
    expect(await world.inbox(journey)).toMatchObject(heard);
  },
);

test('a 5xx about the server and not the message is waited out', async () => {
  smtp.does(CONSULTANT, { data: 503 }, 'accept');
  await world.dispatcher(smtp.url);
  const { ask } = await world.duty();
  await until(async () => (await status(ask)) === 'sent');
});

test('the desk has nobody above it: it is tried on, and the journey is not told in circles', async () => {
  smtp.does(DESK, { rcpt: 550 }, { rcpt: 550 }, 'accept');
  const dispatcher = await world.dispatcher(smtp.url);
  const { ask, journey } = await world.duty({ recipient: 'desk-1', role: 'desk', rung: 3 });
  await until(async () => (await world.row(ask)).failure === 'smtp-550');
  await world.hurry();
  await until(async () => (await world.row(ask)).attempts === 2);
  expect(dispatcher.counters.deskUnreachable).toBeGreaterThan(0);
  await until(async () => {
    await world.hurry();
    return (await status(ask)) === 'sent';
  });
  expect(await world.inbox(journey)).toEqual([]);
});

test('where the desk is asked first, others stand above it: the journey is told', async () => {
  smtp.does(DESK, { rcpt: 550 });
  await world.dispatcher(smtp.url);
  const { ask, journey } = await world.duty({
    key: 'reconcile:x',
    kind: 'reconcile',
    recipient: 'desk-1',
    role: 'desk',
  });
  await until(async () => (await status(ask)) === 'failed');
  expect(await world.inbox(journey)).toMatchObject([
    { type: 'delivery-failed', data: { ask: 1, code: 'smtp-550' } },
  ]);
});

test('a server that takes the mail and hangs up: sent again, marked', async () => {
  smtp.does(CONSULTANT, 'accept-then-hang-up', 'accept');
  await world.dispatcher(smtp.url);
  const { ask } = await world.duty();
  await until(async () => (await status(ask)) === 'sent');
  expect(smtp.to(CONSULTANT).map((raw) => header(raw, 'X-Failsafe-Attempt'))).toEqual(['1', '2']);
});

test('routine asks that hang do not hold up a critical one', async () => {
  smtp.does(CONSULTANT, 'hang');
  for (let i = 0; i < 30; i++) await world.duty({ category: 'routine' });
  await world.dispatcher(smtp.url, { smtpTimeoutMs: 20_000, sendTimeoutMs: 3_000 });
  await until(() => (smtp.tries.get(CONSULTANT) ?? 0) >= 1);
  const { ask } = await world.duty({ recipient: 'registrar-1', role: 'registrar' });
  await until(async () => (await status(ask)) === 'sent', 1_500);
}, 30_000);
