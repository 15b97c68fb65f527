import { DataSource } from 'typeorm';
import { putJourneys, rowsOf } from '../support/many-journeys';
import type { Rows } from '../support/many-journeys';
import { Watching } from '../journeys/support/watching';
import { CONSULTANT, RIS, RestWorld, VETTER, requestBody } from './rest-world';
import type { Statement } from './support/plans';
import { largeTables, objections, onlyOne, statementsOf, workFor } from './support/plans';

/** Among 100,000 open journeys a sweep reads what is due, and a hundred journeys in their turn; whatever else waits is not touched. */

const MANY = 100_000;
const DUE = 20;
/** What a sweep may look at in all: journeys in turn and due ones with their duties and evidence, pages of what is due. */
const ROWS = 3_000;
const MONTH_MS = 30 * 86_400_000;

let world: RestWorld;
let watching: Watching;
let large: string[];
let sent: Statement[];

beforeAll(async () => {
  world = await RestWorld.start({ worker: true });
  const at = await world.loop!.now();
  const real: Rows[] = [];
  for (const setting of ['outpatient', 'gp'] as const) {
    const { body } = await world.post(
      '/api/v1/journeys',
      RIS,
      requestBody(at, { setting, priority: 'routine' }),
    );
    await world.post(`/api/v1/journeys/${body.journey}/vet`, VETTER, { priority: 'routine' });
    await world.get(`/api/v1/journeys/${body.journey}`, CONSULTANT);
    real.push(await rowsOf(world.db, body.journey));
  }
  const later = real.map((of) => ({ of, shiftMs: MONTH_MS, words: {} }));
  await putJourneys(world.db, later, { count: MANY, withState: false, spreadSeconds: 86_400 });
  const earlier = real.map((of) => ({ of, shiftMs: -12 * MONTH_MS, words: {} }));
  await putJourneys(world.db, earlier, { count: DUE, withState: false, spreadSeconds: 86_400 });
  large = await largeTables(world.db);
  watching = new Watching(world.loop!, {}, false);
  // Temporal is left out: what is asked of it is asked about what was found here.
  sent = await statementsOf(async () => {
    const found = await watching.looks(1);
    expect(found.filter((f) => f.code === 'deadline-passed')).toHaveLength(DUE);
  });
}, 600_000);
afterAll(() => world.stop());

const READS = [
  ['what is due', 'j.next_due_at < $1'],
  ['what has no outcome', 'from delivery d join inbox i'],
  ['what cannot be recorded', 'from stuck s'],
  ['what does not go out', 'from ask a'],
  ['what has no deadline', 'next_due_at is null order by'],
  ['whose turn it is', 'from journey where id > $1'],
  ['what always holds', 'with looked as'],
  ['evidence', 'from evidence'],
] as const;

test('the tables are large', () =>
  expect(large).toEqual(expect.arrayContaining(['journey', 'obligation', 'evidence'])));

test.each(READS)('%s is read by an index', async (_, within) => {
  const work = await workFor(world.db, onlyOne(sent, within));
  expect(objections(work, { large, rows: ROWS, pages: 10 * ROWS })).toEqual([]);
});

test('a sweep looks at few rows in all', async () => {
  let rows = 0;
  for (const [, within] of READS) rows += (await workFor(world.db, onlyOne(sent, within)))[0]!.rows;
  console.log(`a sweep of ${MANY} open journeys looked at ${rows} rows`);
  expect(rows).toBeLessThan(ROWS);
});

test('without its index all journeys would be read', async () => {
  const work = await workFor(world.db, onlyOne(sent, 'j.next_due_at < $1'), 'drop index journey_due');
  expect(objections(work, { large, rows: ROWS })).not.toEqual([]);
});

test('page by page each is read once, however many fell due at one instant', async () => {
  const db = world.loop!.app.get(DataSource);
  await world.db.query(`update journey set next_due_at = '2001-01-01' where id in (
    select id from journey where not closed order by id limit 1700)`);
  const found = await watching.looks(1);
  const ids = found.filter((f) => f.code === 'deadline-passed').map((f) => f.journey);
  expect(new Set(ids).size).toBe(ids.length);
  expect(ids.length).toBeGreaterThanOrEqual(1700);
  const [{ n }] = await db.query<[{ n: number }]>(
    `select count(*)::int as n from finding where code = 'deadline-passed' and cleared_at is null`,
  );
  expect(n).toBe(ids.length);
}, 60_000);
