import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Connection } from '@temporalio/client';
import { makeOwnerDataSource } from '../database/data-source';
import { grantToProgram } from '../database/program-role';
import { hasEarlier } from '../sealing/seal-earlier';
import { lockDataDir } from './lock';
import { startMailSink } from './mail-sink';
import { dataDir } from './paths';
import { PlainError } from './plain-error';
import type { Parts } from './parts';
import { describeGiven, startPostgres } from './postgres';
import { givenTemporal, startTemporal, type TemporalTarget } from './temporal';
import { ensureNamespace, ensureSearchAttributes, type SearchAttributeType } from './temporal-setup';

/** What a part of the program needs to know of the servers around it. */
export interface Servers {
  databaseUrl: string;
  temporal: TemporalTarget;
  smtpUrl: string;
  /** Temporal's own pages, when the server is ours. */
  temporalUi?: string;
}

/**
 * One program at a time on a data folder; asked first, since nothing else makes sense when another one runs there. Its
 * process id is left in `pid`, for people: the lock is what decides.
 */
export async function ownDataDir(parts: Parts): Promise<void> {
  const lock = await lockDataDir(dataDir());
  try {
    mkdirSync(dataDir(), { recursive: true });
    writeFileSync(join(dataDir(), 'pid'), `${process.pid}\n`);
  } catch (error) {
    throw new PlainError(
      `The data folder ${dataDir()} cannot be used: ${(error as NodeJS.ErrnoException).code ?? String(error)}`,
      'Name a folder that can be written: IMAGING_FAILSAFE_DATA=./other',
    );
  }
  const stop = (): Promise<void> => {
    rmSync(join(dataDir(), 'pid'), { force: true });
    return Promise.resolve(lock.release());
  };
  parts.add({ name: 'data', description: dataDir(), stop });
}

/** The database alone: all that migrating needs. */
export async function startDatabase(parts: Parts): Promise<string> {
  const postgres = await startPostgres();
  parts.add({ name: 'postgres', description: postgres.description, stop: () => postgres.stop() });
  return postgres.url;
}

/** Starts every server that was not given. Each is added as it comes up, so that a failure stops the earlier ones. */
export async function startServers(parts: Parts, say: (line: string) => void): Promise<Servers> {
  const servers = await startDatabaseAndTemporal(parts, say);
  const smtpUrl = process.env['SMTP_URL'] ?? (await startSink(parts));
  return { ...servers, smtpUrl };
}

/** What journeys are kept in, and nothing that works on them. */
export async function startDatabaseAndTemporal(
  parts: Parts,
  say: (line: string) => void,
): Promise<Omit<Servers, 'smtpUrl'>> {
  const databaseUrl = await startDatabase(parts);
  const temporal = await startTemporal({ say });
  parts.add({ name: 'temporal', description: temporal.description, stop: () => temporal.stop() });
  return { databaseUrl, temporal, ...(temporal.uiUrl ? { temporalUi: temporal.uiUrl } : {}) };
}

async function startSink(parts: Parts): Promise<string> {
  const sink = await startMailSink();
  const description = `${sink.url} (local sink: sends nothing on; the mail is in ${sink.folder})`;
  parts.add({ name: 'mail', description, stop: () => sink.stop() });
  return sink.url;
}

/** The database of a part that runs alone and needs nothing else. */
export function givenDatabase(): string {
  const databaseUrl = process.env['DATABASE_URL'];
  if (databaseUrl) return databaseUrl;
  throw new PlainError(
    'A part that runs alone needs a database to talk to.',
    'Set DATABASE_URL (see --help), or run `npm start` for everything on this machine.',
  );
}

/** The servers of a part that runs alone: all of them given, since embedded ones belong to the one that started them. */
export function givenServers(): Servers {
  const databaseUrl = process.env['DATABASE_URL'];
  const temporal = givenTemporal();
  if (!databaseUrl || temporal === undefined) {
    throw new PlainError(
      'A part that runs alone needs servers of its own to talk to.',
      'Set DATABASE_URL and TEMPORAL_ADDRESS (see --help), or run `npm start` for everything on this machine.',
    );
  }
  return { databaseUrl, temporal, smtpUrl: process.env['SMTP_URL'] ?? 'smtp://127.0.0.1:1025' };
}

/**
 * Brings the database up to date, and with it what the program may do there, one program at a time: a deployment starts
 * several at once. Returns the names of the migrations that ran.
 */
export async function migrateDatabase(url: string): Promise<string[]> {
  const db = await makeOwnerDataSource(url).initialize();
  const session = db.createQueryRunner();
  try {
    await session.query('set statement_timeout = 0');
    await session.query("select pg_advisory_lock(hashtextextended('imaging-failsafe/migrations', 0))");
    const ran = await db.runMigrations({ transaction: 'each' });
    await grantToProgram(session);
    return ran.map((migration) => migration.name);
  } finally {
    await session.release();
    await db.destroy();
  }
}

/** A program that runs on an older database would fail later, in the middle of something: it is told now. */
export async function requireMigrated(url: string): Promise<void> {
  await describeGiven(url);
  const db = await makeOwnerDataSource(url).initialize();
  try {
    if (await db.showMigrations())
      throw new PlainError(
        'The database is not up to date with this program.',
        'Run `npm start -- migrate` first.',
      );
    if (await hasEarlier(db))
      throw new PlainError(
        'Texts of an earlier release are not sealed yet.',
        'Run `npm start -- migrate` to its end, with SEALING_KEYS set.',
      );
  } finally {
    await db.destroy();
  }
}

/** Makes the namespace and its search attributes ready, and says so plainly when Temporal does not answer. */
export async function setUpTemporal(
  target: TemporalTarget,
  retentionDays: number,
  attributes: Record<string, SearchAttributeType>,
): Promise<void> {
  let connection: Connection;
  try {
    connection = await Connection.connect({ ...target.connectionOptions, connectTimeout: '10 s' });
  } catch (error) {
    throw new PlainError(
      `Temporal does not answer at ${target.connectionOptions.address}: ${error instanceof Error ? error.message : ''}`,
      'Check TEMPORAL_ADDRESS, TEMPORAL_TLS_* and TEMPORAL_API_KEY, and that the server is running.',
    );
  }
  try {
    await ensureNamespace(connection, target.namespace, retentionDays);
    await ensureSearchAttributes(connection, target.namespace, attributes);
  } finally {
    await connection.close();
  }
}
