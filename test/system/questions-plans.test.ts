import { Sealing } from '../../src/sealing/sealing';
import { putJourneys, rowsOf } from '../support/many-journeys';
import type { Rows, Variant } from '../support/many-journeys';
import { ADMIN, RIS, RestWorld, VETTER, as, reportBody, requestBody } from './rest-world';
import type { Statement } from './support/plans';
import { largeTables, objections, onlyOne, statementsOf, workFor } from './support/plans';

/**
 * Among 100,000 journeys a safety lead's questions are answered by an index. The journeys are copies of real ones; that a copy
 * is what the loop itself would have written is tried on two hundred of them first.
 */

const LEAD = as('safety-1', 'safety-lead');
const REAL = 200;
const MANY = 100_000;
/** Prime to the counts of shapes and sites: each comes with each. */
const WEEKS = 51;
const SITES = 20;
const DOCTORS = 40;
const WEEK_MS = 7 * 86_400_000;

let world: RestWorld;
const ids: string[] = [];
const real: Rows[] = [];

interface Traits {
  site: string;
  specialty: string;
  doctor: string;
}
const traits = (i: number): Traits => ({
  site: `site-${i % SITES}`,
  specialty: `specialty-${i % 7}`,
  // So many that nobody is asked as often as the ceiling allows.
  doctor: `dr-plan-${i % DOCTORS}`,
});

type Send = (what: string, by: string, body: object, status?: number) => Promise<void>;
type Shape = (send: Send, doctor: string, at: string) => Promise<void>;
const finding = (category: string) => ({ id: 'f1', category, expected: false, region: 'chest' });
const reported = async (send: Send, at: string, category: string, more: object = {}): Promise<void> => {
  await send('vet', VETTER, { priority: 'urgent' });
  await send('images', RIS, { at });
  await send('report', RIS, reportBody(at, { findings: [finding(category)], ...more }));
};
const accepted = (send: Send, doctor: string): Promise<void> =>
  send('acknowledge', as(doctor, 'consultant'), { version: 'r1', findings: ['f1'], how: 'screen' });

/** How far journeys come. */
const SHAPES: Shape[] = [
  async (send) => send('vet', VETTER, { priority: 'routine' }),
  async (send) => send('return', VETTER, { reason: 'safety-question', note: 'Synthetic: which side?' }),
  async (send, doctor, at) => {
    await send('images', RIS, { at });
    await send('viewed', as(doctor, 'consultant'), { at, person: doctor, quality: 'diagnostic' });
  },
  (send, _, at) => reported(send, at, 'critical'),
  async (send, doctor, at) => {
    await reported(send, at, 'cancer', { text: 'Synthetic: a nodule.' });
    await accepted(send, doctor);
  },
  async (send, doctor, at) => {
    await reported(send, at, 'cancer');
    await accepted(send, doctor);
    const plan = { version: 'r1', finding: 'f1', noAction: 'already-known' };
    await send('plan', as(doctor, 'consultant'), plan);
    const told = { version: 'r1', at, to: 'patient', how: 'telephone', outcome: 'told' };
    await send('tell', as(doctor, 'consultant'), told);
    await send('gp-receipt', RIS, { at, version: 'r1' });
  },
  async (send, doctor, at) => {
    await reported(send, at, 'significant-unexpected');
    await send(
      'tell',
      as(doctor, 'consultant'),
      { version: 'r9', at, to: 'patient', how: 'telephone', outcome: 'told' },
      409,
    );
    await send('tell', as(doctor, 'consultant'), { version: 9 }, 422);
  },
];

const make = async (i: number): Promise<void> => {
  const { site, specialty, doctor } = traits(i);
  const at = await world.at();
  const requester = { person: doctor, profession: 'doctor' };
  const body = requestBody(at, { site, specialty, requester, consultant: doctor });
  const id = (await world.post('/api/v1/journeys', RIS, body)).body.journey as string;
  ids[i] = id;
  const send: Send = async (what, by, sent, status = 200) => {
    const reply = await world.post(`/api/v1/journeys/${id}/${what}`, by, sent);
    expect([what, reply.status]).toEqual([what, status]);
  };
  await SHAPES[i % SHAPES.length]!(send, doctor, at);
  await world.get(`/api/v1/journeys/${id}`, as(doctor, 'consultant'));
};

beforeAll(async () => {
  world = await RestWorld.start({ worker: true });
  for (let i = 0; i < DOCTORS; i++)
    await world.call('PUT', `/api/v1/directory/people/dr-plan-${i}`, {
      as: ADMIN,
      body: { name: `Synthetic ${i}`, email: `p${i}@synthetic.invalid`, roles: ['consultant', 'requester'] },
    });
  let next = 0;
  const maker = async (): Promise<void> => {
    while (next < REAL) await make(next++);
  };
  await Promise.all(Array.from({ length: 6 }, maker));
  // Long enough for an alert to climb its ladder.
  await world.loop!.advanceTo(await world.at(50 * 60));
  for (const id of ids) real.push(await rowsOf(world.db, id));
}, 600_000);
afterAll(() => world.stop());

const receivedAt = (rows: Rows): number => Date.parse(rows.journey[0]!['received_at'] as string);

/** A journey like the first of a shape, with these traits. */
const variantOf = (shape: number, is: Traits, shiftMs: number): Variant => {
  const was = traits(shape);
  const words = Object.fromEntries(
    (Object.keys(was) as (keyof Traits)[]).map((name) => [was[name], is[name]]),
  );
  return { of: real[shape]!, shiftMs, words };
};

const ID = /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g;
const OWN = new Set([
  'id',
  'hash',
  'previous',
  'head',
  'salt',
  'commitment',
  'cipher',
  'fingerprint',
  'request',
]);

/**
 * Journeys are written one after the other, and a limit on the working clock is the same instant for all that begin outside
 * working hours: counted from each one's beginning it differs by what lies between them.
 */
const NEAR_MINUTES = 2;

/**
 * Rows without what each journey has of its own: ids, what is hashed over them, and when; and the instants in them, in minutes
 * since it began, in their order.
 */
const apart = (rows: Rows): { rows: unknown; minutes: number[] } => {
  const began = receivedAt(rows);
  const minutes: number[] = [];
  const instant = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|\+00:00)/g;
  const walk = (value: unknown): unknown => {
    if (typeof value === 'string')
      return value.replace(ID, '#').replace(instant, (at) => {
        minutes.push((Date.parse(at) - began) / 60_000);
        return '(an instant)';
      });
    if (value === null || typeof value !== 'object') return value;
    if (Array.isArray(value)) return value.map(walk);
    return Object.fromEntries(
      Object.entries(value).map(([name, inner]) => [name, OWN.has(name) ? '#' : walk(inner)]),
    );
  };
  return { rows: walk(rows), minutes };
};

test('a copy is what the loop itself writes, ids apart', async () => {
  const variants = ids.map((_, i) =>
    variantOf(i % SHAPES.length, traits(i), receivedAt(real[i]!) - receivedAt(real[i % SHAPES.length]!)),
  );
  const copies = await putJourneys(world.db, variants, { count: REAL, withState: true });
  for (const [i, copy] of copies.entries()) {
    const [copied, written] = [apart(await rowsOf(world.db, copy)), apart(real[i]!)];
    expect([i, copied.rows]).toEqual([i, written.rows]);
    for (const [k, minute] of copied.minutes.entries())
      expect(Math.abs(minute - written.minutes[k]!)).toBeLessThanOrEqual(NEAR_MINUTES);
  }
  // References lead from a copy's events to its own texts.
  const [{ lost }] = await world.db.query<[{ lost: number }]>(
    `select count(*)::int as lost from evidence e
     where e.body #>> '{data,text,ref}' is not null
       and not exists (select 1 from sealed s where s.ref::text = e.body #>> '{data,text,ref}' and s.journey = e.journey)`,
  );
  expect(lost).toBe(0);
}, 60_000);

describe('among a hundred thousand', () => {
  let large: string[];
  let month: string;
  beforeAll(async () => {
    // In each week each shape at each site.
    const variants = Array.from({ length: WEEKS * SHAPES.length * SITES }, (_, n) =>
      variantOf(
        n % SHAPES.length,
        { site: `site-${n % SITES}`, specialty: `specialty-${n % 9}`, doctor: `dr-plan-${n % 11}` },
        -WEEK_MS * (1 + (n % WEEKS)),
      ),
    );
    await putJourneys(world.db, variants, { count: MANY, withState: false, spreadSeconds: 7 * 86_400 });
    large = await largeTables(world.db);
    const from = receivedAt(real[0]!) - 30 * WEEK_MS;
    month = `from=${new Date(from).toISOString()}&to=${new Date(from + 4 * WEEK_MS).toISOString()}`;
  }, 600_000);

  test('the tables are large', () => {
    expect(large).toEqual(expect.arrayContaining(['journey', 'obligation', 'evidence', 'access_log']));
  });

  /** The statement with this in its text that this address is answered from. */
  const behind = async (path: string, within: string, least = 50): Promise<Statement> => {
    const sent = await statementsOf(async () => {
      const reply = await world.get(`/api/v1/${path}`, LEAD, { 'purpose-of-use': 'PATSFTY' });
      expect([path, reply.status]).toEqual([path, 200]);
      expect(reply.body.items.length).toBeGreaterThanOrEqual(least);
    });
    return onlyOne(sent, within);
  };

  /** A page, the row that tells whether there is another one, and for each its journey. */
  const PAGE = 2 * 51;
  const EVENTS = 'from evidence e join journey j';
  const RUNGS = 'from evidence e\n       cross join lateral';
  const DEADLINES = 'from obligation o join journey j';
  test.each([
    ['events of a month', 'evidence?MONTH', EVENTS, PAGE, 'evidence_by_time'],
    ['events of one type', 'evidence?type=refused&MONTH', EVENTS, PAGE, 'evidence_by_type'],
    ['events of one person', 'evidence?person=dr-plan-3&MONTH', EVENTS, PAGE, 'evidence_by_person'],
    ['events of a site', 'evidence?site=site-3&MONTH', EVENTS, 30 * PAGE, 'evidence_by_time'],
    ['deadlines of a month', 'deadlines?MONTH', DEADLINES, PAGE, 'obligation_planned'],
    [
      'deadlines of one person',
      'deadlines?person=dr-plan-3&MONTH',
      DEADLINES,
      PAGE,
      'obligation_planned_for',
    ],
    ['deadlines not met', 'deadlines?late=true&MONTH', DEADLINES, 3 * PAGE, 'obligation_planned'],
    ['what climbed to the third rung', 'deadlines?rung=3&MONTH', RUNGS, 12 * PAGE, 'evidence_climbs'],
    ['refusals', 'refusals?MONTH', 'from access_log a left join', 2 * PAGE, 'access_log_refused'],
    [
      'what waited to be told',
      'reports/report-to-told?over=P21D&MONTH',
      'w.reported, o.ended_at',
      8 * PAGE,
      'obligation_to_tell',
    ],
  ])('%s', async (_, path, within, rows, index) => {
    const url = path.replace('MONTH', month);
    const statement = await behind(url, within);
    expect(objections(await workFor(world.db, statement), { large, rows })).toEqual([]);
    // The same without its index: it is missed.
    const without = await workFor(world.db, statement, `drop index ${index}`);
    expect(objections(without, { large, rows })).not.toEqual([]);
  });

  test('the next page costs no more than the first', async () => {
    for (const [list, within] of [
      ['evidence', EVENTS],
      ['deadlines', DEADLINES],
      ['refusals', 'from access_log a left join'],
      ['deadlines?rung=3', RUNGS],
    ] as const) {
      const url = `/api/v1/${list}${list.includes('?') ? '&' : '?'}${month}`;
      const { next } = (await world.get(url, LEAD, { 'purpose-of-use': 'PATSFTY' })).body;
      const statement = await behind(`${url.slice('/api/v1/'.length)}&cursor=${next}`, within);
      expect([
        list,
        objections(await workFor(world.db, statement), {
          large,
          rows: list.includes('rung') ? 12 * PAGE : 2 * PAGE,
        }),
      ]).toEqual([list, []]);
    }
  });

  test('who looked at one record, who knew what of it, and what holds certain words', async () => {
    for (const [path, within] of [
      [`journeys/${ids[4]}/accesses`, 'from access_log a'],
      [`journeys/${ids[4]}/accesses`, 'with recursive its'],
    ] as const) {
      const statement = await behind(path, within, 1);
      expect(objections(await workFor(world.db, statement), { large, rows: 50 })).toEqual([]);
    }
    const sent = await statementsOf(() =>
      world.get(`/api/v1/journeys/${ids[4]}/knowledge`, LEAD, { 'purpose-of-use': 'PATSFTY' }),
    );
    for (const within of ['select body from evidence', 'principal as person', 'join ask_log'])
      expect([
        within,
        objections(await workFor(world.db, onlyOne(sent, within)), { large, rows: 200 }),
      ]).toEqual([within, []]);
    const sealing = world.app.get(Sealing);
    await world.db.transaction((m) => sealing.texts(m, ids[4]!, { note: 'Synthetic: a rare haemangioma.' }));
    const words = await statementsOf(() =>
      world.get('/api/v1/evidence?q=haemangioma', LEAD, { 'purpose-of-use': 'PATSFTY' }),
    );
    for (const within of ['terms @>', 'with recursive holding', EVENTS])
      expect([
        within,
        objections(await workFor(world.db, onlyOne(words, within)), { large, rows: 200 }),
      ]).toEqual([within, []]);
  });

  test('the audit of alerts reads a month’s alerts and what followed, and not all', async () => {
    const statement = await behind(`reports/xr-510?${month}`, 'with alert as', 3);
    const [{ alerts }] = await world.db.query<[{ alerts: number }]>(
      `select count(*)::int as alerts from obligation where kind = 'acknowledge' and clock_from >= $1 and clock_from < $2`,
      statement.values.slice(0, 2),
    );
    expect(objections(await workFor(world.db, statement), { large, rows: 12 * alerts })).toEqual([]);
  });

  test('a stream reads page after page: no statement is longer than a page', async () => {
    const sent = await statementsOf(async () => {
      const reply = await world.get(`/api/v1/evidence?type=report&${month}`, LEAD, {
        'purpose-of-use': 'PATSFTY',
        accept: 'application/x-ndjson',
      });
      expect(reply.text.split('\n').length).toBeGreaterThan(2_000);
    });
    const pages = sent.filter(({ text }) => text.includes(EVENTS));
    expect(pages.length).toBeGreaterThan(4);
    expect(objections(await workFor(world.db, pages.at(-2)!), { large, rows: 2 * 501 })).toEqual([]);
  });
});
