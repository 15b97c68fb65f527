import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client as Postgres } from 'pg';
import { isAlive, stopProcess } from '../../src/local/processes';
import { Witnesses } from '../chaos/witness';
import type { SeenEvent, SeenObligation } from '../chaos/checker/seen';
import { startProgram } from '../support/program';
import type { Program } from '../support/program';
import { acknowledgeBody, now, planBody, reportBody, requestBody, tellBody } from './support/bodies';
import { canariesIn, canaryFiles } from './support/canaries';
import type { Reply } from './support/client';
import { CONSULTANT, Client, DESK, REGISTRAR, RIS, VETTER, everyItem } from './support/client';
import { stopped } from './support/hospital';
import { asksIn, unmarkedDuplicates } from './support/mails';
import { ownPort, rememberPorts } from './support/ports';
import { eventually } from './support/until';

/** The whole system as `npm start -- --demo` brings it up, used over HTTP: a journey, a lapse, a kill, and no word about the patient. */

const CANARIES = [
  '9990000069',
  'Quillan Canaryname',
  'CANARY-HOSP-77',
  'canary words of a report',
  'canary words of a note',
];
const [NHS, NAME, HOSPITAL, WORDS, NOTE] = CANARIES as [string, string, string, string, string];

let dir: string;
let port: number;
let program: Program;
let client: Client;
let output = '';
const answers: Reply[] = [];

const start = async (): Promise<void> => {
  program = startProgram(['--demo', '--port', String(port)], {
    ...{ IMAGING_FAILSAFE_DATA: dir, LOG_LEVEL: 'trace' },
    ...{ DATABASE_URL: '', TEMPORAL_ADDRESS: '' },
  });
  const [, url] = await program.waitFor(/^Open (http:\S+)/m, 120_000);
  client = new Client(url!);
};

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'imaging-failsafe-end-to-end-'));
  for (const part of ['postgres', 'temporal']) mkdirSync(join(dir, part), { mode: 0o755 });
  await rememberPorts(join(dir, 'postgres', 'state.json'), 'port');
  await rememberPorts(join(dir, 'temporal', 'state.json'), 'port', 'uiPort');
  port = await ownPort();
  await start();
}, 180_000);

afterAll(async () => {
  await program?.kill9();
  for (const pid of serverPids()) await stopProcess(pid, 'SIGKILL', 5_000);
  rmSync(dir, { recursive: true, force: true });
}, 60_000);

/** The embedded servers' processes, as their folders tell. */
const serverPids = (): number[] => {
  const file = join(dir, 'postgres', 'cluster', 'postmaster.pid');
  const postgres = existsSync(file) ? [Number(readFileSync(file, 'utf8').split('\n')[0])] : [];
  const state = JSON.parse(readFileSync(join(dir, 'temporal', 'state.json'), 'utf8')) as { pid?: number };
  return [...postgres, ...(state.pid === undefined ? [] : [state.pid])].filter(isAlive);
};

const mails = () => asksIn(join(dir, 'mail'));
const mailTo = (journey: string, who: string) =>
  eventually(`a mail to ${who}`, () => mails().find((m) => m.journey === journey && m.to.startsWith(who)));

const send = async (path: string, who: string, body: unknown): Promise<Reply> => {
  const reply = await client.post(path, who, body, { prefer: 'wait=30' });
  answers.push(reply);
  return reply;
};

/** One step that must be recorded. */
const does = async (journey: string, type: string, who: string, body: unknown): Promise<void> => {
  const reply = await send(`/api/v1/journeys/${journey}/${type}`, who, body);
  expect([type, reply.status, reply.text]).toEqual([type, 200, expect.stringContaining('"recorded"')]);
};

/** Requested, vetted, imaged, and reported with a critical finding. */
const reported = async (): Promise<string> => {
  const patient = { nhsNumber: NHS, name: NAME, hospitalNumber: HOSPITAL, assigner: 'northmoor' };
  const opened = await send('/api/v1/journeys', RIS, requestBody({ patient }));
  expect(opened.status).toBe(201);
  const { journey } = opened.body;
  await does(journey, 'vet', VETTER, { priority: 'urgent' });
  await does(journey, 'images', RIS, { at: now() });
  await does(journey, 'report', RIS, reportBody({ text: WORDS }));
  return journey;
};

/** What people do about it, until it closes. */
const done = async (journey: string): Promise<void> => {
  await does(journey, 'acknowledge', CONSULTANT, acknowledgeBody());
  await does(journey, 'plan', CONSULTANT, planBody({ note: NOTE }));
  await does(journey, 'tell', REGISTRAR, tellBody({ note: NOTE }));
  await does(journey, 'gp-receipt', RIS, { at: now(), version: 'r1' });
  expect((await client.get(`/api/v1/journeys/${journey}`)).body).toMatchObject({
    stage: 'closed',
    closed: true,
  });
};

const acknowledgement = async (journey: string): Promise<SeenObligation> => {
  const { body } = await client.get(`/api/v1/journeys/${journey}/obligations`);
  return (body.items as SeenObligation[]).find((o) => o.key === 'acknowledge:r1')!;
};

let lapsing: string;

test('a journey from its request to its end, with the first ask sent; its history is short', async () => {
  const journey = await reported();
  const mail = await mailTo(journey, 'cora.madeup@');
  expect(mail).toMatchObject({ times: 1, attempt: 1 });
  await done(journey);
  const address = /^ {2}up {4}temporal +(\S+),/m.exec(program.output())![1]!;
  const witnesses = await Witnesses.at(address);
  const history = await eventually('the run ends', async () => {
    const { running } = await witnesses.of(journey);
    return !running && (await witnesses.history(journey));
  });
  await witnesses.close();
  expect(history.types.length).toBeLessThan(60);
  expect(history.bytes).toBeGreaterThan(0);
  expect(history.bytes).toBeLessThan(25 * 1024);
}, 90_000);

test('a critical finding that nobody acknowledges goes up the ladder, a mail a rung', async () => {
  lapsing = await reported();
  for (const who of ['cora.madeup@', 'remi.pretend@', 'failsafe.desk@']) await mailTo(lapsing, who);
  const asked = await acknowledgement(lapsing);
  expect(asked).toMatchObject({ accountable: { person: 'consultant-1' }, askedNow: { person: 'desk-1' } });
  const events = await everyItem<SeenEvent>(client, `/api/v1/journeys/${lapsing}/events`);
  const asks = events.filter(
    (e) => e['key'] === 'acknowledge:r1' && (e.type === 'opened' || e.type === 'asked'),
  );
  expect(asks.map((e) => e['asks'])).toEqual(asks.map((_, i) => i + 1));
}, 90_000);

test('the program, Postgres and Temporal killed at once: started again, it asks on, and the journey ends', async () => {
  const { asks } = await acknowledgement(lapsing);
  const meanwhile = requestBody({ patient: { nhsNumber: NHS, name: NAME } });
  const posted = client
    .post('/api/v1/journeys', RIS, meanwhile, { 'idempotency-key': 'meanwhile' })
    .catch(() => undefined);
  const servers = serverPids();
  expect(servers).toHaveLength(2);
  const dead = [program.kill9(), ...servers.map((pid) => stopProcess(pid, 'SIGKILL', 5_000))];
  await Promise.all([posted, ...dead]);
  output += program.output();
  await start();
  const before = await posted;
  const again = await client.post('/api/v1/journeys', RIS, meanwhile, {
    'idempotency-key': 'meanwhile',
    prefer: 'wait=30',
  });
  expect(again.body).toMatchObject({ created: true, ...(before && { journey: before.body.journey }) });
  await eventually('somebody is asked again', async () => (await acknowledgement(lapsing)).asks > asks);
  await done(lapsing);
  expect(unmarkedDuplicates(mails())).toEqual([]);
}, 180_000);

test('no answer but to those who care for the patient says who the patient is, whatever was sent', async () => {
  const bad: [string, string, unknown][] = [
    ['/api/v1/journeys', RIS, { [NAME]: NHS, patient: NAME, at: WORDS }],
    [`/api/v1/journeys/${NAME}/report`, RIS, { text: WORDS }],
    [`/api/v1/journeys/${lapsing}/report`, RIS, { ...reportBody(), findings: [{ id: NAME, category: NHS }] }],
    [`/api/v1/journeys/${lapsing}/acknowledge`, CONSULTANT, { ...acknowledgeBody(), note: NOTE }],
    ['/api/v1/search', DESK, { nhsNumber: NHS, [NAME]: WORDS }],
    [`/api/v1/journeys?site=${NHS}`, RIS, {}],
  ];
  for (const [path, who, body] of bad)
    expect((await send(encodeURI(path), who, body)).status).toBeGreaterThanOrEqual(400);
  expect((await send('/api/v1/search', DESK, { nhsNumber: NHS })).body.items).toHaveLength(3);
  expect(answers.flatMap(({ text }) => canariesIn(text, CANARIES))).toEqual([]);
  const { text } = await client.get(`/api/v1/journeys/${lapsing}`, CONSULTANT);
  expect(canariesIn(text, CANARIES).sort()).toEqual([...CANARIES].sort()); // who cares for the patient sees it
}, 60_000);

test('in Postgres only the table of numbers by which patients are found holds any', async () => {
  const { port: at, password } = JSON.parse(readFileSync(join(dir, 'postgres', 'state.json'), 'utf8'));
  const connectionString = `postgresql://imaging_failsafe:${password}@127.0.0.1:${at}/imaging_failsafe`;
  const postgres = new Postgres({ connectionString });
  await postgres.connect();
  const { rows } = await postgres.query<{ name: string }>(
    `select table_name as name from information_schema.tables where table_schema = 'public' and table_type = 'BASE TABLE'`,
  );
  const holding: string[] = [];
  for (const { name } of rows) {
    const all = await postgres.query<{ row: string }>(`select t::text as row from "${name}" t`);
    if (all.rows.some(({ row }) => canariesIn(row, CANARIES).length > 0)) holding.push(name);
  }
  await postgres.end();
  expect(holding.sort()).toEqual(['patient_identifier']);
}, 60_000);

test('Temporal’s database, the mails and everything that any program logged hold none', async () => {
  expect(await stopped(program)).toBe(0);
  expect(serverPids()).toEqual([]);
  output += program.output();
  const database = readFileSync(join(dir, 'temporal', 'temporal.db'));
  expect(database.includes(lapsing)).toBe(true); // the search sees what there is
  expect(canaryFiles(join(dir, 'temporal'), CANARIES)).toEqual([]);
  expect(mails().length).toBeGreaterThan(5);
  expect(canaryFiles(join(dir, 'mail'), CANARIES)).toEqual([]);
  expect(canariesIn(readFileSync(join(dir, 'postgres', 'postgres.log')), CANARIES)).toEqual([]);
  expect(output).toContain('/api/v1/journeys/:journey/report');
  expect(canariesIn(output, CANARIES)).toEqual([]);
}, 60_000);

test('told to stop while it is still starting, it leaves nothing behind', async () => {
  program = startProgram(['--demo', '--port', String(port)], {
    ...{ IMAGING_FAILSAFE_DATA: dir, DATABASE_URL: '', TEMPORAL_ADDRESS: '' },
  });
  await program.waitFor(/^ {2}up {4}postgres/m);
  expect(await stopped(program)).toBe(0);
  expect(serverPids()).toEqual([]);
}, 90_000);
