import { execFile } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Connection } from '@temporalio/client';
import { Client } from 'pg';
import { stringify } from 'yaml';
import { root } from './paths';
import { PlainError } from './plain-error';
import { isFree } from './ports';
import { createDatabaseIfMissing } from './postgres';
import { startServer, stopProcess, tail, waitUntil, type Started } from './processes';
import { answers } from './temporal-dev-server';
import { temporalServerBinaries, type TemporalServerBinaries } from './temporal-server-build';

const run = promisify(execFile);
const startTimeoutMs = 90_000;

export interface ProductionShapeOptions {
  /** For its configuration and its log. */
  dir: string;
  /** Any database of the Postgres to use, as a user that may create databases. */
  adminUrl: string;
  /** Prefix of its two databases; runs that share a Postgres choose different ones. */
  databases?: string;
  /** History shards. Fixed for ever at the first start; a small site needs few. */
  shards?: number;
  say?: (line: string) => void;
}

export interface ProductionShape {
  address: string;
  /** The process that runs now; it changes with a restart. */
  pid(): number;
  /** SIGTERM, and waits for its end. */
  stop(): Promise<void>;
  /** As a power cut of this one program. */
  kill9(): Promise<void>;
  /** Starts it again, after `stop` or `kill9`, on the same address and data. */
  start(): Promise<void>;
}

/**
 * Temporal Server on Postgres, as in production but in one process and on the loopback. Crash tests and published figures
 * use it: the dev server has another store, and neither survives nor performs alike.
 */
export async function startProductionShape(options: ProductionShapeOptions): Promise<ProductionShape> {
  const say = options.say ?? (() => {});
  const binaries = await temporalServerBinaries(say);
  const prefix = options.databases ?? 'temporal';
  const stores = { default: prefix, visibility: `${prefix}_visibility` };
  say('Preparing the databases of Temporal Server ...');
  await prepareStore(binaries, options.adminUrl, stores.default, binaries.schema.default);
  await prepareStore(binaries, options.adminUrl, stores.visibility, binaries.schema.visibility);

  mkdirSync(options.dir, { recursive: true, mode: 0o700 });
  const log = join(options.dir, 'temporal-server.log');
  const configFile = join(options.dir, 'temporal-server.yaml');
  const ports = await choosePorts();
  writeFileSync(configFile, stringify(configuration(options, stores, ports)), { mode: 0o600 });

  let current: Started | undefined;
  const start = async (): Promise<void> => {
    if (current !== undefined && current.ended() === undefined)
      throw new Error('Temporal Server is running already.');
    const args = ['--config-file', configFile, '--allow-no-auth', 'start'];
    current = await startServer(binaries.server, args, { log, cwd: options.dir });
    await waitUntilServing(current, ports.frontend.grpc, log);
  };
  const end = async (signal: NodeJS.Signals, graceMs: number): Promise<void> => {
    if (current !== undefined) await stopProcess(current.pid, signal, graceMs);
  };
  await start();
  return {
    address: `127.0.0.1:${ports.frontend.grpc}`,
    pid: () => current!.pid,
    stop: () => end('SIGTERM', 30_000),
    kill9: () => end('SIGKILL', 5_000),
    start,
  };
}

/** Creates a store's database and brings its schema up to date; both do nothing where that is done. */
async function prepareStore(
  binaries: TemporalServerBinaries,
  adminUrl: string,
  name: string,
  schema: string,
): Promise<void> {
  await createDatabaseIfMissing(adminUrl, name);
  const { hostname, port, username, password } = new URL(adminUrl);
  const env = { ...process.env, SQL_PASSWORD: decodeURIComponent(password) };
  const target = [
    '--plugin',
    'postgres12',
    '--endpoint',
    hostname,
    '--port',
    port || '5432',
    '--user',
    username,
  ];
  const sql = async (...args: string[]): Promise<void> => {
    await run(binaries.sqlTool, [...target, '--database', name, ...args], {
      env,
      maxBuffer: 16 * 1024 * 1024,
    });
  };
  if (!(await hasSchema(adminUrl, name))) await sql('setup-schema', '--version', '0.0');
  await sql('update-schema', '--schema-dir', schema);
}

async function hasSchema(adminUrl: string, name: string): Promise<boolean> {
  const url = new URL(adminUrl);
  url.pathname = `/${name}`;
  const client = new Client({ connectionString: url.href });
  await client.connect();
  try {
    const { rows } = await client.query<{ found: string | null }>(
      "select to_regclass('schema_version') as found",
    );
    return rows[0]?.found != null;
  } finally {
    await client.end();
  }
}

interface Ports {
  grpc: number;
  membership: number;
}

/** What the containers run with. */
const DYNAMIC_CONFIG = join(root, 'docker', 'dynamicconfig.yaml');

const services = ['frontend', 'matching', 'history', 'worker'] as const;

/** Temporal keeps a member's port in a two-byte number, so it must be below 32,768; the usual free port is above. */
const LOW = { from: 20_000, to: 28_000 };
/** Two for each service, side by side: whoever chose them one by one might choose one twice. */
const BLOCK = 2 * services.length;

async function choosePorts(): Promise<Record<(typeof services)[number], Ports>> {
  const first = await freeBlock();
  const ports = services.map((service, i) => [
    service,
    { grpc: first + 2 * i, membership: first + 2 * i + 1 },
  ]);
  return Object.fromEntries(ports) as Record<(typeof services)[number], Ports>;
}

async function freeBlock(): Promise<number> {
  for (let attempt = 0; attempt < 50; attempt++) {
    const first = LOW.from + BLOCK * randomInt((LOW.to - LOW.from) / BLOCK);
    const free = await Promise.all(Array.from({ length: BLOCK }, (_, i) => isFree(first + i)));
    if (free.every(Boolean)) return first;
  }
  throw new PlainError(
    `No ${BLOCK} ports side by side from ${LOW.from} to ${LOW.to} are free on 127.0.0.1.`,
    'Stop programs that hold them.',
    1,
  );
}

function configuration(
  options: ProductionShapeOptions,
  stores: { default: string; visibility: string },
  ports: Record<(typeof services)[number], Ports>,
): object {
  const { hostname, port, username, password } = new URL(options.adminUrl);
  const store = (databaseName: string, connections: number) => ({
    sql: {
      pluginName: 'postgres12',
      databaseName,
      connectAddr: `${hostname}:${port || '5432'}`,
      connectProtocol: 'tcp',
      user: username,
      password: decodeURIComponent(password),
      maxConns: connections,
      maxIdleConns: connections,
      maxConnLifetime: '1h',
    },
  });
  const rpc = (p: Ports) => ({
    rpc: { grpcPort: p.grpc, membershipPort: p.membership, bindOnLocalHost: true },
  });
  return {
    log: { stdout: true, level: 'warn' },
    persistence: {
      defaultStore: 'default',
      visibilityStore: 'visibility',
      numHistoryShards: options.shards ?? 4,
      datastores: { default: store(stores.default, 20), visibility: store(stores.visibility, 5) },
    },
    global: { membership: { maxJoinDuration: '30s', broadcastAddress: '127.0.0.1' } },
    services: Object.fromEntries(services.map((service) => [service, rpc(ports[service])])),
    clusterMetadata: {
      enableGlobalNamespace: false,
      failoverVersionIncrement: 10,
      masterClusterName: 'active',
      currentClusterName: 'active',
      clusterInformation: {
        active: {
          enabled: true,
          initialFailoverVersion: 1,
          rpcName: 'frontend',
          rpcAddress: `127.0.0.1:${ports.frontend.grpc}`,
        },
      },
    },
    dcRedirectionPolicy: { policy: 'noop' },
    dynamicConfigClient: { filepath: DYNAMIC_CONFIG, pollInterval: '60s' },
  };
}

/** Listening is not serving: its services find one another after a restart, which takes some seconds. */
async function waitUntilServing(started: Started, port: number, log: string): Promise<void> {
  const up = await waitUntil(
    async () => started.ended() !== undefined || (await serves(port)),
    startTimeoutMs,
  );
  if (up && started.ended() === undefined) return;
  if (started.ended() === undefined) await stopProcess(started.pid, 'SIGKILL', 5_000);
  throw new PlainError(
    `Temporal Server did not start (${started.ended() ?? 'no answer in time'}). The end of ${log}:\n${tail(log)}`,
    'Mend what the log names, then start again.',
    1,
  );
}

async function serves(port: number): Promise<boolean> {
  if (!(await answers(port))) return false;
  try {
    const connection = await Connection.connect({ address: `127.0.0.1:${port}`, connectTimeout: '3 s' });
    try {
      await connection.workflowService.listNamespaces({ pageSize: 1 });
      return true;
    } finally {
      await connection.close();
    }
  } catch {
    return false;
  }
}
