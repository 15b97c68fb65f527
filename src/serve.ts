import { Module } from '@nestjs/common';
import type { DynamicModule, INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { Client, Connection } from '@temporalio/client';
import { NativeConnection } from '@temporalio/worker';
import { DataSource } from 'typeorm';
import { asksSettings } from './asks/asks-settings';
import type { AsksSettings } from './asks/asks-settings';
import { unprovable } from './asks/unprovable';
import { linkSecretOf } from './asks/channel-settings';
import { canarySettings } from './canaries/feeds';
import { createApi } from './api/create-api';
import { Concerns } from './concerns/concerns';
import { CoreModule } from './core.module';
import { ListWatch } from './downtime/list-watch';
import { DowntimeModule } from './downtime/downtime.module';
import type { DowntimeSettings } from './downtime/downtime-writer';
import { DowntimeWriter } from './downtime/downtime-writer';
import { ledgerSettings } from './ledger/ledger-settings';
import type { Servers } from './local/servers';
import type { MasterKeys } from './sealing/master-keys';
import { workflowBundle } from './local/workflow-bundle';
import { installTemporalRuntime, log, nestLogger } from './logging';
import { RulebookService } from './policy/rulebook.service';
import { metricsAddress, serveMetrics } from './telemetry/metrics-server';
import { Watched } from './telemetry/watched';
import { TemporalConnectionProbe } from './temporal/connection-probe';
import { TASK_QUEUE } from './temporal/journey-starter';
import { LazyTemporal } from './temporal/lazy-temporal';
import type { AlarmBell } from './watchdog/alarm-bell';
import { WatchdogModule } from './watchdog/watchdog.module';
import { Watchdog } from './watchdog/watchdog.service';
import { Engine, WorkerModule } from './temporal/worker.module';

/** After an outage Temporal is looked for every second. The library would come to wait up to two minutes, and rows with it. */
const RECONNECT = { 'grpc.max_reconnect_backoff_ms': 1_000 };

@Module({})
class WorkerProgram {}

@Module({})
class DowntimeProgram {}

@Module({})
class WatchdogProgram {}

/** Something that runs and drains when it is stopped. */
export interface Running {
  app: INestApplicationContext;
  stop(): Promise<void>;
}

/**
 * The worker as a program: journeys, the relay, the dispatcher of asks and the ledger.
 * @param local where a local run's own pages are, and the keys of its links and checkpoints; otherwise settings say
 * @param onFailure called when the worker cannot go on; the process must end, and a supervisor start it again
 */
export const runWorker = async (
  servers: Servers,
  local: {
    url?: string | undefined;
    linkSecret?: string | undefined;
    checkpointKey?: string | undefined;
  },
  onFailure: (error: unknown) => void,
): Promise<Running> => {
  const asks = asksSettings(process.env, { smtpUrl: servers.smtpUrl, ...local });
  const ledger = ledgerSettings(process.env, asks, local.checkpointKey);
  const seenAt = metricsAddress(process.env);
  installTemporalRuntime();
  const { connectionOptions, namespace } = servers.temporal;
  const connection = await Connection.connect({ ...connectionOptions, channelArgs: RECONNECT });
  const native = await NativeConnection.connect(connectionOptions);
  const client = new Client({ connection, namespace });
  const worker: DynamicModule = WorkerModule.forRoot({
    client,
    worker: {
      connection: native,
      namespace,
      taskQueue: TASK_QUEUE,
      workflows: { workflowBundle: await workflowBundle() },
      ...cacheLimit(),
    },
    searchable: true,
    watched: true,
    asks,
    ledger,
    canaries: canarySettings(process.env, local.url),
    onFailure,
  });
  const app = await NestFactory.createApplicationContext(
    { module: WorkerProgram, imports: [CoreModule.forRoot({ databaseUrl: servers.databaseUrl }), worker] },
    { logger: nestLogger, abortOnError: false },
  );
  const probe = new TemporalConnectionProbe({ client });
  const watched = new Watched(app.get(DataSource), async () => (await probe.look()) === 'up');
  const metrics = seenAt && (await serveMetrics(watched, seenAt));
  await app.get(Engine).start();
  const lists = new ListWatch(app.get(DataSource), app.get(Concerns));
  lists.start();
  await warnOfUnprovable(app, asks);
  return {
    app,
    async stop() {
      await lists.stop();
      await metrics?.stop();
      await watched.onApplicationShutdown();
      await app.close();
      await native.close();
      await connection.close();
    },
  };
};

/** The watchdog as a program: it looks at Postgres and Temporal, needs no worker, and has few connections of its own. */
export const runWatchdog = async (servers: Servers, bell: AlarmBell): Promise<Running> => {
  const watchdog = WatchdogModule.forRoot({ temporal: new LazyTemporal(servers.temporal), bell });
  const core = CoreModule.forRoot({ databaseUrl: servers.databaseUrl, poolSize: 5 });
  const app = await NestFactory.createApplicationContext(
    { module: WatchdogProgram, imports: [core, watchdog] },
    { logger: nestLogger, abortOnError: false },
  );
  app.get(Watchdog).start();
  return { app, stop: () => app.close() };
};

/** Better said when it starts than seen by the desk, to which every such ask would climb. */
const warnOfUnprovable = async (app: INestApplicationContext, asks: AsksSettings): Promise<void> => {
  const rulebooks = app.get(RulebookService);
  const { policy } = await rulebooks.standing();
  for (const msg of unprovable(await rulebooks.policy(policy), asks))
    log.warn({ msg, remedy: 'Set up the channel, or change `reach` in the policy (docs/CHANNELS.md).' });
};

/** WORKER_MAX_CACHED_WORKFLOWS caps the journeys kept in memory; without it Temporal's own default by heap size holds. */
const cacheLimit = (): { maxCachedWorkflows?: number } => {
  const limit = Number(process.env['WORKER_MAX_CACHED_WORKFLOWS']);
  return Number.isInteger(limit) && limit > 0 ? { maxCachedWorkflows: limit } : {};
};

/** The API as a program: REST, its documentation, health. */
export const runApi = async (
  servers: Servers,
  at: { host: string; port: number; linkSecret?: string | undefined; masterKeys: MasterKeys },
): Promise<Running & { url: string }> => {
  const app = await createApi({
    databaseUrl: servers.databaseUrl,
    masterKeys: at.masterKeys,
    temporal: servers.temporal,
    host: at.host,
    returning: {
      linkSecret: linkSecretOf(process.env) ?? at.linkSecret,
      notifyToken: process.env['NOTIFY_CALLBACK_TOKEN'] || undefined,
    },
  });
  await app.listen(at.port, at.host);
  const url = await app.getUrl();
  return { app, url: url.replace('[::1]', '127.0.0.1'), stop: () => app.close() };
};

/** The keeper of the list for downtime as a program: it reads who the patients are, so it has the master keys. */
export const runDowntime = async (
  databaseUrl: string,
  settings: DowntimeSettings,
  masterKeys: MasterKeys,
): Promise<Running> => {
  const core = CoreModule.forRoot({ databaseUrl, masterKeys, poolSize: 2 });
  const app = await NestFactory.createApplicationContext(
    { module: DowntimeProgram, imports: [core, DowntimeModule.forRoot(settings)] },
    { logger: nestLogger, abortOnError: false },
  );
  const writer = app.get(DowntimeWriter);
  writer.start();
  return {
    app,
    async stop() {
      await writer.stop();
      await app.close();
    },
  };
};
