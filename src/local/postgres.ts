import { join } from 'node:path';
import { Client } from 'pg';
import { dataDir } from './paths';
import { PlainError } from './plain-error';
import { embeddedPostgres } from './postgres-binaries';
import { startPostgresServer } from './postgres-server';

export const databaseName = 'imaging_failsafe';

export interface PostgresPart {
  url: string;
  /** One line for the log: what runs, and where its data is. */
  description: string;
  embedded: boolean;
  /** The server's process, when it is ours. */
  pid?: number;
  /** Stops a server of ours; leaves one that was given alone. */
  stop(): Promise<void>;
}

/** The database of this run: the one that `DATABASE_URL` names, else an embedded one with its data in a local folder. */
export async function startPostgres(options: { dataDir?: string } = {}): Promise<PostgresPart> {
  const given = process.env['DATABASE_URL'];
  if (given !== undefined && given !== '') {
    const description = await describeGiven(given);
    return { url: given, description, embedded: false, stop: () => Promise.resolve() };
  }
  const dir = join(options.dataDir ?? dataDir(), 'postgres');
  const server = await startPostgresServer({ dir, binaries: embeddedPostgres() });
  await createDatabaseIfMissing(server.url('postgres'), databaseName);
  const how = server.adopted ? 'still running from an earlier start, taken over' : 'embedded';
  return {
    url: server.url(databaseName),
    description: `127.0.0.1:${server.port} (${how}; data in ${dir})`,
    embedded: true,
    pid: server.pid,
    stop: () => server.stop(),
  };
}

/** Creates a database unless it is there; two starts at once may both try, and one of them finds it made. */
export async function createDatabaseIfMissing(adminUrl: string, name: string): Promise<void> {
  const client = new Client({ connectionString: adminUrl });
  await client.connect();
  try {
    const { rowCount } = await client.query('select 1 from pg_database where datname = $1', [name]);
    if (rowCount === 0) await client.query(`create database ${client.escapeIdentifier(name)}`);
  } catch (error) {
    if (!['42P04', '23505'].includes((error as { code?: string }).code ?? '')) throw error;
  } finally {
    await client.end();
  }
}

/** Asks a given database who it is, so that a wrong address is found now and not in the first request. */
export async function describeGiven(url: string): Promise<string> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 10_000 });
  client.on('error', () => {});
  try {
    await client.connect();
    const { rows } = await client.query<{ server_version: string }>('show server_version');
    return `${client.host}:${client.port}/${client.database ?? ''} (DATABASE_URL; Postgres ${rows[0]?.server_version ?? '?'})`;
  } catch (error) {
    throw new PlainError(
      `The Postgres that DATABASE_URL names does not answer: ${messageOf(error)}`,
      'Check the address, the password and that it is running; or unset DATABASE_URL to use an embedded one.',
    );
  } finally {
    await client.end().catch(() => {});
  }
}

/** Node wraps the failures of several addresses (IPv4, IPv6) in one error without a text of its own. */
function messageOf(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(messageOf).join('; ');
  return error instanceof Error ? error.message || error.name : String(error);
}
