import { putOpenDuties } from '../support/open-duties';
import { ADMIN, DESK, RIS, RestWorld, reportBody, requestBody } from './rest-world';
import { putManyAsks } from './support/many-asks';
import type { Statement, Work } from './support/plans';
import { largeTables, objections, onlyOne, statementsOf, workFor } from './support/plans';

/**
 * What is asked for all day long stays cheap however much is owed and was ever asked: with 100,000 open duties and 170,000 asks
 * the statements that the program sends read a few rows by an index. Each is tried without its index too: then it is found.
 */

const DUTIES = 100_000;
const PAST = 50_000;
/** Of these half an hour apart: so many are within the day of the ceiling. */
const OF_A_DAY = 48;
const TO_RING = 120;
/** A page, and the row that tells whether there is another one. */
const PAGE = 51;
const people = Array.from({ length: 10 }, (_, i) => `dr-plan-${i}`);
const [busy, away, cover] = ['dr-plan-busy', 'dr-plan-away', 'dr-plan-cover'];

let world: RestWorld;
let large: string[];
beforeAll(async () => {
  world = await RestWorld.start({ worker: true });
  const put = async (path: string, body: object): Promise<void> => {
    const reply = await world.call('PUT', `/api/v1/directory/${path}`, { as: ADMIN, body });
    expect([path, reply.status]).toEqual([path, 200]);
  };
  for (const id of [...people, busy, cover, away])
    await put(`people/${id}`, {
      name: `Synthetic ${id}`,
      email: `${id}@synthetic.invalid`,
      roles: ['consultant', 'registrar'],
    });
  const absence = { from: await world.at(-3600), to: await world.at(7 * 86_400), cover };
  await put(`people/${away}/absences`, { absences: [absence] });
  await put('teams/plan', { name: 'Plan', lead: people[0], members: people.slice(1) });
  await putOpenDuties(world.db, { name: 'plan', people, count: DUTIES });
  await putManyAsks(world.db, { person: busy, past: PAST, rung: 20_000, toRing: TO_RING });
  large = await largeTables(world.db);
}, 180_000);
afterAll(() => world.stop());

/** The statement with this in its text that this address is answered from. */
const behind = async (url: string, within: string): Promise<Statement> => {
  const sent = await statementsOf(async () => {
    const reply = await world.get(url, DESK);
    expect(reply.status).toBe(200);
    expect(reply.body.items).toHaveLength(50);
  });
  return onlyOne(sent, within);
};

/** What is sent while a report with an alert comes in for this consultant, who is asked at once. */
const whileReported = async (consultant: string): Promise<Statement[]> => {
  const at = await world.at();
  const { journey } = (await world.post('/api/v1/journeys', RIS, requestBody(at, { consultant }))).body;
  const findings = [{ id: 'f1', category: 'critical', expected: false, region: 'chest' }];
  const sent = await statementsOf(() =>
    world.post(`/api/v1/journeys/${journey}/report`, RIS, reportBody(at, { findings })),
  );
  return sent;
};
const RECORD = 'with record as';
interface Recorded {
  asks: { recipient: string }[];
}
const recorded = ({ values }: Statement): Recorded => JSON.parse(values[1] as string) as Recorded;

test('the tables are large', () => {
  expect(large.toSorted()).toEqual(['ask', 'journey', 'obligation']);
});

describe('the first page of the worklist, and the next', () => {
  const twice = 2 * PAGE; // a duty, and its journey: canaries are on no list
  test.each([
    ['of everything', '', twice, ['obligation_by_limit']],
    ['of one person', `person=${people[1]}`, 3 * twice, ['obligation_by_accountable', 'obligation_by_asked']],
    [
      'of a team of ten',
      'team=plan',
      10 * 2 * twice + twice,
      ['obligation_by_accountable', 'obligation_by_asked'],
    ],
  ])('%s', async (_, query, rows, indexes) => {
    const url = `/api/v1/worklist?${query}`;
    const { next } = (await world.get(url, DESK)).body;
    for (const page of [url, `${url}&cursor=${next}`]) {
      const statement = await behind(page, 'from obligation o');
      expect(objections(await workFor(world.db, statement), { large, rows })).toEqual([]);
      for (const index of indexes) {
        const without = await workFor(world.db, statement, `drop index ${index}`);
        expect([index, objections(without, { large, rows })]).not.toEqual([index, []]);
      }
    }
  });
});

test('the call list reads those who are to be rung, and not every call that was ever made', async () => {
  const statement = await behind('/api/v1/call-list', 'from ask a join obligation o');
  // Of each to be rung the ask, its duty, its person and what was said; of each on the page, twice, the other contact points.
  const rows = 4 * TO_RING + 2 * PAGE;
  expect(objections(await workFor(world.db, statement), { large, rows })).toEqual([]);
  const without = await workFor(world.db, statement, 'drop index ask_to_ring');
  expect(objections(without, { large, rows })).not.toEqual([]);
});

describe('a record that asks somebody', () => {
  test('counts their asks of one day, and not of years', async () => {
    const sent = await whileReported(busy);
    const record = onlyOne(
      sent.filter((s) => s.text.includes(RECORD) && recorded(s).asks.length > 0),
      RECORD,
    );
    expect(recorded(record).asks).toMatchObject([{ recipient: busy }]);
    // Carried out again: what is evidence already would be in its own way, and who is at the ceiling is not counted again.
    const again = {
      ...record,
      values: [record.values[0], JSON.stringify({ ...recorded(record), links: [] })],
    };
    const work = (more = ''): Promise<Work[]> =>
      workFor(world.db, again, `delete from ask_ceiling where person = '${busy}'; ${more}`);
    const bound = { large, rows: OF_A_DAY + 20 };
    const carriedOut = await work();
    expect(carriedOut).toHaveLength(2);
    for (const { rows } of carriedOut) expect(rows).toBeGreaterThan(OF_A_DAY / 2); // it did count
    expect(objections(carriedOut, bound)).toEqual([]);
    expect(objections(await work('drop index ask_by_recipient'), bound)).not.toEqual([]);

    const lock = onlyOne(
      sent.filter((s) => s.session === record.session),
      'for no key update of j',
    );
    expect(objections(await workFor(world.db, lock), { large, rows: 10 })).toEqual([]);
  });

  test('looks up whom to ask, and in whose stead, without a further round trip', async () => {
    const sent = await whileReported(away);
    const record = onlyOne(
      sent.filter((s) => s.text.includes(RECORD) && recorded(s).asks.length > 0),
      RECORD,
    );
    expect(recorded(record).asks).toMatchObject([{ recipient: cover }]);
    const bySession = sent.filter((s) => s.session === record.session);
    const at = bySession.indexOf(record);
    expect(
      bySession.slice(at - 2, at + 2).map((s) => s.text.trim().split(/\s+/).slice(0, 2).join(' ')),
    ).toEqual(['START TRANSACTION', 'select j.seq,', 'with record', 'COMMIT']);
  });
});
