import 'reflect-metadata';
import { join } from 'node:path';
import { checkpointKeyIn } from './local/checkpoint-key';
import { helpText, parseCommandLine, type Command, type CommandLine } from './local/command-line';
import { keptLinkSecret } from './local/link-secret';
import { keptMasterKeys } from './local/sealing-key';
import { requireFree } from './local/ports';
import { Interrupted, Parts, stopOnSignals } from './local/parts';
import { dataDir } from './local/paths';
import { describeFailure } from './local/plain-error';
import {
  givenDatabase,
  givenServers,
  migrateDatabase,
  ownDataDir,
  requireMigrated,
  setUpTemporal,
  startDatabase,
  startDatabaseAndTemporal,
  startServers,
  type Servers,
} from './local/servers';
import { givenTemporal } from './local/temporal';
import { log } from './logging';
import { rebuild, renew, restore } from './recovery/commands';
import type { MasterKeys } from './sealing/master-keys';
import { masterKeysOf, requireMasterKeys } from './sealing/master-keys';
import { rewrap } from './sealing/rewrap';
import { sealEarlier } from './sealing/seal-earlier';
import { downtimeSettings } from './downtime/downtime-settings';
import type { Running } from './serve';
import { runApi, runDowntime, runWatchdog, runWorker } from './serve';
import { ensureStanding, loadDirectory } from './standing';
import { AlarmBell } from './watchdog/alarm-bell';
import { alarmSettings } from './watchdog/alarm-settings';
import { postgresAnswers } from './watchdog/waiting';
import { SEARCH_ATTRIBUTES } from './temporal/journey-starter';

/** How long parts may take to drain after a signal; a supervisor's own patience must be longer. */
const GRACE_MS = 45_000;
/** How long Temporal keeps a closed journey's history. The audit trail is in Postgres, and policy says how long. */
const RETENTION_DAYS = 30;

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
    await sealTexts(servers.databaseUrl, line);
    await setUpTemporal(servers.temporal, RETENTION_DAYS, SEARCH_ATTRIBUTES);
    await tellStanding(servers.databaseUrl, line.demo, !process.env['DATABASE_URL']);
    await startWorker(parts, servers, line);
    await startDowntime(parts, servers.databaseUrl, line);
    await startWatchdog(parts, servers);
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
    await setUpTemporal(servers.temporal, RETENTION_DAYS, SEARCH_ATTRIBUTES);
    await startWorker(parts, servers, line);
    return 'The worker is polling.';
  },

  async downtime({ line, parts }) {
    // Temporal is not asked for anything.
    const databaseUrl = givenDatabase();
    await requireMigrated(databaseUrl);
    await startDowntime(parts, databaseUrl, line);
    return 'The list is kept.';
  },

  async watchdog({ parts }) {
    await startWatchdog(parts, givenServers());
    return 'The watchdog is looking.';
  },

  async migrate({ line, parts }) {
    const url = await databaseAlone(parts);
    const ran = await migrateDatabase(url);
    say(ran.length === 0 ? 'The database is up to date.' : `Migrated: ${ran.join(', ')}`);
    await sealTexts(url, line);
    await tellStanding(url, line.demo, !process.env['DATABASE_URL']);
    return undefined;
  },

  async directory({ line, parts }) {
    say(await loadDirectory(await databaseAlone(parts), line.rest[0]!));
    return undefined;
  },

  async restored({ parts }) {
    const { databaseUrl, temporal } = await databaseAndTemporal(parts);
    say(await restore(databaseUrl, temporal, say));
    return undefined;
  },

  async rebuild({ line, parts }) {
    const { databaseUrl, temporal } = await databaseAndTemporal(parts);
    const { rest } = line;
    say(
      await (rest.length > 0 ? renew(databaseUrl, temporal, rest, say) : rebuild(databaseUrl, temporal, say)),
    );
    return undefined;
  },

  async rewrap({ line, parts }) {
    say(await rewrap(await databaseAlone(parts), masterKeys(line)));
    return undefined;
  },
};

/** The database for a command that changes what stands in it, and then ends. */
async function databaseAlone(parts: Parts): Promise<string> {
  if (!process.env['DATABASE_URL']) await ownDataDir(parts);
  return startDatabase(parts);
}

/** The two servers whose contents a command puts right, and then ends. */
async function databaseAndTemporal(parts: Parts): Promise<Pick<Servers, 'databaseUrl' | 'temporal'>> {
  if (!process.env['DATABASE_URL'] || givenTemporal() === undefined) await ownDataDir(parts);
  const servers = await startDatabaseAndTemporal(parts, say);
  await requireMigrated(servers.databaseUrl);
  await setUpTemporal(servers.temporal, RETENTION_DAYS, SEARCH_ATTRIBUTES);
  return servers;
}

/** Says what decisions are made from; loads what ships where nothing was loaded. */
async function tellStanding(databaseUrl: string, demo: boolean, fictitious: boolean): Promise<void> {
  for (const line of await ensureStanding(databaseUrl, { demo, fictitious })) say(`  uses  ${line}`);
}

async function startWorker(parts: Parts, servers: Servers, line: CommandLine): Promise<void> {
  const local =
    line.command === 'all'
      ? { url: `http://${line.host}:${line.port}`, ...kept(line), checkpointKey: checkpointKeyIn(dataDir()) }
      : {};
  const worker = await runWorker(servers, local, (error) => {
    console.error(describeFailure(error).text);
    process.exit(1);
  });
  parts.add({
    name: 'worker',
    description: 'journeys, the relay of messages, the dispatcher of asks, the ledger',
    stop: () => worker.stop(),
  });
}

async function startDowntime(parts: Parts, databaseUrl: string, line: CommandLine): Promise<void> {
  const own = line.command === 'all' ? join(dataDir(), 'downtime') : undefined;
  const settings = downtimeSettings(process.env, own);
  const downtime = await runDowntime(databaseUrl, settings, masterKeys(line));
  parts.add({
    name: 'downtime',
    description: `a printable list of open duties every ${settings.everyMs / 60_000} minutes, in ${settings.folder}`,
    stop: () => downtime.stop(),
  });
}

/** It is there, and rings, before Postgres is. */
async function startWatchdog(parts: Parts, servers: Servers): Promise<void> {
  const bell = new AlarmBell(alarmSettings(process.env, servers.smtpUrl));
  const stopping = new AbortController();
  const running: { watchdog?: Running } = {};
  parts.add({
    name: 'watchdog',
    description: 'finds what stands still, and rings the alarm',
    stop: () => {
      stopping.abort();
      return running.watchdog?.stop() ?? bell.close();
    },
  });
  if (!(await postgresAnswers(servers.databaseUrl, bell, stopping.signal))) throw new Interrupted();
  await requireMigrated(servers.databaseUrl);
  running.watchdog = await runWatchdog(servers, bell);
}

/** The master keys that are given, or those kept in the data folder by a run that brings its own database along. */
const masterKeys = ({ command }: CommandLine): MasterKeys =>
  requireMasterKeys(
    masterKeysOf(process.env) ??
      (command === 'all' || !process.env['DATABASE_URL'] ? keptMasterKeys() : undefined),
  );

/** Seals what an earlier release kept in clear, where there is any. */
async function sealTexts(databaseUrl: string, line: CommandLine): Promise<void> {
  const sealed = await sealEarlier(databaseUrl, () => masterKeys(line));
  if (sealed > 0) say(`  uses  ${sealed} texts of an earlier release, sealed now`);
}

/** Both halves of a local run have the same key of links; parts that run alone are given it. */
const kept = (line: CommandLine): { linkSecret?: string } =>
  line.command === 'all' ? { linkSecret: keptLinkSecret() } : {};

async function startApi(parts: Parts, servers: Servers, line: CommandLine): Promise<string> {
  const api = await runApi(servers, { ...line, ...kept(line), masterKeys: masterKeys(line) });
  parts.add({
    name: 'api',
    description: `${api.url}/api/v1, documented at ${api.url}/docs`,
    stop: () => api.stop(),
  });
  return `Open ${api.url}`;
}

async function main(): Promise<number> {
  const line = parseCommandLine(process.argv.slice(2));
  if (line.help) {
    say(helpText);
    return 0;
  }
  if (line.command === 'all' && !process.env['LOG_LEVEL']) log.level = 'warn';
  if (line.demo) process.env['IMAGING_FAILSAFE_DATA'] ??= join(dataDir(), 'demo');
  const parts = new Parts(say);
  const stopped = stopOnSignals(parts, GRACE_MS, say);
  const forced = new Promise<number>((resolve) => void stopped.then((code) => code === 1 && resolve(code)));
  return Promise.race([forced, untilStopped({ line, parts }, stopped)]);
}

/** Runs a command until it has ended or was stopped, and leaves no part running. */
async function untilStopped({ line, parts }: Run, stopped: Promise<number>): Promise<number> {
  try {
    say('Imaging Failsafe');
    const ready = await run[line.command]({ line, parts });
    if (ready === undefined) return 0;
    say(`\n${ready}   (Ctrl-C stops everything in order)\n`);
    return await stopped;
  } catch (error) {
    if (error instanceof Interrupted) return 0;
    throw error;
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
