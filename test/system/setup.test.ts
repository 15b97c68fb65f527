import { randomUUID } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo, Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { lockDataDir } from '../../src/local/lock';
import { createDatabaseIfMissing } from '../../src/local/postgres';
import { createDatabase } from '../support/database';
import type { TestDatabase } from '../support/database';
import { SEALING_KEYS } from '../support/master-keys';
import { startProgram } from '../support/program';
import { adminUrl } from '../support/servers';

/**
 * What somebody reads who starts the program where something is not as it should be: what is wrong and what to do, the exit
 * code that --help documents, and no stack.
 */

const NOWHERE = '127.0.0.1:1';
const SECRET = 'not-the-password';

let dir: string;
let migrated: TestDatabase;
let empty: string;
let taken: Server;
let running: { release(): Promise<void> };

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'imaging-failsafe-setup-'));
  for (const folder of ['nothing', 'elsewhere']) mkdirSync(join(dir, folder));
  writeFileSync(join(dir, 'a-file'), 'not a folder');
  migrated = await createDatabase();
  empty = `t_${randomUUID().replaceAll('-', '')}`;
  await createDatabaseIfMissing(adminUrl(), empty);
  taken = createServer();
  await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
  running = await lockDataDir(join(dir, 'running'));
  await runAll();
}, 180_000);

afterAll(async () => {
  await running?.release();
  await new Promise((resolve) => taken.close(resolve));
  await migrated?.drop();
  rmSync(dir, { recursive: true, force: true });
});

/** The database's address with something else in it. */
const database = (change: (url: URL) => void = () => {}): string => {
  const url = new URL(migrated.url);
  change(url);
  return url.href;
};

interface Attempt {
  what: string;
  args: string[];
  env: () => Record<string, string>;
  /** What the message says is wrong, and what its remedy names. */
  says: RegExp;
  remedy: RegExp;
}

const data = (name: string = randomUUID()) => ({
  IMAGING_FAILSAFE_DATA: join(dir, name),
  DATABASE_URL: '',
  TEMPORAL_ADDRESS: '',
});
const given = (more: Record<string, string> = {}) => ({
  ...data(),
  DATABASE_URL: database(),
  TEMPORAL_ADDRESS: NOWHERE,
  SEALING_KEYS,
  ...more,
});
const attempt = (
  what: string,
  args: string[],
  env: Attempt['env'],
  says: RegExp,
  remedy: RegExp,
): Attempt => ({ what, args, env, says, remedy });

const port = (): string => String((taken.address() as AddressInfo).port);
const wrongDatabases: [string, () => string][] = [
  ['at an address where nobody answers', () => database((url) => (url.host = NOWHERE))],
  ['with a wrong password', () => database((url) => (url.password = SECRET))],
  ['that does not exist', () => database((url) => (url.pathname = '/no_such_database'))],
  ['that is no address', () => 'our-database'],
];

const ATTEMPTS: Attempt[] = [
  attempt('a port that is taken', [], () => ({ ...data(), PORT: port() }), /port \d+ .* taken/, /PORT=\d+/),
  attempt(
    'a port that is taken, for the API alone',
    ['api'],
    () => given({ PORT: port() }),
    /port \d+ .* taken/,
    /PORT=\d+/,
  ),
  attempt(
    'no Temporal program, and no network to fetch it from',
    ['--port', '0'],
    () => ({
      ...given({
        TEMPORAL_ADDRESS: '',
        PATH: join(dir, 'nothing'),
        IMAGING_FAILSAFE_CACHE: join(dir, 'elsewhere'),
      }),
      ...{ NODE_USE_ENV_PROXY: '1', HTTPS_PROXY: `http://${NOWHERE}`, TEMPORAL_CLI_PATH: '' },
    }),
    /Temporal CLI .* was not found and could not be fetched/,
    /TEMPORAL_CLI_PATH=.*TEMPORAL_ADDRESS/s,
  ),
  attempt(
    'a Temporal program that is not there',
    ['--port', '0'],
    () => given({ TEMPORAL_ADDRESS: '', TEMPORAL_CLI_PATH: join(dir, 'temporal') }),
    /TEMPORAL_CLI_PATH names .* cannot be run/,
    /TEMPORAL_CLI_PATH/,
  ),
  ...['api', 'worker'].map((part) =>
    attempt(
      `the ${part} on a database that is not migrated`,
      [part, '--port', '0'],
      () => given({ DATABASE_URL: database((url) => (url.pathname = `/${empty}`)) }),
      /not up to date/,
      /npm start -- migrate/,
    ),
  ),
  ...['all', 'api'].flatMap((command) =>
    wrongDatabases.map(([what, url]) =>
      attempt(
        `${command} with a database ${what}`,
        [command, '--port', '0'],
        () => given({ DATABASE_URL: url() }),
        /DATABASE_URL/,
        /address|password/,
      ),
    ),
  ),
  attempt(
    'a second start on the same data folder',
    ['--port', '0'],
    () => data('running'),
    /already running on/,
    /IMAGING_FAILSAFE_DATA=/,
  ),
  attempt(
    'a data folder that is a file',
    ['--port', '0'],
    () => data('a-file'),
    /a-file/,
    /IMAGING_FAILSAFE_DATA/,
  ),
  ...['0.0.0.0', '::'].map((host) =>
    attempt(
      `development tokens on ${host}`,
      ['api', '--port', '0', '--host', host],
      () => given(),
      /development tokens/,
      /127\.0\.0\.1/,
    ),
  ),
  attempt(
    'the api without a master key',
    ['api', '--port', '0'],
    () => given({ SEALING_KEYS: '' }),
    /SEALING_KEYS is not set/,
    /openssl rand/,
  ),
  ...['api', 'worker'].map((part) =>
    attempt(
      `the ${part} without servers`,
      [part],
      () => data(),
      /servers of its own/,
      /DATABASE_URL.*TEMPORAL_ADDRESS/,
    ),
  ),
  attempt(
    'a Temporal that does not answer',
    ['worker'],
    () => given(),
    /Temporal does not answer at/,
    /TEMPORAL_ADDRESS/,
  ),
  attempt(
    'Temporal settings that cannot be read',
    ['worker'],
    () => given({ TEMPORAL_ADDRESS: '', TEMPORAL_CONFIG_FILE: join(dir, 'a-file') }),
    /Temporal settings/,
    /TEMPORAL_CONFIG_FILE/,
  ),
  attempt('an unknown command', ['wroker'], () => data(), /Unknown command: wroker/, /worker/),
  attempt('an unknown option', ['--prot', '1'], () => data(), /--prot/, /--help/),
  attempt('a port that is none', ['--port', '99999'], () => data(), /99999 is no port/, /65535/),
  attempt(
    'a directory file that is not there',
    ['directory', 'nowhere.yaml'],
    () => given(),
    /nowhere\.yaml/,
    /./,
  ),
];

const results = new Map<string, { code: number | null; output: string }>();

/** All of them, a few at a time, since each is a start of its own. */
async function runAll(): Promise<void> {
  const waiting = [...ATTEMPTS];
  const next = async (): Promise<void> => {
    for (let a = waiting.shift(); a !== undefined; a = waiting.shift()) {
      const program = startProgram(a.args, a.env());
      const limit = setTimeout(() => void program.kill9(), 60_000);
      const code = await program.exited();
      clearTimeout(limit);
      results.set(a.what, { code, output: program.output() });
    }
  };
  await Promise.all([next(), next(), next(), next()]);
}

test.each(ATTEMPTS)('$what: exit code 2, what is wrong and what to do', ({ what, says, remedy }) => {
  const { code, output } = results.get(what)!;
  expect(output).toMatch(says);
  expect(output).toMatch(/^ {2}What to do: ./m);
  expect(output.slice(output.indexOf('What to do:'))).toMatch(remedy);
  expect(output).not.toMatch(/^\s+at /m);
  expect(output).not.toContain(SECRET);
  expect(code).toBe(2);
});

test('the remedy for a database that is not migrated mends it, also where several apply it at once', async () => {
  const env = given({ DATABASE_URL: database((url) => (url.pathname = `/${empty}`)) });
  const migrations = [1, 2, 3].map(() => startProgram(['migrate'], env));
  expect(await Promise.all(migrations.map((program) => program.exited()))).toEqual([0, 0, 0]);
  expect(migrations.filter((program) => program.output().includes('Migrated:'))).toHaveLength(1);
  const api = startProgram(['api', '--port', '0'], env);
  await api.waitFor(/^Open http/m);
  expect(await api.stop()).toBe(0);
}, 90_000);

test('--help says what the exit codes mean', async () => {
  const help = startProgram(['--help']);
  expect(await help.exited()).toBe(0);
  expect(help.output()).toMatch(/Exit codes: 0 .*; 1 .*; 2 /);
}, 60_000);
