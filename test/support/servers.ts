import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findBinary } from '../../src/local/binaries';
import { temporalCli, temporalTestServer } from '../../src/local/binary-pins';
import { root } from '../../src/local/paths';
import { createDatabaseIfMissing } from '../../src/local/postgres';
import { embeddedPostgres, installedPostgres } from '../../src/local/postgres-binaries';
import { startPostgresServer } from '../../src/local/postgres-server';
import { migrateDatabase } from '../../src/local/servers';
import { isAlive, stopProcess } from '../../src/local/processes';
import { workflowBundle } from '../../src/local/workflow-bundle';

/** What a test run shares, made once; the names are environment variables, since Jest's workers are processes. */
const variables = {
  postgres: 'FAILSAFE_TEST_POSTGRES',
  bundle: 'FAILSAFE_TEST_BUNDLE',
  testServer: 'FAILSAFE_TEST_SERVER',
  cli: 'FAILSAFE_TEST_CLI',
} as const;

export const templateDatabase = 'failsafe_template';
const prefix = 'imaging-failsafe-test-';

/**
 * Starts what tests share: one Postgres, with a migrated database to copy from; the workflow bundle; Temporal's two
 * programs. Postgres runs without fsync here, which only tests may do that never crash it: those that do start their own.
 */
export async function startTestServers(): Promise<{ stop(): Promise<void> }> {
  await clearAbandonedRuns();
  const dir = join(tmpdir(), `${prefix}${process.pid}`);
  mkdirSync(dir, { recursive: true, mode: 0o755 });
  const binaries = installedPostgres() ?? embeddedPostgres();
  const settings = ['fsync=off', 'full_page_writes=off', 'synchronous_commit=off', 'max_connections=300'];
  const postgres = await startPostgresServer({ dir, binaries, settings });
  const stop = async (): Promise<void> => {
    await postgres.stop();
    rmSync(dir, { recursive: true, force: true });
  };
  try {
    process.env[variables.postgres] = postgres.url('postgres');
    await makeTemplate(postgres.url('postgres'), postgres.url(templateDatabase));
    if (existsSync(join(root, 'workflows', 'index.ts'))) {
      process.env[variables.bundle] = (await workflowBundle()).codePath;
    }
    process.env[variables.testServer] = (await findBinary(temporalTestServer, console.log)).path;
    process.env[variables.cli] = (await findBinary(temporalCli, console.log)).path;
  } catch (error) {
    await stop();
    throw error;
  }
  return { stop };
}

async function makeTemplate(adminUrl: string, url: string): Promise<void> {
  await createDatabaseIfMissing(adminUrl, templateDatabase);
  await migrateDatabase(url);
}

/** A run that was killed leaves its Postgres behind. The folder's name says whose it was. */
async function clearAbandonedRuns(): Promise<void> {
  for (const name of readdirSync(tmpdir()).filter((entry) => entry.startsWith(prefix))) {
    const owner = Number(name.slice(prefix.length));
    if (!Number.isInteger(owner) || isAlive(owner)) continue;
    const dir = join(tmpdir(), name);
    const pidFile = join(dir, 'cluster', 'postmaster.pid');
    if (existsSync(pidFile)) await stopPostgres(Number(readFileSync(pidFile, 'utf8').split('\n')[0]), dir);
    rmSync(dir, { recursive: true, force: true });
  }
}

/** Only when the process with that id is that Postgres: ids are used again. */
async function stopPostgres(pid: number, dir: string): Promise<void> {
  const commandLine = `/proc/${pid}/cmdline`;
  if (!existsSync(commandLine) || !readFileSync(commandLine, 'utf8').includes(dir)) return;
  await stopProcess(pid, 'SIGQUIT', 5_000);
}

function shared(name: keyof typeof variables): string {
  const value = process.env[variables[name]];
  if (value === undefined)
    throw new Error(`The test servers are not running: ${variables[name]} is not set.`);
  return value;
}

/** Postgres's own database, for making others. */
export const adminUrl = (): string => shared('postgres');
/** For a worker's `workflowBundle`. */
export const testBundle = (): { codePath: string } => ({ codePath: shared('bundle') });
export const testServerPath = (): string => shared('testServer');
export const temporalCliPath = (): string => shared('cli');
