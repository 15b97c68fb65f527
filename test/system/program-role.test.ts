import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DataSource } from 'typeorm';
import { makeDataSource, makeOwnerDataSource } from '../../src/database/data-source';
import { requireProgram } from '../../src/database/program-role';
import { migrateDatabase } from '../../src/local/servers';
import { createDatabase } from '../support/database';
import type { TestDatabase } from '../support/database';
import { OwnPostgres } from './support/own-servers';

/** What is evidence, by name: whoever adds a table to it adds it here. */
const APPEND_ONLY = [
  'access_batch',
  'access_log',
  'ask_log',
  'checkpoint',
  'directory_change',
  'evidence',
  'ledger_leaf',
  'ledger_node',
  'signing_key',
  'stray_report',
];

let database: TestDatabase;
let program: DataSource;
let owner: DataSource;
beforeAll(async () => {
  database = await createDatabase();
  program = await makeDataSource(database.url).initialize();
  owner = await makeOwnerDataSource(database.url).initialize();
});
afterAll(async () => {
  await program.destroy();
  await owner.destroy();
  await database.drop();
});

test('the program is refused an update of evidence even with the triggers off', async () => {
  await owner.query('alter table evidence disable trigger all');
  try {
    for (const sql of [
      `update evidence set hash = '' where seq = 1`,
      'delete from evidence',
      'truncate evidence',
    ])
      await expect(program.query(sql)).rejects.toThrow('permission denied for table evidence');
    await expect(owner.query('delete from evidence')).resolves.toBeDefined();
  } finally {
    await owner.query('alter table evidence enable trigger all');
  }
});

test.each(APPEND_ONLY)(
  'of %s the program may read and add, and no more; and triggers say so too',
  async (table) => {
    const [may] = await owner.query<Record<string, boolean>[]>(
      `select has_table_privilege('failsafe_app', $1, 'select') as reads,
       has_table_privilege('failsafe_app', $1, 'insert') as adds,
       has_table_privilege('failsafe_app', $1, 'update, delete, truncate') as changes`,
      [table],
    );
    expect(may).toEqual({ reads: true, adds: true, changes: false });
    await expect(owner.query(`truncate ${table} cascade`)).rejects.toThrow('append-only');
  },
);

test('the program owns nothing, and so can neither drop a trigger nor make itself a right', async () => {
  for (const sql of [
    'alter table evidence disable trigger evidence_is_append_only',
    'drop trigger evidence_is_append_only on evidence',
    'drop table evidence cascade',
    'create table mine (id int)',
  ])
    await expect(program.query(sql)).rejects.toThrow(/must be owner|permission denied/);
  // Postgres takes a grant by somebody who may grant nothing for a warning.
  await program.query('grant update on evidence to failsafe_app').catch(() => undefined);
  await expect(program.query(`update evidence set hash = ''`)).rejects.toThrow('permission denied');
});

test('what a later migration makes is the program’s too, and what it guards is not to be changed', async () => {
  await owner.query('create table later (id int)');
  await owner.query('create table later_evidence (id int)');
  await owner.query(
    `create trigger later_is_append_only before update or delete on later_evidence
       for each row execute function refuse_change()`,
  );
  await migrateDatabase(database.url);
  await program.query('insert into later values (1)');
  await program.query('update later set id = 2');
  await program.query('insert into later_evidence values (1)');
  await expect(program.query('update later_evidence set id = 2')).rejects.toThrow('permission denied');
});

test('a connection that is somebody else is turned away', async () => {
  const url = new URL(database.url);
  url.searchParams.set('options', '-c jit=off');
  const wrong = await makeDataSource(url.href).initialize();
  await expect(requireProgram(wrong)).rejects.toThrow('is not the role failsafe_app');
  expect(wrong.isInitialized).toBe(false);
});

describe('on a server that has never seen it', () => {
  let dir: string;
  let postgres: OwnPostgres;
  beforeAll(async () => {
    dir = mkdtempSync(join(tmpdir(), 'imaging-failsafe-role-'));
    chmodSync(dir, 0o755); // the server may run as another user
    postgres = await OwnPostgres.start(join(dir, 'postgres'));
  }, 60_000);
  afterAll(async () => {
    await postgres.stop();
    rmSync(dir, { recursive: true, force: true });
  });

  const as = async (user: string, rights: string): Promise<string> => {
    await postgres.query(`create role ${user} login password 'synthetic' ${rights}`);
    await postgres.query(`create database of_${user} owner ${user}`);
    const url = new URL(postgres.url(`of_${user}`));
    [url.username, url.password] = [user, 'synthetic'];
    return url.href;
  };

  test('an owner who may not make it is told what to ask for', async () => {
    const url = await as('plain', '');
    await expect(migrateDatabase(url)).rejects.toMatchObject({
      message: expect.stringContaining('may not make the role failsafe_app') as string,
      remedy: expect.stringContaining('create role failsafe_app') as string,
    });
  });

  test('it is made once, whoever of several comes first', async () => {
    const names = ['one', 'two', 'three', 'four'];
    for (const name of names) await postgres.query(`create database ${name}`);
    await Promise.all(names.map((name) => migrateDatabase(postgres.url(name))));
    for (const name of names)
      await (await requireProgram(await makeDataSource(postgres.url(name)).initialize())).destroy();
  });

  test('an owner who is no superuser gives it to itself', async () => {
    const url = await as('maker', 'createrole');
    await postgres.query('grant failsafe_app to maker with admin option');
    await migrateDatabase(url);
    const program = await requireProgram(await makeDataSource(url).initialize());
    await expect(program.query('delete from evidence')).rejects.toThrow('permission denied');
    await program.destroy();
  });
});
