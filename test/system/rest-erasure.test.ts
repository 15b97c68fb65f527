import type { JourneyEvent } from '../../domain/events';
import { fold } from '../../domain/evolve';
import { completed, emptyJourney } from '../../domain/journey';
import { linkHash } from '../../src/journeys/evidence-chain';
import { Sealing } from '../../src/sealing/sealing';
import { PREPARE } from '../../src/sealing/sealing-sql';
import {
  ADMIN,
  CONSULTANT,
  DESK,
  REPORTER,
  RIS,
  RestWorld,
  VETTER,
  as,
  reportBody,
  requestBody,
} from './rest-world';
import type { Reply } from './rest-world';
import { allText, canaryForms } from './support/whole-database';

/** Lawful erasure: what stands against it, who may, and what is left. */

const SAFETY = as('safety-1', 'safety-lead');
const [ERASE, APPROVE] = ['/api/v1/patients/erase', '/api/v1/patients/erase/approve'];
const [HOLD, LIFT] = ['/api/v1/patients/legal-hold', '/api/v1/patients/legal-hold/lift'];

let world: RestWorld;
let sealing: Sealing;
beforeAll(async () => {
  world = await RestWorld.start({ worker: true });
  sealing = world.app.get(Sealing);
}, 120_000);
afterAll(() => world.stop());

interface Patient {
  nhsNumber: string;
  hospitalNumber: string;
  assigner: string;
  name: string;
  birthDate: string;
}
const patient = (nhsNumber: string, word: string): Patient => ({
  nhsNumber,
  hospitalNumber: `H-${word}-77`,
  assigner: 'trust-a',
  name: `${word} Synthetic-Person`,
  birthDate: '1931-03-09',
});

/** What is written of a patient, in every text that a journey takes on its way to its end. */
const TEXTS = ['return', 'clarify', 'viewed', 'flag', 'report', 'enquiry', 'answer', 'unusable'] as const;

/** A journey of a patient's from request to end, with a text wherever there can be one; each holds the word. */
const closed = async (of: Patient, word: string): Promise<string> => {
  const opened = await world.post('/api/v1/journeys', RIS, requestBody(await world.at(), { patient: of }));
  const id = opened.body.journey as string;
  const now = await world.at();
  const said = (what: (typeof TEXTS)[number]): string => `Synthetic ${word} ${what}.`;
  const flag = { at: now, id: 'c1', category: 'critical', region: 'chest', raisedBy: 'rg-1' };
  const steps: [string, string, object][] = [
    ['return', VETTER, { reason: 'insufficient-information', note: said('return') }],
    ['clarify', CONSULTANT, { decision: 'rebook', note: said('clarify') }],
    ['vet', VETTER, { priority: 'urgent' }],
    ['images', RIS, { at: now, count: 12 }],
    ['viewed', CONSULTANT, { at: now, person: 'dr-hall', quality: 'low-definition', note: said('viewed') }],
    ['flag', RIS, { ...flag, note: said('flag') }],
    ['claim', REPORTER, {}],
    ['report', RIS, reportBody(now, { text: said('report') })],
    ['enquiry', DESK, { at: now, id: 'q1', from: 'patient', about: 'not-heard', note: said('enquiry') }],
    ['answer', DESK, { enquiry: 'q1', note: said('answer') }],
    ['unusable', RIS, { at: now, reason: 'segment-missing', note: said('unusable') }],
  ];
  for (const [what, who, body] of steps) {
    const headers = { 'idempotency-key': `${id}-${what}` };
    const reply = await world.post(`/api/v1/journeys/${id}/${what}`, who, body, headers);
    expect([what, reply.status]).toEqual([what, 200]);
  }
  await end(id);
  return id;
};

/** Does whatever is owed, until nothing is. */
const end = async (id: string): Promise<void> => {
  const at = `/api/v1/journeys/${id}`;
  for (let tries = 0; tries < 30; tries++) {
    const { body } = await world.get(at, CONSULTANT);
    if (body.closed) return;
    const { key } = body.obligations[0] as { key: string };
    const kind = key.split(':', 1)[0]!;
    const about = key.slice(kind.length + 1);
    const live = body.live as { version: string; category: string; alertFindings: string[] }[];
    const issue = live.find(({ version }) => about === version || about.startsWith(`${version}:`));
    const { version = '', alertFindings: findings = [] } = issue ?? {};
    const now = await world.at();
    const how = issue?.category === 'critical' ? { how: 'voice', readBack: true } : { how: 'screen' };
    const told = { to: 'patient', how: 'telephone', outcome: 'told' };
    const acts: Record<string, [string, string, object]> = {
      acknowledge: ['acknowledge', CONSULTANT, { version, findings, ...how }],
      plan: [
        'plan',
        CONSULTANT,
        { version, finding: about.slice(version.length + 1), noAction: 'already-known' },
      ],
      'tell-patient': ['tell', CONSULTANT, { version, at: now, ...told }],
      'tell-gp': ['gp-receipt', RIS, { at: now, version }],
      reconcile: ['explain', DESK, { duty: key }],
    };
    const [what, who, sent] = acts[kind]!;
    const reply = await world.post(`${at}/${what}`, who, sent);
    expect([key, reply.status, reply.body.result]).toEqual([key, 200, 'recorded']);
  }
  throw new Error('the journey does not close');
};

const numbers = ({ nhsNumber, hospitalNumber, assigner }: Patient) => ({
  nhsNumber,
  hospitalNumber,
  assigner,
});
const ask = (of: Patient, by: string, reason = 'court-order'): Promise<Reply> =>
  world.post(ERASE, by, { patient: numbers(of), reason });
const approve = (of: Patient, by: string, reason = 'court-order'): Promise<Reply> =>
  world.post(APPROVE, by, { patient: numbers(of), reason });
const code = ({ status, body }: Reply): [number, string] => [status, body.code];

const links = (journey: string) =>
  world.db.query<{ body: JourneyEvent; previous: string; hash: string }[]>(
    'select body, previous, hash from evidence where journey = $1 order by seq',
    [journey],
  );
const verify = async (journey: string): Promise<JourneyEvent[]> => {
  let head = '';
  const chain = await links(journey);
  for (const { body, previous, hash } of chain) {
    expect([previous, linkHash(journey, head, body)]).toEqual([head, hash]);
    head = hash;
  }
  return chain.map(({ body }) => body);
};
const outcome = async (reply: Reply): Promise<void> => {
  for (const { command } of reply.body.items as { command: string }[])
    await world.get(`/api/v1/commands/${command}`, DESK, { prefer: 'wait=20' });
  await world.loop!.quiet();
};

const skipTo = async (instant: number): Promise<void> => {
  const { env } = world.loop!;
  await env.sleep(instant - (await env.currentTimeMs()));
};

// First, since eight years pass for every journey that is open.
test('when policy’s years have passed since the last journey closed, and not a day before, it may be erased', async () => {
  const of = patient('9990000085', 'bilby');
  const journey = await closed(of, 'bilby');
  const { body } = await world.get(`/api/v1/journeys/${journey}`, CONSULTANT);
  // A hold that is set and lifted late does not make it longer.
  const day = 86_400_000;
  const over = new Date(body.closedAt);
  over.setUTCFullYear(over.getUTCFullYear() + 8);
  await skipTo(over.getTime() - day);
  const hold = { patient: numbers(of), reason: 'inquiry' };
  await outcome(await world.post(HOLD, SAFETY, hold));
  await outcome(
    await world.post(LIFT, SAFETY, { patient: numbers(of), hold: 'inquiry', reason: 'withdrawn' }),
  );
  expect(code(await ask(of, SAFETY, 'retention-over'))).toEqual([409, 'retention-runs']);
  await skipTo(over.getTime() + 1_000);
  expect((await ask(of, SAFETY, 'retention-over')).status).toBe(202);
  const erased = await approve(of, ADMIN, 'retention-over');
  expect(erased).toMatchObject({ status: 202, body: { items: [{ journey }] } });
  await outcome(erased);
}, 120_000);

describe('a patient whose journeys have ended', () => {
  const word = 'canaryquokka';
  const [of, other] = [patient('9990000050', word), patient('9990000069', 'numbat')];
  let journey: string;
  let refs: string[];
  let bystander: string;
  beforeAll(async () => {
    journey = await closed(of, word);
    bystander = await closed(other, 'numbat');
    refs = (
      await world.db.query<{ ref: string }[]>('select ref from sealed where journey = $1', [journey])
    ).map((row) => row.ref);
  }, 120_000);

  test('whoever cares for them reads every text, and none of them is in the database in clear', async () => {
    const { text } = await world.get(`/api/v1/journeys/${journey}`, CONSULTANT);
    const shown = TEXTS.filter((what) => text.includes(`Synthetic ${word} ${what}.`));
    expect(shown).toEqual([...TEXTS]);
    expect(refs).toHaveLength(TEXTS.length);
    expect((await sealing.search(`synthetic ${word}`)).sort()).toEqual([...refs].sort());
    const all = await allText(world.database.url);
    // The hospital number has the word in it, in the one table that is meant for numbers.
    for (const secret of [`Synthetic ${word}`, `${word} Synthetic`, of.birthDate])
      for (const form of canaryForms(secret)) expect([secret, all.includes(form)]).toEqual([secret, false]);
  });

  test('is not erased by one alone, nor for another reason than was asked, nor by whoever may not', async () => {
    expect(code(await approve(of, ADMIN))).toEqual([409, 'erasure-not-asked']);
    expect((await ask(of, ADMIN)).body).toEqual({ reason: 'court-order', askedBy: 'admin-1' });
    expect(code(await approve(of, ADMIN))).toEqual([403, 'second-person-must-differ']);
    expect(code(await ask(of, CONSULTANT))).toEqual([403, 'not-permitted']);
    expect(code(await approve(of, DESK))).toEqual([403, 'not-permitted']);
    expect(code(await approve(of, RIS))).toEqual([403, 'not-permitted']);
    await world.db.query(`update erasure set reason = 'retention-over'`);
    expect(code(await approve(of, SAFETY))).toEqual([409, 'erasure-not-asked']);
    await world.db.query(`update erasure set reason = 'court-order'`);
    expect((await sealing.unsealed(refs)).get(refs[0]!)?.text).toBeDefined();
  });

  test('is not hit by a number that is another’s, unknown or mistyped', async () => {
    const sent = [
      { ...numbers(of), hospitalNumber: other.hospitalNumber },
      { ...numbers(of), hospitalNumber: 'H-none' },
      { ...numbers(of), nhsNumber: '9990000051' },
    ];
    for (const numbersOf of sent)
      for (const [url, reason] of [
        [ERASE, 'court-order'],
        [APPROVE, 'court-order'],
        [HOLD, 'inquest'],
      ] as const)
        expect(code(await world.post(url, SAFETY, { patient: numbersOf, reason }))).toEqual([
          404,
          'unknown-patient',
        ]);
    expect((await world.post(ERASE, ADMIN, { patient: numbers(of), reason: 'tidying-up' })).status).toBe(422);
  });

  test('is kept as long as policy says, unless a court orders otherwise', async () => {
    for (const reason of ['retention-over', 'lawful-erasure-request'])
      expect(code(await ask(of, ADMIN, reason))).toEqual([409, 'retention-runs']);
  });

  test('is kept while a legal hold stands, also where a court has ordered otherwise; each hold is lifted by itself', async () => {
    for (const reason of ['inquest', 'claim'])
      await outcome(await world.post(HOLD, SAFETY, { patient: numbers(of), reason }));
    expect(code(await world.post(HOLD, ADMIN, { patient: numbers(of), reason: 'claim' }))).toEqual([
      409,
      'legal-hold-stands',
    ]);
    const lift = (hold: string) =>
      world.post(LIFT, ADMIN, { patient: numbers(of), hold, reason: 'concluded' });
    expect(code(await ask(of, ADMIN))).toEqual([409, 'legal-hold-stands']);
    await outcome(await lift('inquest'));
    expect(code(await approve(of, SAFETY))).toEqual([409, 'legal-hold-stands']);
    await outcome(await lift('claim'));
    expect(code(await lift('claim'))).toEqual([409, 'no-legal-hold']);
    expect((await verify(journey)).filter((e) => e.type === 'legal-hold').map((e) => e.data)).toMatchObject([
      { reason: 'inquest' },
      { reason: 'claim' },
      { reason: 'inquest', lifted: 'concluded' },
      { reason: 'claim', lifted: 'concluded' },
    ]);
  });

  test('once approved nothing can be read, searched or proved any more, and the evidence verifies as before', async () => {
    const before = await links(journey);
    const digests = async (): Promise<number> => {
      const rows = await world.db.query<unknown[]>(
        'select 1 from idempotency where command in (select id from inbox where journey = $1)',
        [journey],
      );
      return rows.length;
    };
    expect(await digests()).toBeGreaterThan(0);
    const view = await world.get(`/api/v1/journeys/${journey}`, CONSULTANT);
    await ask(of, ADMIN);
    const reply = await approve(of, SAFETY);
    expect(reply).toMatchObject({ status: 202, body: { items: [{ journey }] } });
    await outcome(reply);

    expect((await links(journey)).slice(0, before.length)).toEqual(before);
    const events = await verify(journey);
    expect(events.slice(before.length)).toMatchObject([
      {
        type: 'erased',
        by: { person: 'safety-1', role: 'safety-lead' },
        data: { reason: 'court-order', asked: { person: 'admin-1', role: 'admin' } },
      },
    ]);
    expect(completed((await world.state(journey))!)).toEqual(
      fold(emptyJourney(journey, 'examination'), events),
    );

    const after = await world.get(`/api/v1/journeys/${journey}`, CONSULTANT);
    expect(after.body).toMatchObject({
      closed: true,
      patient: { erased: true },
      erased: { reason: 'court-order' },
      version: view.body.version,
    });
    expect(after.body.reports[0]).toMatchObject({ label: 'r1' });
    expect(after.body.reports[0].text).toBeUndefined();
    for (const found of (await sealing.unsealed(refs)).values())
      expect(Object.keys(found).sort()).toEqual(['commitment', 'kind']);
    expect(await sealing.search(word)).toEqual([]);
    const all = await allText(world.database.url);
    for (const secret of [word, of.name, of.nhsNumber, of.hospitalNumber, of.birthDate])
      for (const form of canaryForms(secret)) expect([secret, all.includes(form)]).toEqual([secret, false]);
    const kept = await world.db.query<unknown[]>(
      `select 1 from sealed where journey = $1 and (cipher is not null or fingerprint is not null or terms <> '{}')`,
      [journey],
    );
    expect(kept).toEqual([]);
    expect(await digests()).toBe(0);
    const keys = await world.db.query<object[]>(
      `select k.wrapped, k.destroyed_by, k.reason from sealing_key k join journey j on k.owner in (j.id, j.patient)
       where j.id = $1`,
      [journey],
    );
    expect(keys).toEqual([{ wrapped: null, destroyed_by: 'safety-1', reason: 'court-order' }]);
  });

  test('nobody else is touched by it', async () => {
    const { body } = await world.get(`/api/v1/journeys/${bystander}`, CONSULTANT);
    expect(body.patient).toMatchObject({ name: other.name });
    expect(body.reports[0].text).toBe('Synthetic numbat report.');
    expect(await sealing.search('numbat')).toHaveLength(TEXTS.length);
  });

  test('what comes later is a new patient; a text for the old journey is kept under a new key', async () => {
    const late = await world.post(`/api/v1/journeys/${journey}/enquiry`, DESK, {
      at: await world.at(),
      id: 'late',
      from: 'relative',
      about: 'complaint',
      note: 'Synthetic, late.',
    });
    expect(late.status).toBe(200);
    const seen = await world.get(`/api/v1/journeys/${journey}`, CONSULTANT);
    expect(seen.body.enquiries.map((e: { note?: string }) => e.note)).toEqual([
      undefined,
      'Synthetic, late.',
    ]);
    const again = await world.post('/api/v1/journeys', RIS, requestBody(await world.at(), { patient: of }));
    const { body } = await world.get(`/api/v1/journeys/${again.body.journey}`, CONSULTANT);
    expect(body.patient).toMatchObject({ name: of.name });
    const [{ patients }] = await world.db.query<[{ patients: number }]>(
      'select count(distinct patient)::int as patients from journey where id = any($1)',
      [[journey, again.body.journey]],
    );
    expect(patients).toBe(2);
    // Open again, both of them.
    expect(code(await ask(of, ADMIN))).toEqual([409, 'journey-not-closed']);
    await world.post(`/api/v1/journeys/${journey}/answer`, DESK, { enquiry: 'late' });
  });
});

test('a text that is being sealed while its patient is erased goes with the rest', async () => {
  const of = patient('9990000077', 'wombat');
  const journey = await closed(of, 'wombat');
  await ask(of, ADMIN);
  const session = world.db.createQueryRunner();
  await session.startTransaction();
  // Its keys have been read, and nothing of it is written yet.
  await session.manager.query(PREPARE, [journey, ['']]);
  let settled = false;
  const erased = approve(of, SAFETY).finally(() => (settled = true));
  const waits = `select 1 from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()`;
  while (!settled && (await world.db.query<unknown[]>(waits)).length === 0)
    await new Promise((resolve) => setTimeout(resolve, 20));
  expect(settled).toBe(false);
  const { note } = await sealing.texts(session.manager, journey, { note: 'Synthetic, betweentimes.' });
  await session.commitTransaction();
  await session.release();
  expect((await erased).status).toBe(202);
  const [row] = await world.db.query<object[]>(
    'select cipher, fingerprint, terms from sealed where ref = $1',
    [note!.ref],
  );
  expect(row).toEqual({ cipher: null, fingerprint: null, terms: [] });
  expect(await sealing.search('betweentimes')).toEqual([]);
  await outcome(await erased);
}, 120_000);

test('what came without a patient and was matched to a journey of theirs is erased with it, under its own key', async () => {
  const of = patient('9990000093', 'dingo');
  const journey = await closed(of, 'dingo');
  const stray = await world.post('/api/v1/messages/enquiry', RIS, {
    at: await world.at(),
    id: 'stray',
    from: 'relative',
    about: 'other',
    note: 'Synthetic, stray.',
  });
  const loser = stray.body.journey as string;
  expect((await world.post(`/api/v1/journeys/${loser}/match`, DESK, { journey })).status).toBe(200);
  await world.loop!.quiet();
  await world.post(`/api/v1/journeys/${journey}/answer`, DESK, {
    enquiry: 'stray',
    note: 'Synthetic, answered.',
  });
  await end(journey);
  const [{ ref }] = await world.db.query<[{ ref: string }]>('select ref from sealed where journey = $1', [
    loser,
  ]);
  expect((await sealing.unsealed([ref])).get(ref)?.text).toBe('Synthetic, stray.');
  await ask(of, ADMIN);
  const erased = await approve(of, SAFETY);
  // The one that was merged away has ended: its survivor says it for both.
  expect(erased).toMatchObject({ status: 202, body: { items: [{ journey }] } });
  await outcome(erased);
  expect(Object.keys((await sealing.unsealed([ref])).get(ref)!).sort()).toEqual(['commitment', 'kind']);
  const keys = await world.db.query<object[]>('select wrapped from sealing_key where owner = $1', [loser]);
  expect(keys).toEqual([{ wrapped: null }]);
  await verify(loser);
}, 120_000);
