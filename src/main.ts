import 'reflect-metadata';
import { helpText, parseCommandLine, type Command, type CommandLine } from './local/command-line';
import { requireFree } from './local/ports';
import { Parts, stopOnSignals } from './local/parts';
import { describeFailure } from './local/plain-error';
import {
  givenServers,
  migrateDatabase,
  requireMigrated,
  setUpTemporal,
  startServers,
  type Servers,
} from './local/servers';
import type { SearchAttributeType } from './local/temporal-setup';

/** How long parts may take to drain after a signal; a supervisor's own patience must be longer. */
const GRACE_MS = 45_000;
/** How long Temporal keeps a closed journey's history. The audit trail is in Postgres, and policy says how long. */
const RETENTION_DAYS = 30;

export const searchAttributes: Record<string, SearchAttributeType> = {
  FailsafeStage: 'Keyword',
  FailsafeDueAt: 'Datetime',
  FailsafeSite: 'Keyword',
  FailsafeCategory: 'Keyword',
};

const say = (line: string): void => console.log(line);

interface Run {
  line: CommandLine;
  parts: Parts;
}

/** Each sub-command brings up its parts and returns the address to open; `migrate` alone ends by itself. */
const run: Record<Command, (run: Run) => Promise<string | undefined>> = {
  async all({ line, parts }) {
    await ownDataDir(parts);
    await requireFree(line.port, 'The API', 'PORT');
    const servers = await startServers(parts, say);
    await migrateDatabase(servers.databaseUrl);
    await setUpTemporal(servers.temporal, RETENTION_DAYS, searchAttributes);
    await startWorker(parts, servers, line);
    return startApi(parts, servers, line);
  },

  async api({ line, parts }) {
    await requireFree(line.port, 'The API', 'PORT');
    const servers = givenServers();
    await requireMigrated(servers.databaseUrl);
    return startApi(parts, servers, line);
  },

  async worker({ line, parts }) {
    const servers = givenServers();
    await requireMigrated(servers.databaseUrl);
    await setUpTemporal(servers.temporal, RETENTION_DAYS, searchAttributes);
    await startWorker(parts, servers, line);
    return 'The worker is polling.';
  },

  async migrate({ parts }) {
    if (!process.env['DATABASE_URL']) await ownDataDir(parts);
    const url = await startDatabase(parts);
    const ran = await migrateDatabase(url);
    say(ran.length === 0 ? 'The database is up to date.' : `Migrated: ${ran.join(', ')}`);
    return undefined;
  },
};

async function startWorker(_parts: Parts, _servers: Servers, _line: CommandLine): Promise<void> {}

async function startApi(_parts: Parts, _servers: Servers, line: CommandLine): Promise<string> {
  return `Open http://${line.host}:${line.port}`;
}

async function main(): Promise<number> {
  const line = parseCommandLine(process.argv.slice(2));
  if (line.help) {
    say(helpText);
    return 0;
  }
  const parts = new Parts(say);
  const stopped = stopOnSignals(parts, GRACE_MS, say);
  try {
    say('Imaging Failsafe');
    const ready = await run[line.command]({ line, parts });
    if (ready === undefined) return 0;
    say(`\n${ready}   (Ctrl-C stops everything in order)\n`);
    return await stopped;
  } finally {
    await parts.stop();
  }
}

void main()
  .catch((error: unknown) => {
    const { text, exitCode } = describeFailure(error);
    console.error(text);
    return exitCode;
  })
  .then((code) => process.exit(code));
