import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { createApi } from '../../src/api/create-api';
import { PhoneChannel } from '../../src/asks/channels/phone-channel';
import { BounceListener } from '../../src/asks/bounces/bounce-listener';
import type { Reach } from '../../src/asks/reach';
import { reachOf } from '../../src/asks/reach';
import { log } from '../../src/logging';
import { loadPolicy } from '../../src/policy/policy-file';
import { ScriptedSmtp, header } from '../support/scripted-smtp';
import { AsksWorld, moments, until } from './asks-world';

/** What is routine waits for one mail a day; the list of people to ring; what somebody prefers. */
const CONSULTANT = 'cora.madeup@northmoor.example.org';
const ROUTINE: Reach = {
  steps: [['mail'], ['phone']],
  proof: 'sent',
  within: 900,
  routine: { digestAt: '07:30', quiet: { from: '18:00', until: '07:00' }, zone: 'Europe/London' },
};
const NIGHT = () => new Date('2031-03-30T23:00:00Z');
const LATER = '2031-04-20T12:00:00.000Z';
const asMe = { authorization: 'Bearer dev:consultant-1:consultant' };
const asDesk = { authorization: 'Bearer dev:desk-1:desk' };

let world: AsksWorld;
let smtp: ScriptedSmtp;
let api: NestFastifyApplication;

beforeAll(async () => {
  log.level = 'silent';
  world = await AsksWorld.start();
  smtp = await ScriptedSmtp.start();
  api = await createApi({ databaseUrl: world.url, clock: world.clock, host: '127.0.0.1' });
}, 60_000);
afterEach(async () => {
  await world.rest();
  await world.db.query('delete from routine_preference');
  smtp.forget();
});
afterAll(async () => {
  await api.close();
  await world.stop();
  await smtp.stop();
});

const routine = (more: object = {}) =>
  world.duty({
    category: 'routine',
    reach: ROUTINE,
    dueAt: LATER,
    kind: 'tell-gp',
    key: 'tell-gp:r1',
    ...more,
  });
const held = async (ask: string) => {
  await until(async () => {
    const row = await world.row(ask);
    return row.status === 'waiting' && row.next_try_at.getTime() > Date.now();
  });
  return (await world.row(ask)).next_try_at.toISOString();
};
const status = async (ask: string) => (await world.row(ask)).status;

test('three routine duties wait for the morning, and go out in one mail; each keeps its own row and proof', async () => {
  await world.dispatcher(smtp.url, { wallClock: NIGHT });
  const duties = [await routine(), await routine(), await routine()];
  const other = await routine({ recipient: 'consultant-2' });
  for (const { ask } of duties) expect(await held(ask)).toBe('2031-03-31T06:30:00.000Z'); // 07:30 BST
  await held(other.ask);
  expect(smtp.received).toEqual([]);
  await world.hurry();
  for (const { ask } of [...duties, other]) await until(async () => (await status(ask)) === 'sent');
  const [mail, ...more] = smtp.to(CONSULTANT);
  expect(more).toEqual([]);
  expect(header(mail!, 'Subject')).toContain('3 duties wait for you');
  for (const { journey } of duties) expect(mail!.replaceAll('=\r\n', '')).toContain(journey);
  const rows = await Promise.all(duties.map(({ ask }) => world.row(ask)));
  expect(new Set(rows.map((row) => row.digest))).toEqual(new Set([header(mail!, 'X-Failsafe-Ask')]));
  for (const row of rows) expect(row).toMatchObject({ proof: 'sent', attempts: 1 });
  expect(smtp.to('colm.inventley@northmoor.example.org')).toHaveLength(1);
});

test('a mail of the day that comes back has reached nobody: each of its duties goes on by itself', async () => {
  const returns = {
    address: 'bounces@failsafe.example.org',
    secret: 'the key of links and bounces in this test',
  };
  const listener = new BounceListener({ host: '127.0.0.1', port: 0, returns }, world.proofs);
  await world.dispatcher(smtp.url, { wallClock: NIGHT, returns });
  const duties = [await routine(), await routine()];
  for (const { ask } of duties) await held(ask);
  await world.hurry();
  for (const { ask } of duties) await until(async () => (await status(ask)) === 'sent');
  await world.proofs.bounced((await world.row(duties[0]!.ask)).digest!, 'bounced-5.1.1', 'dsn');
  for (const { journey } of duties)
    expect(await world.inbox(journey)).toMatchObject([
      { type: 'delivery-failed', data: { code: 'bounced-5.1.1' } },
    ]);
  await listener.stop();
});

test('an alert never waits, nor what the ladder would take up before the morning', async () => {
  await world.contacts('consultant-1', [{ kind: 'phone', to: '+441632960001' }]);
  await world.dispatcher(smtp.url, { wallClock: NIGHT, channels: [new PhoneChannel()] });
  const policy = loadPolicy('policies/england.yaml');
  const asked = [await routine({ dueAt: '2031-03-30T19:00:00.000Z' })];
  for (const category of ['critical', 'urgent', 'cancer', 'significant-unexpected'] as const)
    asked.push(
      await world.duty({ category, reach: reachOf(policy, { kind: 'acknowledge', category }), dueAt: LATER }),
    );
  for (const { ask } of asked) await until(async () => (await status(ask)) === 'sent');
  await until(() => smtp.received.length === asked.length);
});

test('a duty done in the night is not in the mail of the day', async () => {
  await world.dispatcher(smtp.url, { wallClock: NIGHT });
  const [done, open] = [await routine(), await routine()];
  for (const { ask } of [done, open]) await held(ask);
  await world.end(done.journey, 'discharged');
  await world.hurry();
  await until(async () => (await status(open.ask)) === 'sent' && (await status(done.ask)) === 'cancelled');
  expect(smtp.to(CONSULTANT).join()).not.toContain(done.journey);
});

test('a preference is one’s own, is checked, and is followed', async () => {
  const url = '/api/v1/me/routine-preference';
  const put = (payload: object) => api.inject({ method: 'PUT', url, headers: asMe, payload });
  expect((await api.inject({ url, headers: asMe })).json()).toEqual({ digest: true });
  for (const odd of [
    {},
    { digest: 'no' },
    { digest: true, digestAt: '25:00' },
    { digest: true, alerts: false },
  ])
    expect((await put(odd)).statusCode).toBe(422);
  const wanted = { digest: false, quiet: { from: '22:00', until: '06:00' } };
  expect((await put(wanted)).json()).toEqual(wanted);
  expect((await api.inject({ url, headers: asMe })).json()).toEqual(wanted);
  expect((await api.inject({ url, headers: asDesk })).json()).toEqual({ digest: true });
  await world.dispatcher(smtp.url, { wallClock: () => new Date('2031-03-30T20:30:00Z') }); // 21:30 BST
  const { ask } = await routine();
  await until(async () => (await status(ask)) === 'sent');
});

interface Listed {
  ask: string;
  numbers: object[];
  proof?: string;
  person: object;
  duty: object;
  attempts: { what: string; source: string }[];
  nextEscalationAt: string;
}
const callList = async (query = '', headers = asDesk): Promise<Listed[]> =>
  (await api.inject({ url: `/api/v1/call-list${query}`, headers })).json<{ items: Listed[] }>().items;

test('the call list: who is to be rung, by which numbers, about what, and what was tried; spoken takes them off', async () => {
  await world.contacts('consultant-1', [
    { kind: 'bleep', to: '2222' },
    { kind: 'sms', to: '+447700900001' },
    { kind: 'phone', to: '+441632960001' },
  ]);
  await world.contacts('gp-2', [{ kind: 'phone', to: '+441632960002' }]);
  await world.dispatcher(smtp.url, { channels: [new PhoneChannel()] });
  const reach: Reach = { steps: [['phone', 'mail']], proof: 'spoken', within: 900 };
  const { routine: _, ...now } = ROUTINE;
  const phoneOnly = await routine({ recipient: 'gp-2', role: 'gp', reach: now });
  const critical = await world.duty({ reach });
  await until(async () => (await callList()).length === 2 && (await callList())[0]!.attempts.length === 2);
  const list = await callList();
  expect(list[0]).toMatchObject({
    journey: critical.journey,
    duty: {
      key: 'acknowledge:r1',
      kind: 'acknowledge',
      name: 'Acknowledge the report',
      category: 'critical',
    },
    person: { id: 'consultant-1', role: 'consultant' },
    numbers: [
      { kind: 'bleep', to: '2222' },
      { kind: 'phone', to: '+441632960001' },
    ],
    asks: 1,
    proof: 'sent',
    nextEscalationAt: '2031-03-30T12:15:00.000Z',
  });
  expect(list[0]!.attempts.map(({ what, source }) => [what, source]).sort()).toEqual([
    ['sent', 'mail'],
    ['sent', 'phone'],
  ]);
  // Somebody who has only a phone is on the list for whatever waits for them.
  expect(list[1]).toMatchObject({ journey: phoneOnly.journey, person: { id: 'gp-2' } });
  expect(await world.point(critical.journey, 'phone')).toMatchObject({ status: 'sent', proof: 'sent' });
  expect((await callList('?category=critical')).map((item) => item.ask)).toEqual([list[0]!.ask]);

  await world.proofs.proved(list[0]!.ask, 'spoken', 'call');
  expect((await callList()).map((item) => item.ask)).toEqual([list[1]!.ask]);
  await world.end(phoneOnly.journey, 'discharged');
  expect(await callList()).toEqual([]);
});

test('numbers of colleagues are for those who ring', async () => {
  for (const [who, code] of [
    ['consultant-1:consultant', 403],
    ['ris:system', 403],
    ['reporter-1:reporter', 200],
    ['desk-1:desk', 200],
  ] as const) {
    const headers = { authorization: `Bearer dev:${who}` };
    expect([who, (await api.inject({ url: '/api/v1/call-list', headers })).statusCode]).toEqual([who, code]);
  }
});

test('the call list goes on where a page ends', async () => {
  await world.contacts('consultant-1', [{ kind: 'phone', to: '+441632960001' }]);
  for (let i = 0; i < 5; i++)
    await world.duty({ reach: { ...ROUTINE, steps: [['phone']], proof: 'spoken' } });
  const seen: string[] = [];
  for (let url = '/api/v1/call-list?limit=2'; url !== '';) {
    const page = (await api.inject({ url, headers: asDesk })).json<{ items: Listed[]; next?: string }>();
    seen.push(...page.items.map((item) => item.ask));
    url = page.next === undefined ? '' : `/api/v1/call-list?limit=2&cursor=${page.next}`;
  }
  expect(new Set(seen).size).toBe(5);
  await moments(10);
});
