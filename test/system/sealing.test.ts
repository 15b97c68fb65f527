import { createHash, randomUUID } from 'node:crypto';
import { Logger } from '@nestjs/common';
import { Client } from 'pg';
import { DataSource } from 'typeorm';
import { MIGRATIONS, makeDataSource, makeOwnerDataSource } from '../../src/database/data-source';
import { Sealing1764000000005 } from '../../src/database/migrations/0005-sealing';
import { SystemClock } from '../../src/intake/clock';
import type { Submission } from '../../src/intake/intake.service';
import { IntakeService } from '../../src/intake/intake.service';
import { createDatabaseIfMissing } from '../../src/local/postgres';
import { migrateDatabase, requireMigrated } from '../../src/local/servers';
import { loadPolicy } from '../../src/policy/policy-file';
import { RulebookService } from '../../src/policy/rulebook.service';
import type { MasterKeys } from '../../src/sealing/master-keys';
import { rewrap } from '../../src/sealing/rewrap';
import { sealEarlier } from '../../src/sealing/seal-earlier';
import { Sealing } from '../../src/sealing/sealing';
import { createDatabase } from '../support/database';
import type { TestDatabase } from '../support/database';
import { masterKeys } from '../support/master-keys';
import { adminUrl } from '../support/servers';
import { allText, canaryForms } from './support/whole-database';

/** Texts under a key per patient, on a real Postgres: what is in the tables, who can read it, and what it costs. */

const OTHER: MasterKeys = [{ id: 'other', key: Buffer.alloc(32, 9) }];
const SYSTEM = { person: 'ris-1', role: 'system' } as const;
const NHS = '9990000050';

let database: TestDatabase;
let db: DataSource;
let sealing: Sealing;
let intake: IntakeService;
beforeAll(async () => {
  Logger.overrideLogger(false); // the faults are the test's own
  database = await createDatabase();
  db = await makeDataSource(database.url).initialize();
  await new RulebookService(db).keepPolicy(loadPolicy('policies/england.yaml'), true);
  sealing = await Sealing.start(db, masterKeys);
  intake = new IntakeService(db, new SystemClock(), sealing);
}, 60_000);
afterAll(async () => {
  await db.destroy();
  await database.drop();
});

let orders = 0;
const order = () => [{ assigner: 't', type: 'order', value: `S-${(orders += 1)}` }];
const enquiry = (more: Partial<Submission>): Submission =>
  ({
    type: 'enquiry',
    data: { at: '2026-03-02T09:30:00.000Z', id: 'e1', from: 'patient', about: 'other' },
    by: SYSTEM,
    ...more,
  }) as Submission;

/** The references that a journey's inbox holds, in their order. */
const refsOf = async (journey: string): Promise<string[]> => {
  const rows = await db.query<{ ref: string }[]>(
    `select data->'note'->>'ref' as ref from inbox where journey = $1 order by n`,
    [journey],
  );
  return rows.map(({ ref }) => ref);
};
const textOf = async (ref: string): Promise<string | undefined> =>
  (await sealing.unsealed([ref])).get(ref)?.text;

test('what is sealed reads back word for word, with the salt that its commitment was made with', async () => {
  const note = 'Ärztin says: “a shadow”, 3 × 2 cm — 影';
  const { journey } = await intake.submit(enquiry({ identifiers: order(), texts: { note } }));
  const [ref] = await refsOf(journey);
  const { salt, text, commitment, kind } = (await sealing.unsealed([ref!])).get(ref!)!;
  expect({ text, kind }).toEqual({ text: note, kind: 'note' });
  const again = createHash('sha256').update(Buffer.from(salt!, 'base64')).update(text!, 'utf8');
  expect(again.digest('base64url')).toBe(commitment);
});

test('nothing of a text or of a patient is in any table, neither in clear nor as base64 or hex, nor any word of it', async () => {
  const note = 'canaryword lumpectomies beside hepatosplenomegaly';
  const patient = { nhsNumber: NHS, name: 'Canary Synthetic-Person', birthDate: '1931-03-09' };
  await intake.submit(enquiry({ identifiers: order(), texts: { note, text: `${note} again` }, patient }));
  const all = await allText(database.url);
  for (const secret of [
    note,
    patient.name,
    patient.birthDate,
    'canaryword',
    'lumpectomi',
    'hepatosplenomegali',
  ])
    for (const form of canaryForms(secret)) expect([secret, all.includes(form)]).toEqual([secret, false]);
  // The look finds what is there.
  expect(canaryForms(NHS).some((form) => all.includes(form))).toBe(true);
  const owner = await makeOwnerDataSource(database.url).initialize();
  await owner.query('create table laid_open as select $1::bytea as b, $2::text as t', [
    Buffer.from(note),
    note,
  ]);
  const open = await allText(database.url);
  await owner.query('drop table laid_open');
  await owner.destroy();
  expect(canaryForms(note).filter((form) => open.includes(form)).length).toBeGreaterThan(1);
});

test('texts are found by all of their words, in any form; by none, nothing is', async () => {
  const say = async (note: string) => {
    const { journey } = await intake.submit(enquiry({ identifiers: order(), texts: { note } }));
    return (await refsOf(journey))[0]!;
  };
  const [both, one] = [await say('Pulmonary nodules, growing'), await say('A pulmonary embolus')];
  expect(await sealing.search('nodule PULMONARY')).toEqual([both]);
  expect((await sealing.search('pulmonary')).sort()).toEqual([both, one].sort());
  expect(await sealing.search('pulmonary aneurysm')).toEqual([]);
  expect(await sealing.search('of the')).toEqual([]);
  expect(await sealing.search('Canary')).toEqual([]); // a name is in nobody's index
});

test('the same words again keep their reference, also where the patient became known in between', async () => {
  const identifiers = order();
  const send = (note: string, patient?: Submission['patient']) =>
    intake.submit(enquiry({ identifiers, texts: { note }, patient }));
  const { journey } = await send('Same words.');
  await send('Same words.');
  await send('Same words.', { nhsNumber: '9990000069' });
  await send('Same words.');
  await send('Other words.');
  await send('Other words.');
  const refs = await refsOf(journey);
  expect(new Set(refs.slice(0, 4)).size).toBe(1);
  expect(new Set(refs.slice(4)).size).toBe(1);
  expect(refs[4]).not.toBe(refs[0]);
  const owners = await db.query<{ kind: string }[]>(
    'select k.kind from sealed s join sealing_key k on k.owner = s.owner where s.journey = $1 order by s.ref',
    [journey],
  );
  expect(owners.map(({ kind }) => kind)).toEqual(['journey', 'patient']);
});

test('the same words in two journeys, or of two patients, look alike to nobody', async () => {
  for (let i = 0; i < 3; i++)
    await intake.submit(enquiry({ identifiers: order(), texts: { note: 'Alike.' } }));
  const [{ prints, rows }] = await db.query<[{ prints: number; rows: number }]>(
    `select count(distinct fingerprint)::int as prints, count(fingerprint)::int as rows from sealed`,
  );
  expect(prints).toBe(rows);
});

test('a text costs two round trips where there is a key, as it did in clear; a new patient one', async () => {
  const queries = jest.spyOn(Client.prototype, 'query');
  const trips = async (act: () => Promise<unknown>): Promise<number> => {
    queries.mockClear();
    await act();
    return queries.mock.calls.length;
  };
  try {
    const identifiers = order();
    const bare = () => intake.submit(enquiry({ identifiers }));
    const said = (note: string) => () => intake.submit(enquiry({ identifiers, texts: { note } }));
    await bare();
    const without = await trips(bare);
    expect((await trips(said('first'))) - without).toBe(3); // the journey's key is made
    expect((await trips(said('second'))) - without).toBe(2);
    expect((await trips(said('second'))) - without).toBe(2);
    const patient = { nhsNumber: '9990000077' };
    const opening = await trips(() => intake.submit(enquiry({ identifiers: order(), patient })));
    const opened = await trips(() => intake.submit(enquiry({ identifiers: order(), patient })));
    expect(opening - opened).toBe(1);
  } finally {
    queries.mockRestore();
  }
});

test('a text cannot be put in the place of another, and one that was changed is not shown', async () => {
  const identifiers = order();
  for (const note of ['There is a mass.', 'There is no mass.'])
    await intake.submit(enquiry({ identifiers, texts: { note } }));
  const { journey } = await intake.submit(enquiry({ identifiers }));
  const [mass, none] = await refsOf(journey);
  await db.query('update sealed a set cipher = b.cipher from sealed b where a.ref = $1 and b.ref = $2', [
    mass,
    none,
  ]);
  await expect(sealing.unsealed([mass!])).rejects.toThrow();
  expect(await textOf(none!)).toBe('There is no mass.');
});

describe('master keys', () => {
  const first = masterKeys[0];
  const [other] = OTHER;
  const wraps = async (): Promise<string[]> => {
    const rows = await db.query<{ master: string }[]>('select distinct master from sealing_key order by 1');
    return rows.map(({ master }) => master);
  };

  test('without the right one a program does not start and says which it needs; nothing is lost by it', async () => {
    const { journey } = await intake.submit(enquiry({ identifiers: order(), texts: { note: 'Kept.' } }));
    const [ref] = await refsOf(journey);
    const before = await allText(database.url);
    await expect(Sealing.start(db, OTHER)).rejects.toMatchObject({
      message: expect.stringContaining('"test"'),
    });
    await expect(Sealing.start(db, [{ ...other, id: 'test' }])).rejects.toMatchObject({
      message: expect.stringContaining('is another one'),
    });
    await expect(rewrap(database.url, OTHER)).rejects.toThrow('"test"');
    expect(await allText(database.url)).toBe(before);
    const again = await Sealing.start(db, masterKeys);
    expect((await again.unsealed([ref!])).get(ref!)?.text).toBe('Kept.');
  });

  test('a program whose master key has been taken away says so at the text, and keeps nothing it could not read', async () => {
    const identifiers = order();
    const { journey } = await intake.submit(enquiry({ identifiers, texts: { note: 'Before.' } }));
    const [ref] = await refsOf(journey);
    await rewrap(database.url, [other, first]);
    await expect(sealing.unsealed([ref!])).rejects.toMatchObject({ code: 'sealing-key-missing' });
    await expect(intake.submit(enquiry({ identifiers, texts: { note: 'After.' } }))).rejects.toMatchObject({
      code: 'sealing-key-missing',
    });
    expect(await refsOf(journey)).toEqual([ref]);
    await rewrap(database.url, [first, other]);
    expect(await textOf(ref!)).toBe('Before.');
  });

  test('one takes the place of another: texts read, words are found and repetitions known all the while', async () => {
    const identifiers = order();
    const note = 'Rotated aneurysms.';
    const { journey } = await intake.submit(enquiry({ identifiers, texts: { note } }));
    const both = await Sealing.start(db, [other, first]);
    await new IntakeService(db, new SystemClock(), both).submit(enquiry({ identifiers, texts: { note } }));
    expect(await rewrap(database.url, [other, first])).toMatch(
      /^[1-9]\d* keys are now wrapped under "other"/,
    );
    expect(await wraps()).toEqual(['other']);
    expect(await rewrap(database.url, [other, first])).toMatch(/^0 keys/);
    const alone = await Sealing.start(db, OTHER);
    await new IntakeService(db, new SystemClock(), alone).submit(enquiry({ identifiers, texts: { note } }));
    const refs = await refsOf(journey);
    expect(new Set(refs)).toEqual(new Set([refs[0]]));
    expect(await alone.search('aneurysm rotating')).toEqual([refs[0]]);
    expect((await alone.unsealed(refs)).get(refs[0]!)?.text).toBe(note);
    await rewrap(database.url, [first, other]);
  });
});

describe('a database of an earlier release', () => {
  const name = `earlier_${randomUUID().replaceAll('-', '')}`;
  let at: string;
  let earlier: DataSource;
  const [patient, journey, known] = [randomUUID(), randomUUID(), randomUUID()];
  const COUNT = 1_200;

  beforeAll(async () => {
    await createDatabaseIfMissing(adminUrl(), name);
    at = adminUrl().replace(/\/[^/]*$/, `/${name}`);
    const migrations = MIGRATIONS.slice(0, MIGRATIONS.indexOf(Sealing1764000000005));
    const old = new DataSource({ ...makeOwnerDataSource(at).options, migrations } as never);
    await old.initialize();
    await old.runMigrations({ transaction: 'each' });
    await old.query(`insert into policy (hash, name, version, body) values ('p', 'none', '1', '{}')`);
    await old.query(
      `with details as (insert into sealed (ref, kind, salt, body, commitment)
         values (gen_random_uuid(), 'patient', substring(sha256('0') for 16), '{"name": "Canary Earlier"}', 'c0') returning ref)
       insert into patient (id, sealed, created_at) select $1, ref, now() from details`,
      [patient],
    );
    await old.query(
      `insert into journey (id, subject, received_at, policy, patient)
       values ($1, 'examination', now(), 'p', null), ($2, 'examination', now(), 'p', $3)`,
      [journey, known, patient],
    );
    await old.query(
      `insert into sealed (ref, journey, kind, salt, body, commitment)
       select gen_random_uuid(), case when n % 2 = 0 then $1::uuid else $2::uuid end, 'note', substring(sha256(n::text::bytea) for 16),
         'parakeet nodules number ' || n, 'c' || n from generate_series(1, ${COUNT}) n`,
      [journey, known],
    );
    await old.destroy();
    await migrateDatabase(at);
    earlier = await makeOwnerDataSource(at, 8).initialize();
  }, 60_000);
  afterAll(async () => {
    await earlier.destroy();
    const admin = new Client({ connectionString: adminUrl() });
    await admin.connect();
    await admin.query(`drop database if exists ${name} with (force)`);
    await admin.end();
  });

  test('is not served before its texts are sealed, and without a key they stay', async () => {
    await expect(requireMigrated(at)).rejects.toMatchObject({ remedy: expect.stringContaining('migrate') });
    const none = (): never => {
      throw new Error('no key');
    };
    await expect(sealEarlier(at, none)).rejects.toThrow('no key');
    expect(await allText(at)).toContain('parakeet nodules number 1200');
  });

  test('is sealed in batches; stopped in the middle it goes on, and no text or commitment is lost', async () => {
    const [{ last }] = await earlier.query<[{ last: string }]>(
      'select max(ref::text) as last from sealed_before',
    );
    await earlier.query(`create function stop_here() returns trigger language plpgsql as $$
      begin if new.ref = '${last}' then raise exception 'pulled'; end if; return new; end $$`);
    await earlier.query(
      'create trigger stop_here before insert on sealed for each row execute function stop_here()',
    );
    await expect(sealEarlier(at, () => masterKeys)).rejects.toThrow('pulled');
    const left = await earlier.query<unknown[]>('select 1 from sealed_before');
    expect(left.length).toBeGreaterThan(0);
    expect(left.length).toBeLessThan(COUNT);
    await earlier.query('drop function stop_here cascade');
    expect(await sealEarlier(at, () => masterKeys)).toBe(left.length);
    expect(await sealEarlier(at, () => masterKeys)).toBe(0);

    const now = await Sealing.start(earlier, masterKeys);
    const rows =
      await earlier.query<{ ref: string; kind: string; commitment: string }[]>('select * from sealed');
    const texts = await now.unsealed(rows.map(({ ref }) => ref));
    const said = [...texts.values()].filter(({ kind }) => kind === 'note');
    expect(said).toHaveLength(COUNT);
    for (const { text, commitment } of said)
      expect(text).toBe(`parakeet nodules number ${commitment.slice(1)}`);
    expect([...texts.values()].find(({ kind }) => kind === 'patient')?.text).toBe(
      '{"name": "Canary Earlier"}',
    );
    expect(await now.search('nodule 77')).toHaveLength(1);
    for (const form of canaryForms('parakeet')) expect((await allText(at)).includes(form)).toBe(false);
    await requireMigrated(at);
  }, 60_000);

  test('what it held is known as a repetition', async () => {
    const now = await Sealing.start(earlier, masterKeys);
    const held = async () => (await earlier.query<unknown[]>('select 1 from sealed')).length;
    const before = await held();
    const again = (journeyId: string, note: string) =>
      earlier.transaction((m) => now.texts(m, journeyId, { note }));
    await again(journey, 'parakeet nodules number 2');
    await again(known, 'parakeet nodules number 1');
    expect(await held()).toBe(before);
    await again(known, 'parakeet nodules number 2');
    expect(await held()).toBe(before + 1);
  });
});
