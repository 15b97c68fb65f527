import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  rmSync,
} from 'node:fs';
import { join } from 'node:path';
import { Client } from 'pg';
import { isFree } from '../../../src/local/ports';
import { createDatabaseIfMissing, databaseName } from '../../../src/local/postgres';
import {
  embeddedPostgres,
  installedPostgres,
  unprivilegedAccount,
} from '../../../src/local/postgres-binaries';
import { startPostgresServer } from '../../../src/local/postgres-server';
import type { PostgresServer } from '../../../src/local/postgres-server';
import { stopProcess } from '../../../src/local/processes';
import { startTemporalDevServer } from '../../../src/local/temporal-dev-server';
import { cacheDir } from '../../../src/local/paths';
import { temporalServerVersion } from '../../../src/local/temporal-server-build';
import { startProductionShape } from '../../../src/local/production-shape';
import type { ProductionShape } from '../../../src/local/production-shape';
import { rememberPorts } from './ports';
import { eventually } from './until';

/** A Postgres that belongs to one test, which may crash it: it writes through to the disk, as a hospital's does. */
export class OwnPostgres {
  private constructor(
    private readonly dir: string,
    private server: PostgresServer,
  ) {}

  static async start(dir: string): Promise<OwnPostgres> {
    mkdirSync(dir, { recursive: true, mode: 0o755 });
    await rememberPorts(join(dir, 'state.json'), 'port');
    const postgres = new OwnPostgres(dir, await serve(dir));
    await createDatabaseIfMissing(postgres.url('postgres'), databaseName);
    return postgres;
  }

  url(database: string = databaseName): string {
    return this.server.url(database);
  }

  pid(): number {
    return this.server.pid;
  }

  port(): number {
    return this.server.port;
  }

  /** As `pg_ctl stop -m immediate`: every session is cut, nothing is tidied up. */
  async stopImmediately(): Promise<void> {
    await this.stop();
    await released(`127.0.0.1:${this.server.port}`);
  }

  /** As `pg_ctl stop -m fast`: transactions are rolled back, and what is committed is on disk. */
  async stopInOrder(): Promise<void> {
    await this.server.stop();
    await released(`127.0.0.1:${this.server.port}`);
  }

  async kill9(): Promise<void> {
    await this.server.kill9();
    await released(`127.0.0.1:${this.server.port}`);
  }

  /** Again, on the same port and data. */
  async start(): Promise<void> {
    this.server = await serve(this.dir);
  }

  async stop(): Promise<void> {
    await stopProcess(this.server.pid, 'SIGQUIT', 10_000);
  }

  /** Puts a base backup in the place of all that it has; start it afterwards. */
  async restore(backup: string): Promise<void> {
    await this.stopImmediately();
    const cluster = join(this.dir, 'cluster');
    rmSync(cluster, { recursive: true });
    cpSync(backup, cluster, { recursive: true });
    chmodSync(cluster, 0o700);
    const account = unprivilegedAccount();
    if (!account) return;
    for (const file of ['.', ...readdirSync(cluster, { recursive: true, encoding: 'utf8' })])
      chownSync(join(cluster, file), account.uid, account.gid);
  }

  async query<T extends object>(sql: string, params: unknown[] = [], database?: string): Promise<T[]> {
    const client = new Client({ connectionString: this.url(database), connectionTimeoutMillis: 5_000 });
    client.on('error', () => {});
    await client.connect();
    try {
      return (await client.query<T>(sql, params)).rows;
    } finally {
      await client.end();
    }
  }
}

const serve = (dir: string): Promise<PostgresServer> =>
  startPostgresServer({
    dir,
    binaries: installedPostgres() ?? embeddedPostgres(),
    settings: ['max_connections=200'],
  });

/** A Temporal that belongs to one test: the dev server, or Temporal Server on Postgres as in production. */
export interface OwnTemporal {
  readonly address: string;
  pid(): number;
  kill9(): Promise<void>;
  start(): Promise<void>;
  stop(): Promise<void>;
  /** Kills it, destroys all that it has stored, and starts an empty one; where it is reached may be elsewhere then. */
  startEmpty(): Promise<void>;
  /** Stops it, keeps a copy of all that it has stored, and starts it again. */
  keep(): Promise<void>;
  /** Kills it, and starts it with what was kept. */
  startAsKept(): Promise<void>;
}

export async function startDevTemporal(dir: string): Promise<OwnTemporal> {
  await rememberPorts(join(dir, 'state.json'), 'port', 'uiPort');
  let server = await startTemporalDevServer(dir);
  const { address } = server;
  const kept = join(dir, 'kept');
  const stored = (): string[] => readdirSync(dir).filter((file) => file.startsWith('temporal.db'));
  return {
    address,
    pid: () => server.pid,
    stop: () => server.stop(),
    async kill9() {
      await server.kill9();
      await released(address);
    },
    async start() {
      server = await startTemporalDevServer(dir);
    },
    async startEmpty() {
      await server.kill9();
      await released(address);
      for (const file of stored()) rmSync(join(dir, file));
      server = await startTemporalDevServer(dir);
    },
    async keep() {
      await server.stop();
      await released(address);
      mkdirSync(kept);
      for (const file of stored()) copyFileSync(join(dir, file), join(kept, file));
      server = await startTemporalDevServer(dir);
    },
    async startAsKept() {
      await server.kill9();
      await released(address);
      for (const file of stored()) rmSync(join(dir, file));
      cpSync(kept, dir, { recursive: true });
      server = await startTemporalDevServer(dir);
    },
  };
}

/** Whether Temporal Server was built here before, or can be. */
export function canHaveProductionShape(): boolean {
  if (existsSync(join(cacheDir(), `temporal-server-${temporalServerVersion}`))) return true;
  return spawnSync('go', ['version']).status === 0;
}

const STORES = ['temporal', 'temporal_visibility'];

/**
 * @param postgres where it stores
 * @param reachedAt the address of Postgres's own database under which Temporal Server is to reach it
 */
export async function startProductionTemporal(
  dir: string,
  postgres: OwnPostgres,
  reachedAt: string = postgres.url('postgres'),
): Promise<OwnTemporal> {
  const begin = (): Promise<ProductionShape> => startProductionShape({ dir, adminUrl: reachedAt });
  let server = await begin();
  const kill9 = async (): Promise<void> => {
    await server.kill9();
    await released(server.address);
  };
  return {
    get address() {
      return server.address;
    },
    pid: () => server.pid(),
    stop: () => server.stop(),
    start: () => server.start(),
    kill9,
    async startEmpty() {
      await kill9();
      for (const store of STORES) await postgres.query(`drop database ${store} with (force)`, [], 'postgres');
      server = await begin();
    },
    async keep() {
      await server.stop();
      for (const store of STORES)
        await postgres.query(`create database ${store}_kept template ${store}`, [], 'postgres');
      await server.start();
    },
    async startAsKept() {
      await kill9();
      for (const store of STORES) {
        await postgres.query(`drop database ${store} with (force)`, [], 'postgres');
        await postgres.query(`alter database ${store}_kept rename to ${store}`, [], 'postgres');
      }
      await server.start();
    },
  };
}

/** A killed process may look dead while its last threads still hold its port; it would then begin on another one. */
const released = (address: string): Promise<boolean> =>
  eventually('the port of a killed server is free', () => isFree(Number(address.split(':')[1])), 20_000);
