import { execFile } from 'node:child_process';
import {
  chownSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  readlinkSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { Client } from 'pg';
import { PlainError } from './plain-error';
import { freePort } from './ports';
import {
  asAccount,
  unprivilegedAccount,
  type Account,
  type Launch,
  type PostgresBinaries,
} from './postgres-binaries';
import { isAlive, isListed, startServer, stopProcess, tail, waitUntil, type Started } from './processes';
import { readState, writeState } from './state-file';

const run = promisify(execFile);
const user = 'imaging_failsafe';
const startTimeoutMs = 60_000;

export interface PostgresServerOptions {
  /** The folder of this cluster; everything about it is inside. */
  dir: string;
  binaries: PostgresBinaries;
  /** Settings beyond our own, for example `fsync=off` in tests that never crash it. */
  settings?: string[];
}

export interface PostgresServer {
  /** The address of a database in it. */
  url(database: string): string;
  pid: number;
  port: number;
  /** Whether it was still running from an earlier start that was killed. */
  adopted: boolean;
  /** Stops it in order: sessions end, and what is committed is on disk. */
  stop(): Promise<void>;
  /** As in a power cut of this one program; the crash tests use it. */
  kill9(): Promise<void>;
}

interface Remembered {
  port: number;
  password: string;
}

/** Starts (and at first makes) a Postgres of our own on the loopback, or takes over one that a killed start left behind. */
export async function startPostgresServer(options: PostgresServerOptions): Promise<PostgresServer> {
  const data = join(options.dir, 'cluster');
  const stateFile = join(options.dir, 'state.json');
  const log = join(options.dir, 'postgres.log');
  const account = unprivilegedAccount();
  const remembered = readState<Remembered>(stateFile);
  const password = remembered.password ?? randomPassword();
  if (!existsSync(join(data, 'PG_VERSION'))) {
    writeState(stateFile, { ...remembered, password });
    await initialise(options, data, password, account);
  }
  const found = await takeOver(data, password);
  if (found !== undefined) return describe(found.pid, found.port, password, true);

  const port = await freePort(remembered.port, 5433);
  writeState(stateFile, { port, password });
  const settings = [
    'listen_addresses=127.0.0.1',
    'unix_socket_directories=',
    `port=${port}`,
    ...(options.settings ?? []),
  ];
  const args = ['-D', data, ...settings.flatMap((setting) => ['-c', setting])];
  const launch = asAccount(account, join(options.binaries.bin, 'postgres'), args, data);
  const started = await startServer(launch.file, launch.args, { log, cwd: options.dir, ...ids(launch) });
  await waitForAnswer(started, port, password, log);
  return describe(started.pid, port, password, false);
}

async function initialise(
  options: PostgresServerOptions,
  data: string,
  password: string,
  account?: Account,
): Promise<void> {
  rmSync(data, { recursive: true, force: true }); // a first start that was killed halfway
  mkdirSync(data, { recursive: true, mode: 0o700 });
  const passwordFile = join(data, '..', 'initial-password');
  writeFileSync(passwordFile, password, { mode: 0o600 });
  if (account !== undefined) {
    for (const path of [data, passwordFile]) chownSync(path, account.uid, account.gid);
  }
  const args = [
    '-D',
    data,
    '-U',
    user,
    `--pwfile=${passwordFile}`,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    '--locale=C',
  ];
  const launch = asAccount(account, join(options.binaries.bin, 'initdb'), args, data);
  try {
    await run(launch.file, launch.args, { cwd: dirname(data), ...ids(launch) });
  } catch (error) {
    rmSync(data, { recursive: true, force: true });
    throw new PlainError(
      `Postgres could not make its files in ${data}: ${(error as { stderr?: string }).stderr?.trim() ?? String(error)}`,
      'Check that the folder can be written and has space, or set DATABASE_URL to a Postgres of your own.',
      1,
    );
  } finally {
    rmSync(passwordFile, { force: true });
  }
}

const ids = (launch: Launch) =>
  launch.uid === undefined ? {} : { uid: launch.uid, gid: launch.gid ?? launch.uid };

/**
 * After a kill -9 the file postmaster.pid is still there. Postgres copes when nobody has that process id now; it refuses
 * to start when somebody has, even when that is some other program, or its own dead one that nobody has reaped. So: a
 * server that answers as ours goes on; a process that is dead or none of this folder's makes the file worthless; a server that nobody
 * can reach is stopped.
 */
async function takeOver(data: string, password: string): Promise<{ pid: number; port: number } | undefined> {
  const pidFile = join(data, 'postmaster.pid');
  if (!existsSync(pidFile)) return undefined;
  const lines = readFileSync(pidFile, 'utf8').split('\n');
  const [pid, port] = [Number(lines[0]), Number(lines[3])];
  if (!Number.isInteger(pid) || pid <= 0 || !isListed(pid)) return undefined;
  if (!isAlive(pid) || !(await isServerOf(pid, data))) {
    // Without the file Postgres would not notice what is left of its predecessor.
    if (await waitUntil(() => !isWorkedIn(data), 10_000)) rmSync(pidFile);
    return undefined;
  }
  if (await waitUntil(() => servesFolder(port, password, data), 10_000)) return { pid, port };
  await stopProcess(pid, 'SIGQUIT', 10_000);
  return undefined;
}

/** Whether any process works in that folder: sessions outlive a killed server for a moment. */
function isWorkedIn(data: string): boolean {
  const ids = existsSync('/proc') ? readdirSync('/proc').filter((name) => /^\d+$/.test(name)) : [];
  return ids.some((id) => folderOf(Number(id)) === realpathSync(data));
}

/** Postgres's processes work in their folder; only Linux shows it. */
function folderOf(pid: number): string | undefined {
  try {
    return readlinkSync(`/proc/${pid}/cwd`);
  } catch {
    return undefined;
  }
}

/** Whether that process is a server on this folder, and not somebody else's. */
async function isServerOf(pid: number, data: string): Promise<boolean> {
  if (existsSync('/proc')) return folderOf(pid) === realpathSync(data);
  const { stdout } = await run('ps', ['-o', 'args=', '-p', String(pid)]).catch(() => ({ stdout: '' }));
  return stdout.includes(data);
}

async function servesFolder(port: number, password: string, data: string): Promise<boolean> {
  const client = new Client({
    connectionString: address(port, password, 'postgres'),
    connectionTimeoutMillis: 2_000,
  });
  client.on('error', () => {});
  try {
    await client.connect();
    const { rows } = await client.query<{ data_directory: string }>('show data_directory');
    return rows[0]?.data_directory === data;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => {});
  }
}

async function waitForAnswer(started: Started, port: number, password: string, log: string): Promise<void> {
  const data = (): Promise<boolean> => answers(port, password);
  const up = await waitUntil(async () => started.ended() !== undefined || (await data()), startTimeoutMs);
  if (up && started.ended() === undefined) return;
  if (started.ended() === undefined) await stopProcess(started.pid, 'SIGQUIT', 5_000);
  throw new PlainError(
    `Postgres did not start (${started.ended() ?? 'no answer in time'}). The end of ${log}:\n${tail(log)}`,
    `Mend what the log names, or move the folder away and begin anew, or set DATABASE_URL to a Postgres of your own.`,
    1,
  );
}

async function answers(port: number, password: string): Promise<boolean> {
  const client = new Client({
    connectionString: address(port, password, 'postgres'),
    connectionTimeoutMillis: 2_000,
  });
  client.on('error', () => {});
  try {
    await client.connect();
    return true;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => {});
  }
}

const address = (port: number, password: string, database: string) =>
  `postgresql://${user}:${password}@127.0.0.1:${port}/${database}`;

function describe(pid: number, port: number, password: string, adopted: boolean): PostgresServer {
  return {
    pid,
    port,
    adopted,
    url: (database) => address(port, password, database),
    stop: async () => {
      await stopProcess(pid, 'SIGINT', 30_000);
    },
    kill9: async () => {
      await stopProcess(pid, 'SIGKILL', 5_000);
    },
  };
}

function randomPassword(): string {
  return Buffer.from(crypto.getRandomValues(new Uint8Array(24))).toString('base64url');
}
