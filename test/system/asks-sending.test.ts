import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { randomUUID } from 'node:crypto';
import { Outbox } from '../../src/asks/outbox';
import { Sealing } from '../../src/sealing/sealing';
import { masterKeys } from '../support/master-keys';
import { ScriptedSmtp, header } from '../support/scripted-smtp';
import { AsksWorld, moments, until } from './asks-world';

/** The dispatcher on real Postgres, with a real SMTP server: what it sends, what it does not, and how often. */
let world: AsksWorld;
let smtp: ScriptedSmtp;
const CONSULTANT = 'cora.madeup@northmoor.example.org';
const REGISTRAR = 'remi.pretend@northmoor.example.org';

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

test('an ask goes out once, under its own id, and is marked with the clock of the edge', async () => {
  await world.dispatcher(smtp.url, { pollMs: 60_000 });
  const { ask, journey } = await world.duty();
  await until(async () => (await status(ask)) === 'sent');
  await moments();
  const [mail, ...more] = smtp.to(CONSULTANT);
  expect(more).toEqual([]);
  expect(header(mail!, 'Message-ID')).toBe(`<${ask}@imaging-failsafe.invalid>`);
  expect(header(mail!, 'X-Failsafe-Ask')).toBe(ask);
  expect(header(mail!, 'X-Failsafe-Attempt')).toBe('1');
  expect(header(mail!, 'Subject')).toBe('Imaging failsafe: a duty waits for you (critical)');
  const row = await world.row(ask);
  expect(row.provider_id).toMatch(/^250 /);
  expect(row.sent_at!.toISOString()).toBe(world.clock.at);
  expect(await world.inbox(journey)).toEqual([]);
});

test('without a notification the poll finds it', async () => {
  await world.dispatcher(smtp.url, { listen: false, pollMs: 200 });
  const { ask } = await world.duty();
  await until(async () => (await status(ask)) === 'sent');
});

test('an alert goes out before whatever routine waited longer', async () => {
  for (let i = 0; i < 6; i++) await world.duty({ category: 'routine' });
  await world.duty({ recipient: 'registrar-1', role: 'registrar' });
  await world.dispatcher(smtp.url, { concurrency: 3 }); // of which two places are kept for alerts
  await until(async () => (await world.counts())['sent'] === 7);
  expect(smtp.received[0]!.to).toBe(REGISTRAR);
});

test('many asks and three dispatchers: each once, none lost', async () => {
  for (let i = 0; i < 120; i++) await world.duty({ category: i % 3 ? null : 'urgent' });
  const dispatchers = await Promise.all([1, 2, 3].map(() => world.dispatcher(smtp.url)));
  await until(async () => (await world.counts())['sent'] === 120, 30_000);
  const ids = smtp.received.map((r) => header(r.raw, 'X-Failsafe-Ask'));
  expect(new Set(ids).size).toBe(120);
  expect(ids).toHaveLength(120);
  await Promise.all(dispatchers.map((d) => d.stop())); // a send is counted after it is marked
  expect(dispatchers.reduce((n, d) => n + d.counters.sent, 0)).toBe(120);
});

test('nothing is sent for a duty that ended, or for an ask that a newer one replaced', async () => {
  const ended = await world.duty({ ended: true });
  const replaced = await world.duty();
  await world.db.query('update obligation set asks = 2 where journey = $1', [replaced.journey]);
  const newer = await world.ask(replaced.journey, {
    key: 'acknowledge:r1',
    ask: 2,
    recipient: 'registrar-1',
  });
  const dispatcher = await world.dispatcher(smtp.url);
  await until(async () => (await status(newer)) === 'sent');
  await until(() => dispatcher.counters.cancelled === 2);
  expect(await world.row(ended.ask)).toMatchObject({ status: 'cancelled', attempts: 0 });
  expect(await world.row(replaced.ask)).toMatchObject({ status: 'cancelled', attempts: 0 });
  expect(smtp.received.map((r) => r.to)).toEqual([REGISTRAR]);
});

test('a duty that ends while its ask waits for another try is asked for no more', async () => {
  smtp.does(CONSULTANT, { rcpt: 450 }, 'accept');
  await world.dispatcher(smtp.url);
  const { ask, journey } = await world.duty({ category: null });
  await until(async () => (await world.row(ask)).failure === 'smtp-450');
  await world.end(journey, 'discharged');
  await world.hurry();
  await until(async () => (await status(ask)) === 'cancelled');
  expect(smtp.received).toEqual([]);
});

test('a stand-down goes out once, after the ask it takes back, and not where nobody was asked', async () => {
  const heard = await world.duty();
  const unheard = await world.duty({ recipient: 'registrar-1', role: 'registrar' });
  await world.end(unheard.journey);
  const silent = await world.ask(unheard.journey, {
    ...{ key: 'acknowledge:r1', purpose: 'stand-down', category: 'critical', recipient: 'registrar-1' },
  });
  await world.dispatcher(smtp.url);
  await until(async () => (await status(heard.ask)) === 'sent');
  await world.end(heard.journey);
  const down = await world.ask(heard.journey, {
    ...{ key: 'acknowledge:r1', purpose: 'stand-down', category: 'critical', recipient: 'consultant-1' },
  });
  await until(async () => (await status(down)) === 'sent' && (await status(silent)) === 'cancelled');
  await moments();
  expect(smtp.received.map((r) => [r.to, header(r.raw, 'Subject')])).toEqual([
    [CONSULTANT, 'Imaging failsafe: a duty waits for you (critical)'],
    [CONSULTANT, 'Imaging failsafe: stand down, a duty no longer waits for you'],
  ]);
});

test('a stand-down waits while the ask it takes back is under way', async () => {
  const { ask, journey } = await world.duty();
  await world.db.query(
    `update ask set status = 'sending', attempts = 1, lease_until = now() + interval '1 hour' where id = $1`,
    [ask],
  );
  await world.end(journey);
  const down = await world.ask(journey, {
    key: 'acknowledge:r1',
    purpose: 'stand-down',
    recipient: 'consultant-1',
  });
  await world.dispatcher(smtp.url, { pollMs: 100 });
  await moments();
  expect(await status(down)).toBe('waiting');
  await new Outbox(world.program, world.clock).sent({ id: ask } as never, 'late');
  await until(async () => (await status(down)) === 'sent');
});

test('killed between the acceptance and the mark: sent again under the same id, marked as another try', async () => {
  const { ask, journey } = await world.duty();
  const child = spawn(
    process.execPath,
    ['-r', './scripts/ts.cjs', 'test/system/asks-crash-child.ts', world.url, smtp.url],
    { stdio: 'inherit' },
  );
  const [, signal] = (await once(child, 'exit')) as [number | null, string | null];
  expect(signal).toBe('SIGKILL');
  expect(await world.row(ask)).toMatchObject({ status: 'sending', attempts: 1 });
  const dispatcher = await world.dispatcher(smtp.url, { pollMs: 100 });
  await moments();
  expect(smtp.to(CONSULTANT)).toHaveLength(1); // the lease is not over yet
  await world.db.query(`update ask set lease_until = now() where id = $1`, [ask]);
  await until(async () => (await status(ask)) === 'sent');
  const mails = smtp.to(CONSULTANT);
  expect(mails.map((raw) => header(raw, 'X-Failsafe-Attempt'))).toEqual(['1', '2']);
  expect(new Set(mails.map((raw) => header(raw, 'Message-ID'))).size).toBe(1);
  expect(dispatcher.counters.possibleDuplicates).toBe(1);
  expect(await world.inbox(journey)).toEqual([]);
}, 30_000);

test('what became of a send is written down even if Postgres does not answer at first', async () => {
  class Forgetful extends Outbox {
    tries = 0;
    override async sent(...args: Parameters<Outbox['sent']>): Promise<void> {
      if (++this.tries < 3) throw new Error('Postgres is away');
      await super.sent(...args);
    }
  }
  await world.dispatcher(smtp.url, { outbox: new Forgetful(world.program, world.clock) });
  const { ask } = await world.duty();
  await until(async () => (await status(ask)) === 'sent');
  expect(smtp.to(CONSULTANT)).toHaveLength(1);
});

test('stop finishes what is under way and takes nothing new', async () => {
  const dispatcher = await world.dispatcher(smtp.url);
  const { ask } = await world.duty();
  await until(async () => (await status(ask)) !== 'waiting');
  await dispatcher.stop();
  expect(await status(ask)).toBe('sent');
  const later = await world.duty();
  await moments();
  expect(await status(later.ask)).toBe('waiting');
});

test('the mail says nothing of the patient', async () => {
  const canaries = [
    'CANARYSURNAME',
    '9990000018',
    '1957-08-13',
    'CANARY-ACCESSION',
    'spiculated',
    'cancer',
    'C34',
  ];
  const journey = await world.journey();
  const patient = randomUUID();
  const sealing = await Sealing.start(world.db, masterKeys);
  await sealing.patient(world.db.manager, patient, { name: canaries.join(' ') }, world.clock.at);
  await world.db.query(
    'update journey set patient = $2, state = $3, category = $4, site = $5 where id = $1',
    [...[journey, patient, JSON.stringify({ text: canaries.join(' ') }), 'cancer', canaries[3]]],
  );
  await world.dispatcher(smtp.url);
  await world.duty({
    journey,
    key: `plan:r1:${canaries[4]}-${canaries[6]}`,
    kind: 'plan',
    category: 'cancer',
  });
  await until(() => smtp.received.length === 1);
  const [mail] = smtp.to(CONSULTANT);
  expect(header(mail!, 'Content-Transfer-Encoding')).not.toBe('base64');
  const readable = mail!.replaceAll('=\r\n', '').toLowerCase();
  for (const canary of canaries) expect(readable).not.toContain(canary.toLowerCase());
  expect(readable).toContain(`https://failsafe.example.org/journeys/${journey}`);
});
