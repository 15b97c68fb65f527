import { Client as Temporal, Connection } from '@temporalio/client';
import type { StoredMail } from '../../src/local/mail-sink';
import { Receiver } from '../support/receiver';
import type { Program } from '../support/program';
import { now, reportBody, requestBody } from './support/bodies';
import { ADMIN, DESK, RIS, VETTER, as } from './support/client';
import type { Api } from './support/hospital';
import { Hospital, stopped } from './support/hospital';
import { eventually } from './support/until';

/**
 * The watchdog as a program of its own, beside an API and a worker: what it finds reaches the desk and the engineer, and its
 * alarm rings where neither Postgres nor Temporal can be had.
 */

const ENGINEER = as('engineer-1', 'on-call-engineer');
const MAILBOX = 'oncall@northmoor.example.org';

let hospital: Hospital;
let api: Api;
let watchdog: Program;
let pager: Receiver;
let env: Record<string, string>;

beforeAll(async () => {
  [hospital, pager] = await Promise.all([Hospital.open(), Receiver.start()]);
  const pagerUrl = `http://127.0.0.1:${pager.port}`;
  env = {
    ALARM_MAIL: MAILBOX,
    ALARM_WEBHOOK: `${pagerUrl}/alarm`,
    HEARTBEAT_URL: `${pagerUrl}/beat`,
    WEBHOOK_SECRET: `whsec_${Buffer.alloc(32, 7).toString('base64')}`,
    WEBHOOK_ALLOW: '127.0.0.1/32',
  };
  [api, , watchdog] = await Promise.all([hospital.api(), hospital.worker(), hospital.watchdog(env)]);
}, 120_000);
afterAll(async () => {
  await hospital?.close();
  await pager?.stop();
}, 60_000);

const alarms = (): StoredMail[] =>
  hospital
    .mails()
    .map(({ mail }) => mail)
    .filter((mail) => mail.to.includes(MAILBOX));
const rung = (): { type: string; data: { troubles: { topic: string; text: string }[] } }[] =>
  pager.calls.filter((call) => call.path === '/alarm').map((call) => JSON.parse(call.body));

test('it lives, says so to a monitor outside and to whoever asks for health, and finds nothing', async () => {
  await eventually('a heartbeat outside', () => pager.calls.some((call) => call.path === '/beat'));
  const ready = await eventually('the heartbeat in health', async () => {
    const { body } = await api.client.get('/health/ready');
    return body.watchdog.sweptSeconds !== null && body.watchdog;
  });
  expect(ready).toMatchObject({ status: 'alive', open: 0 });
  const { body } = await api.client.get('/api/v1/admin/findings', ENGINEER);
  expect(body).toEqual({ items: [] });
  expect(alarms()).toEqual([]);
});

test('a critical journey whose run was terminated: found within two minutes, owned, and the engineer is rung', async () => {
  const { body } = await api.client.post('/api/v1/journeys', RIS, requestBody());
  const { journey } = body;
  await api.client.post(`/api/v1/journeys/${journey}/vet`, VETTER, { priority: 'urgent' });
  await api.client.post(`/api/v1/journeys/${journey}/images`, RIS, { at: now() });
  await api.client.post(`/api/v1/journeys/${journey}/report`, RIS, reportBody());
  const connection = await Connection.connect({ address: hospital.temporal.address });
  await new Temporal({ connection, namespace: 'imaging-failsafe' }).workflow.getHandle(journey).terminate();
  await connection.close();
  const found = await eventually(
    'the finding',
    async () =>
      (await api.client.get(`/api/v1/admin/findings?journey=${journey}&open=true`, ADMIN)).body.items[0],
    120_000,
  );
  expect(found).toMatchObject({ code: 'run-missing', remedy: 'replay', clearedAt: null });
  const mail = await eventually('the alarm', () => alarms()[0]);
  expect(mail.subject).toContain('ALARM (critical-journey)');
  expect(mail.text).toContain(journey);
  expect(rung()).toEqual([
    expect.objectContaining({ type: 'service.alarm', data: expect.objectContaining({ again: 0 }) }),
  ]);
  const duty = await eventually('the desk is asked', async () => {
    const { body: list } = await api.client.get('/api/v1/worklist?kind=reconcile', DESK);
    return list.items.find(
      (item: { key: string }) => item.key === `reconcile:concern:run-missing:${journey}`,
    );
  });
  expect(duty).toMatchObject({ accountable: { role: 'desk', person: 'desk-1' } });
  // Half a policy day later it is the engineer who is asked, and then the desk again and again.
  await eventually('the engineer is asked', () =>
    hospital.mails().some((sent) => sent.to === 'failsafe.oncall@northmoor.example.org'),
  );
}, 180_000);

test('Postgres away: the alarm rings without it, by mail and webhook, once; back again the desk owes an explanation', async () => {
  const before = [alarms().length, rung().length];
  await hospital.postgres.stopImmediately();
  await eventually('the alarm', () => alarms().some((mail) => mail.subject.includes('postgres-away')));
  await eventually('the pager', () =>
    rung().some((ring) => ring.data.troubles.some((t) => t.topic === 'postgres-away')),
  );
  const late = await hospital.watchdog(env); // one that starts in the middle of it rings as well
  await eventually('the other rings too', () => alarms().length >= before[0]! + 2);
  await hospital.postgres.start();
  expect([alarms().length, rung().length]).toEqual([before[0]! + 2, before[1]! + 2]);
  await late.waitFor(/The watchdog is looking/);
  await eventually('a concern', async () => {
    const { body } = await api.client.get('/api/v1/worklist?kind=reconcile', DESK);
    return body.items.some(
      (item: { key: string }) => item.key === 'reconcile:concern:postgres-away:postgres',
    );
  });
  expect(await Promise.all([stopped(watchdog), stopped(late)])).toEqual([0, 0]);
}, 180_000);
