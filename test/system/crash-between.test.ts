import { join } from 'node:path';
import { addressBook, verdict } from '../chaos/plays';
import type { Play } from '../chaos/checker/seen';
import { Witnesses } from '../chaos/witness';
import { isAlive } from '../../src/local/processes';
import { now, requestBody } from './support/bodies';
import { RIS } from './support/client';
import type { Api } from './support/hospital';
import { Hospital, stopped } from './support/hospital';
import { Sender } from './support/sender';
import { eventually } from './support/until';

/**
 * The worst moment: the worker is killed after `record` has committed and before Temporal hears of it, while a second signal
 * and a deadline wait behind it. The task is done again and must find its events already there.
 */

const DYING = join(__dirname, 'support', 'dying-worker.ts');
/** Temporal's number for a workflow task that was begun and never completed. */
const TASK_TIMED_OUT = '8';

let hospital: Hospital;
let api: Api;
let witnesses: Witnesses;
const plays: Play[] = [];

beforeAll(async () => {
  hospital = await Hospital.open();
  api = await hospital.api();
  witnesses = await Witnesses.at(hospital.temporal.address);
}, 120_000);
afterAll(async () => {
  await witnesses?.close();
  await hospital?.close();
}, 60_000);

/** An emergency that nobody vets: somebody is asked at once, and then again every two and a half seconds. */
const emergency = async (sender: Sender): Promise<string> => {
  const { journey } = await sender.send('/api/v1/journeys', RIS, requestBody({ priority: 'emergency' }));
  return journey!;
};

const enquiry = (sender: Sender, journey: string, id: string) =>
  sender.accepted(`/api/v1/journeys/${journey}/enquiry`, RIS, {
    at: now(),
    id,
    from: 'patient',
    about: 'not-heard',
  });

const begin = (): Sender => {
  const sender = new Sender(() => [api.client.url]);
  plays.push({ name: 'killed between commit and completion', ends: 'open', sent: sender.log });
  return sender;
};

/** Everything goes on with a worker that lives, and each cause is on record once: in Postgres and in Temporal's history. */
const goesOn = async (journey: string, cause: string): Promise<void> => {
  const worker = await hospital.worker();
  await hospital.settled();
  const outside = { url: api.client.url, plays, mails: () => hospital.mails(), addresses: addressBook() };
  const { violations } = await verdict({ ...outside, witness: (id) => witnesses.of(id) });
  expect(violations).toEqual({});
  const { types } = await witnesses.history(journey);
  expect(types).toContain(TASK_TIMED_OUT);
  const told = (await witnesses.results(journey)).filter((r) => r.events?.some((e) => e.cause === cause));
  expect(told).toHaveLength(1);
  expect(await stopped(worker)).toBe(0);
};

const causes = async (journey: string): Promise<string[]> => {
  const sql = 'select distinct cause from evidence where journey = $1';
  return (await hospital.postgres.query<{ cause: string }>(sql, [journey])).map(({ cause }) => cause);
};

test('killed after the commit of a row, with the next row and a deadline waiting', async () => {
  const sender = begin();
  const worker = await hospital.worker();
  const journey = await emergency(sender);
  expect(await stopped(worker)).toBe(0);
  await Promise.all([enquiry(sender, journey, 'first'), enquiry(sender, journey, 'second')]);

  const dying = await hospital.worker(DYING, { DIE_AFTER: 'row:2', DELIVERED: '3' });
  const [, said] = await dying.waitFor(/DIES after the commit of row:2; waiting: (.*)/);
  await eventually('the worker is dead', () => !isAlive(dying.pid));
  expect(JSON.parse(said!)).toMatchObject({ signalled: 3, finished: 2 });
  const recorded = await causes(journey);
  expect(recorded).toContain('row:2');
  expect(recorded).not.toContain('row:3');
  await goesOn(journey, 'row:2');
  expect(await causes(journey)).toEqual(expect.arrayContaining(['row:2', 'row:3']));
}, 180_000);

test('killed after the commit of a deadline, with a row and the next deadline waiting', async () => {
  const sender = begin();
  const dying = await hospital.worker(DYING, { DIE_AFTER: 'due:vet/1/1/', DELIVERED: '2' });
  const journey = await emergency(sender);
  const [, cause] = await dying.waitFor(/COMMITTED (due:\S+)/);
  const accepted = enquiry(sender, journey, 'meanwhile');
  const [, said] = await dying.waitFor(/DIES after the commit of due:\S+; waiting: (.*)/);
  await eventually('the worker is dead', () => !isAlive(dying.pid));
  await accepted;
  expect(JSON.parse(said!)).toMatchObject({ signalled: 2, finished: 1 });
  const recorded = await causes(journey);
  expect(recorded).toContain(cause);
  expect(recorded).not.toContain('row:2');
  await goesOn(journey, cause!);
}, 180_000);
