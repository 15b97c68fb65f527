import { BounceListener } from '../../src/asks/bounces/bounce-listener';
import { Proofs } from '../../src/asks/proofs';
import { deliveryReport as report, handIn as giveBack } from '../support/mail-return';
import { ScriptedSmtp } from '../support/scripted-smtp';
import type { Act } from '../support/scripted-smtp';
import { until } from './asks-world';
import { ADMIN, DESK, RIS, RestWorld, as, reportBody, requestBody } from './rest-world';
import { startSending } from './support/sending';

/**
 * Faults, from the API to the mail that arrives: whatever fails, somebody is asked. A critical finding under England's
 * policy: who answers for it, then after a quarter of an hour each the registrar, a consultant, and the desk.
 */
const returns = {
  address: 'bounces@failsafe.example.org',
  secret: 'the key of links and bounces in this test',
};
const REGISTRAR = 'remi.pretend@northmoor.example.org';
const CONSULTANTS_LEAD = 'cora.madeup@northmoor.example.org';
const DESK_MAIL = 'failsafe.desk@northmoor.example.org';
const QUARTER = 15 * 60;

let world: RestWorld;
let smtp: ScriptedSmtp;
let bounces: BounceListener;
let port: number;
let stop: () => Promise<void>;

beforeAll(async () => {
  world = await RestWorld.start({ worker: true });
  smtp = await ScriptedSmtp.start({ reports: true });
  const { db, database, loop } = world;
  const { clock } = loop!;
  ({ stop } = await startSending({ db, clock, url: database.url }, smtp.url, {
    returns,
    smtpTimeoutMs: 150,
  }));
  bounces = new BounceListener({ host: '127.0.0.1', port: 0, returns }, new Proofs(db, clock));
  port = await bounces.start();
}, 120_000);
afterAll(async () => {
  await stop();
  await bounces.stop();
  await world.stop();
  await smtp.stop();
});

const AT = '/api/v1/directory';
const put = async (path: string, body: object): Promise<void> => {
  const reply = await world.call('PUT', `${AT}/${path}`, { as: ADMIN, body });
  expect([path, reply.status]).toEqual([path, 200]);
};
const mailOf = (id: string): string => `${id}@synthetic.invalid`;
const consultants = async (...ids: string[]): Promise<void> => {
  for (const id of ids)
    await put(`people/${id}`, {
      name: `${id} (synthetic)`,
      email: mailOf(id),
      roles: ['consultant', 'requester'],
    });
};
/** A critical finding, for which that consultant or that requester answers. */
const finding = async (consultant: string | undefined, requester = 'dr-hall'): Promise<string> => {
  const at = await world.at();
  const request = requestBody(at, { consultant, requester: { person: requester, profession: 'doctor' } });
  const { journey } = (await world.post('/api/v1/journeys', RIS, request)).body;
  const findings = [{ id: 'f1', category: 'critical', expected: false, region: 'chest' }];
  await world.post(`/api/v1/journeys/${journey}/report`, RIS, reportBody(at, { findings }));
  return journey as string;
};
const duty = async (journey: string) => {
  await world.loop!.quiet();
  const { items } = (await world.get(`/api/v1/journeys/${journey}/obligations`, DESK)).body;
  return items.find((o: { key: string }) => o.key === 'acknowledge:r1');
};
/** A mail about this journey came to that address. */
const asked = (address: string, journey: string): Promise<void> =>
  until(() => smtp.to(address).some((raw) => raw.replaceAll('=\r\n', '').includes(journey)));
const later = async (quarters: number): Promise<void> =>
  world.loop!.advanceTo(await world.at(quarters * QUARTER + 1));

test.each<[string, Act]>([
  ['refuses it for good (5xx)', { rcpt: 550 }],
  ['refuses it again and again (4xx)', { rcpt: 451 }],
  ['never answers', 'hang'],
])('a mail server %s: the registrar is asked at once', async (_, act) => {
  const who = `dr-${typeof act === 'object' ? Object.values(act)[0] : act}`;
  await consultants(who);
  smtp.does(mailOf(who), act);
  const journey = await finding(who);
  await until(async () => {
    await world.db.query(`update ask set next_try_at = now() where status = 'waiting'`);
    await world.db.query(`select pg_notify('failsafe_ask', '')`);
    return (await duty(journey)).askedNow.person === 'registrar-1';
  }, 40_000);
  await asked(REGISTRAR, journey);
  expect(smtp.to(mailOf(who))).toEqual([]);
  expect(await duty(journey)).toMatchObject({ accountable: { person: who } });
});

test('a mail server takes it and returns it: the registrar is asked at once', async () => {
  await consultants('dr-returned');
  const journey = await finding('dr-returned');
  await asked(mailOf('dr-returned'), journey);
  const { from } = smtp.received.find(({ to }) => to === mailOf('dr-returned'))!;
  expect(await giveBack(port, from, report('failed', '5.1.1'))).toContain('250');
  await asked(REGISTRAR, journey);
});

test('a rota with a hole: the lead of the role is asked, and the hole shows', async () => {
  const slots = [{ from: await world.at(86_400), to: await world.at(90_000), person: 'registrar-1' }];
  await put('rotas/registrar', { slots });
  await consultants('dr-hole');
  const journey = await finding('dr-hole');
  await later(1);
  await asked(REGISTRAR, journey);
  expect(await duty(journey)).toMatchObject({ askedNow: { person: 'registrar-1' }, because: 'rota-hole' });
});

test('a team with nobody in it who can be asked: the lead of the role, and then the desk', async () => {
  await consultants('dr-alone', 'dr-lead');
  await put('teams/empty', { name: 'Empty (synthetic)', lead: 'dr-lead', members: ['dr-alone'] });
  await world.post(`${AT}/people/dr-lead/leave`, ADMIN, { at: await world.at(-1) });
  const journey = await finding(undefined, 'dr-alone');
  await later(2);
  await asked(CONSULTANTS_LEAD, journey);
  await later(1);
  await asked(DESK_MAIL, journey);
  expect(smtp.to(mailOf('dr-lead'))).toEqual([]);
});

test('a cycle of handovers: whoever answered still does, and the desk is asked in its time', async () => {
  await consultants('dr-holds', 'dr-to', 'dr-fro');
  const journey = await finding('dr-holds');
  const act = (by: string, what: string, body: object) =>
    world.post(`/api/v1/journeys/${journey}/${what}`, as(by, 'consultant'), body);
  const party = (person: string) => ({ person, role: 'consultant' });
  await act('dr-holds', 'offer', { duty: 'acknowledge:r1', to: party('dr-to') });
  for (let i = 0; i < 6; i++) {
    const [by, next] = i % 2 ? ['dr-fro', 'dr-to'] : ['dr-to', 'dr-fro'];
    await world.loop!.quiet();
    const { items } = (await world.get(`/api/v1/journeys/${journey}/obligations`, DESK)).body;
    const offer = items.find((o: { kind: string }) => o.kind === 'accept-handover');
    if (offer === undefined) break;
    expect(offer.accountable.person).toBe(by);
    const body = { offer: offer.key.replace('accept-handover:', ''), reason: 'not-my-patient' };
    expect((await act(by, 'decline', { ...body, instead: party(next) })).status).toBe(200);
  }
  await later(3);
  await asked(DESK_MAIL, journey);
  expect(await duty(journey)).toMatchObject({
    accountable: { person: 'dr-holds' },
    askedNow: { role: 'desk' },
  });
});

test('an owner removed in mid-ladder: the successor answers, and the ladder goes on to the desk', async () => {
  await consultants('dr-goes', 'dr-heir');
  const journey = await finding('dr-goes');
  await later(1);
  await asked(REGISTRAR, journey);
  await world.post(`${AT}/people/dr-goes/leave`, ADMIN, { at: await world.at(-1), successor: 'dr-heir' });
  expect(await duty(journey)).toMatchObject({ accountable: { person: 'dr-heir' } });
  await later(1);
  await asked(mailOf('dr-heir'), journey);
  await later(1);
  await asked(DESK_MAIL, journey);
});
