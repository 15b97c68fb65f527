import { Client, Connection } from '@temporalio/client';
import { defaultNamespace } from '../../src/local/temporal';
import { addressBook, verdict } from '../chaos/plays';
import type { Play } from '../chaos/checker/seen';
import type { Program } from '../support/program';
import type { Api } from './support/hospital';
import { Hospital, stopped } from './support/hospital';
import { canHaveProductionShape } from './support/own-servers';
import { Sender } from './support/sender';
import { CLOSED, REPORTED, STAGES, Staged } from './support/stages';
import { eventually, passed } from './support/until';

/**
 * The drill: Temporal is lost with all that it has stored. Every open journey gets a run again from Postgres alone; deadlines
 * stay, what fell due meanwhile is asked once and late, and nobody is asked again for what was asked.
 */

/** Journeys a stage. */
const EACH = 2;

interface Duty {
  journey: string;
  key: string;
  opening: number;
  limit_at: Date;
  due_at: Date;
  asks: number;
  asked_person: string;
}

let hospital: Hospital;
let api: Api;
let worker: Program;
const plays: Play[] = [];

const examination = async (stage: number, lostAt: string): Promise<Staged> => {
  const sender = new Sender(() => [api.client.url]);
  plays.push({ name: `at stage ${stage}, ${lostAt}`, ends: 'closed', sent: sender.log });
  return Staged.at(sender, stage);
};

beforeAll(async () => {
  const temporal = canHaveProductionShape() ? 'production' : 'dev';
  hospital = await Hospital.open({ temporal, secondsPerDay: 30 });
  [api, worker] = await Promise.all([hospital.api(), hospital.worker()]);
}, 240_000);
afterAll(() => hospital?.close(), 60_000);

const openDuties = (): Promise<Duty[]> =>
  hospital.postgres.query<Duty>(
    `select journey, key, opening, limit_at, due_at, asks, asked_person from obligation
     where ended_at is null order by journey, key`,
  );

const openJourneys = async (): Promise<string[]> =>
  (await hospital.postgres.query<{ id: string }>('select id from journey where not closed order by id')).map(
    ({ id }) => id,
  );

/** The journeys whose runs Temporal has open. */
const running = async (): Promise<string[]> => {
  const connection = await Connection.connect({ address: hospital.temporal.address });
  try {
    const client = new Client({ connection, namespace: defaultNamespace });
    const query = `WorkflowType = 'imagingJourney' and ExecutionStatus = 'Running'`;
    const found: string[] = [];
    for await (const { workflowId } of client.workflow.list({ query })) found.push(workflowId);
    return found.toSorted();
  } finally {
    await connection.close();
  }
};

test('the drill: Temporal lost', async () => {
  const staged = await Promise.all(
    Array.from({ length: EACH * STAGES }, (_, i) => examination(i % STAGES, 'when Temporal was lost')),
  );
  await hospital.settled();
  expect(await running()).toEqual(await openJourneys());

  // Everything stops; one message more is accepted, and then what Temporal has stored is destroyed.
  await worker.kill9();
  await hospital.temporal.kill9();
  await staged.find(({ done }) => done === REPORTED)!.sendNext();
  const silent = staged.find(({ done }) => done === REPORTED)!;
  const before = await openDuties();
  const alert = before.find((o) => o.journey === silent.id && o.key === 'acknowledge:r1')!;
  await hospital.temporal.startEmpty();
  worker = await hospital.worker();

  // What the drill is for: a silent journey has no timer, and nobody is asked at its deadline.
  await passed(new Date(alert.due_at.getTime() + 3_000).toISOString());
  expect(await running()).not.toContain(silent.id);
  expect((await openDuties()).find((o) => o.journey === silent.id && o.key === alert.key)).toEqual(alert);
  expect(await stopped(worker)).toBe(0);

  const open = await openJourneys();
  const first = await hospital.command('rebuild');
  expect(first).toMatch(new RegExp(`${open.length} of ${open.length} open journeys read their evidence`));
  expect(first).toMatch(/Temporal has lost \d+ runs; the desk is told/);
  await eventually('each has a run', async () => (await running()).length >= open.length);
  expect(await running()).toEqual(expect.arrayContaining(open));
  const again = await hospital.command('rebuild');
  expect(again).toMatch(/; 1 had no run and have one\./); // the desk's concern, which nobody had delivered yet
  expect(again).not.toMatch(/Temporal has lost/);

  const rebuiltAt = new Date().toISOString();
  worker = await hospital.worker();
  await hospital.settled();
  await eventually(
    'the deadline that passed is recorded',
    async () => (await asksAfter(silent.id, alert)).length > 0,
  );
  const late = await asksAfter(silent.id, alert);
  expect(late[0]).toMatchObject({ asks: alert.asks + 1, why: 'deadline' });
  expect(late[0]!.at > rebuiltAt).toBe(true);
  expect(late.filter((e) => e.cause === late[0]!.cause)).toHaveLength(1);

  // Deadlines that had not come are the same instants, of the same opening; nobody was asked again before them.
  const now = new Map((await openDuties()).map((o) => [`${o.journey} ${o.key}`, o]));
  const notYetDue = before.filter((o) => o.due_at.getTime() > Date.now());
  expect(notYetDue.length).toBeGreaterThan(EACH);
  for (const o of notYetDue) {
    const is = now.get(`${o.journey} ${o.key}`);
    if (is && is.asks === o.asks) expect(is).toEqual(o);
    else if (is) expect(Date.now()).toBeGreaterThan(o.due_at.getTime());
  }

  const concerns = await hospital.postgres.query<{ key: string }>(
    `select key from obligation where key like 'reconcile:concern:%' and ended_at is null`,
  );
  expect(concerns.map(({ key }) => key)).toEqual([
    expect.stringMatching(/^reconcile:concern:runs-lost:epoch-\d+$/),
  ]);

  // Every journey comes to its end, and everything is judged from outside: nothing lost, doubled or asked twice.
  await Promise.all(staged.map((s) => s.goTo(CLOSED)));
  const outside = { url: api.client.url, plays, mails: () => hospital.mails(), addresses: addressBook() };
  const { violations } = await verdict(outside);
  // Nobody sent the concern: the service raised it.
  const { '9 nothing comes from nowhere': own, ...others } = violations;
  expect(others).toEqual({});
  const [sent, recorded] = [...String(own).matchAll(/\d+/g)].map(Number);
  expect(recorded).toBe(sent! + 1);
}, 300_000);

/** A run remembers a deadline that lies days ahead; what happened since its backup is due in a minute. */
test('Temporal restored to an earlier state: runs that are behind read their evidence, and nothing doubles', async () => {
  const [silent, ...others] = await Promise.all(
    Array.from({ length: STAGES }, (_, i) => examination(i === 0 ? 2 : i - 1, 'when Temporal was restored')),
  );
  const sooner = others.find(({ done }) => done === CLOSED - 1)!;
  await hospital.settled();
  expect(await stopped(worker)).toBe(0);
  await hospital.temporal.keep();
  worker = await hospital.worker();

  await Promise.all([silent!.goTo(REPORTED), ...others.map((s) => s.goTo(Math.min(s.done + 2, CLOSED)))]);
  const later = await examination(1, 'opened after the backup of Temporal');
  await hospital.settled();
  const duties = new Map((await openDuties()).map((o) => [`${o.journey} ${o.key}`, o]));
  const alert = duties.get(`${silent!.id} acknowledge:r1`)!;
  expect(sooner.done).toBe(CLOSED);
  await worker.kill9();
  await hospital.temporal.startAsKept();
  worker = await hospital.worker();

  await passed(new Date(alert.due_at.getTime() + 3_000).toISOString());
  expect(await asksAfter(silent!.id, alert)).toEqual([]); // its run waits for the report
  expect(await running()).not.toContain(later.id);
  expect(await hospital.command('rebuild')).toMatch(
    /open journeys read their evidence again; [1-9]\d* had no run/,
  );
  const late = await eventually('the alert is asked about, late', async () => {
    const asks = await asksAfter(silent!.id, alert);
    return asks.length > 0 && asks;
  });
  expect(late[0]).toMatchObject({ asks: alert.asks + 1, why: 'deadline' });
  expect(await running()).toContain(later.id);

  await Promise.all([silent!, later, ...others].map((s) => s.goTo(CLOSED)));
  const outside = { url: api.client.url, plays, mails: () => hospital.mails(), addresses: addressBook() };
  const { '9 nothing comes from nowhere': _own, ...violations } = (await verdict(outside)).violations;
  expect(violations).toEqual({});
}, 300_000);

/** What somebody was asked about a duty after it stood as given, from evidence. */
const asksAfter = (
  journey: string,
  { key, asks }: Duty,
): Promise<{ asks: number; why: string; cause: string; at: string }[]> =>
  hospital.postgres.query(
    `select (body->>'asks')::int as asks, body->>'why' as why, cause, body->>'at' as at from evidence
     where journey = $1 and type = 'asked' and body->>'key' = $2 and (body->>'asks')::int > $3 order by seq`,
    [journey, key, asks],
  );
