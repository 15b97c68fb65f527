import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import type { Parts } from '../src/local/parts';
import { createDatabaseIfMissing } from '../src/local/postgres';
import { embeddedPostgres, installedPostgres } from '../src/local/postgres-binaries';
import { startPostgresServer } from '../src/local/postgres-server';
import { startProductionShape } from '../src/local/production-shape';
import { migrateDatabase, setUpTemporal } from '../src/local/servers';
import type { TemporalTarget } from '../src/local/temporal';
import { startTemporalDevServer } from '../src/local/temporal-dev-server';
import { temporalServerBinaries, temporalServerVersion } from '../src/local/temporal-server-build';
import { ensureStanding } from '../src/standing';
import { BARE_TABLES } from './bare/tables';
import { startMailCounter, type MailCounter } from './mail-counter';

/** What all contenders stand on: one Postgres, one Temporal Server on it, and a mail server that counts. */
export interface Stage {
  /** For logs and other files of this run; removed at the end. */
  dir: string;
  ours: string;
  bare: string;
  /** Makes another database of ours, with nothing in it but what stands. @returns its address */
  another(name: string): Promise<string>;
  temporal: TemporalTarget;
  mail: MailCounter;
  postgresPid: number;
  temporalPid: number;
  /** What a reader of the figures must know of the servers. */
  about: Record<string, string | number>;
}

const SHARDS = 4;
const NAMESPACE = 'bench';

/**
 * Brings the servers up. What was started is added to `parts`, which stops it in the reverse order.
 * @param orDevServer without Go, which builds Temporal Server, the dev server may stand in: then the figures say nothing
 */
export const setStage = async (
  parts: Parts,
  orDevServer: boolean,
  say: (line: string) => void,
): Promise<Stage> => {
  const dir = mkdtempSync(join(tmpdir(), 'imaging-failsafe-bench-'));
  parts.add({
    name: 'folder',
    description: dir,
    stop: () => Promise.resolve(rmSync(dir, { recursive: true, force: true })),
  });
  const binaries = installedPostgres() ?? embeddedPostgres();
  const postgres = await startPostgresServer({
    dir: join(dir, 'postgres'),
    binaries,
    settings: ['max_connections=300'],
  });
  parts.add({ name: 'postgres', description: binaries.origin, stop: () => postgres.stop() });
  const admin = postgres.url('postgres');
  const temporal = await startTemporal(join(dir, 'temporal'), admin, orDevServer, say);
  parts.add({ name: 'temporal', description: temporal.about, stop: () => temporal.stop() });
  const target = { namespace: NAMESPACE, connectionOptions: { address: temporal.address } };
  await setUpTemporal(target, 1, {});
  const mail = await startMailCounter();
  parts.add({ name: 'mail', description: mail.url, stop: () => mail.stop() });

  const another = async (name: string): Promise<string> => {
    await createDatabaseIfMissing(admin, name);
    const url = postgres.url(name);
    await migrateDatabase(url);
    await ensureStanding(url, { demo: false, fictitious: true });
    return url;
  };
  const ours = await another('ours');
  await createDatabaseIfMissing(admin, 'bare');
  const bare = postgres.url('bare');
  await run(bare, BARE_TABLES);
  return {
    dir,
    ours,
    bare,
    another,
    temporal: target,
    mail,
    postgresPid: postgres.pid,
    temporalPid: temporal.pid,
    about: {
      ...(await settingsOf(admin)),
      temporal: temporal.about,
    },
  };
};

interface TemporalServer {
  address: string;
  pid: number;
  about: string;
  stop(): Promise<void>;
}

const startTemporal = async (
  dir: string,
  adminUrl: string,
  orDevServer: boolean,
  say: (line: string) => void,
): Promise<TemporalServer> => {
  if (orDevServer && !(await canBuild(say))) {
    const server = await startTemporalDevServer(dir, say);
    return { ...server, about: 'dev server on SQLite (not the production shape: no measurement)' };
  }
  const server = await startProductionShape({ dir, adminUrl, shards: SHARDS, say });
  const about = `Temporal Server ${temporalServerVersion} on the same Postgres, ${SHARDS} shards`;
  return { address: server.address, pid: server.pid(), about, stop: () => server.stop() };
};

const canBuild = async (say: (line: string) => void): Promise<boolean> => {
  try {
    await temporalServerBinaries(say);
    return true;
  } catch (error) {
    say(`${(error as Error).message}\nThe dev server stands in: these figures are no measurement.`);
    return false;
  }
};

/** Read from the server itself: figures without these say nothing. */
const settingsOf = async (url: string): Promise<Record<string, string>> => {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query<{ name: string; setting: string }>(
      `select name, setting from pg_settings
       where name in ('server_version', 'fsync', 'synchronous_commit', 'full_page_writes', 'shared_buffers')`,
    );
    const settings = Object.fromEntries(rows.map((r) => [r.name, r.setting]));
    for (const name of ['fsync', 'synchronous_commit', 'full_page_writes'])
      if (settings[name] !== 'on') throw new Error(`Postgres runs with ${name}=${settings[name]}`);
    const { server_version: postgres, fsync, synchronous_commit, full_page_writes } = settings;
    return {
      postgres: postgres!,
      fsync: fsync!,
      synchronous_commit: synchronous_commit!,
      full_page_writes: full_page_writes!,
    };
  } finally {
    await client.end();
  }
};

const run = async (url: string, sql: string): Promise<void> => {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
};
