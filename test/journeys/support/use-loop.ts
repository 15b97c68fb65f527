import { TestWorkflowEnvironment } from '@temporalio/testing';
import type { DataSource } from 'typeorm';
import { loadPolicy } from '../../../src/policy/policy-file';
import { createDatabase } from '../../support/database';
import type { TestDatabase } from '../../support/database';
import { Loop } from '../../support/loop';
import type { LoopOptions } from '../../support/loop';
import { temporalCliPath, testBundle } from '../../support/servers';
import { quietRuntime, startTimeSkipping } from '../../support/time-skipping';

/** Everybody these tests speak of: who they are is enough here, how they are reached is the asks' concern. */
export const PEOPLE = [
  'dr-req',
  'dr-cons',
  'dr-other',
  'gp-1',
  'rep-1',
  'rep-2',
  'lead-pool',
  'lead-imaging',
  'lead-clinical',
  'lead-desk',
];
const LEADS = {
  desk: 'lead-desk',
  'reporting-pool': 'lead-pool',
  'imaging-department': 'lead-imaging',
  'clinical-lead': 'lead-clinical',
};

/** A loop of one's own: its server, its database, its time. */
export interface World {
  loop: Loop;
  database: TestDatabase;
  close(): Promise<void>;
}

/** Real time passes on a real server (an evaluation one); under this policy four hours take two seconds. */
export interface RealTime {
  /** After how many events the server suggests to continue as new. */
  suggestAfter?: number;
  /** Deletes a closed run within seconds; of itself a server takes a minute. */
  deletesSoon?: true;
}

export interface WorldOptions extends Partial<LoopOptions> {
  /** Real time; without it skipped time. Where `env` is given it stays, whoever made it stops it. */
  real?: RealTime;
}

/** What fails here fails on purpose: its log lines would hide the rest. Look at them with FAILSAFE_TEST_LOG=1. */
const loud = process.env['FAILSAFE_TEST_LOG'] !== undefined;

/** A server of skipped time, or of real time. */
export const startServer = (real?: RealTime): Promise<TestWorkflowEnvironment> => {
  quietRuntime(loud ? 'WARN' : 'ERROR');
  return real ? startRealServer(real) : startTimeSkipping();
};

export const startWorld = async ({ real, ...options }: WorldOptions = {}): Promise<World> => {
  const env = options.env ?? (await startServer(real));
  const database = await createDatabase();
  const policy = real ? { policy: { ...loadPolicy('policies/england.yaml'), secondsPerDay: 12 } } : {};
  const loop = await Loop.start({
    databaseUrl: database.url,
    bundle: testBundle(),
    ...policy,
    ...options,
    env,
  });
  if (!loud) loop.app.useLogger(false);
  await fillDirectory(loop.db);
  return {
    loop,
    database,
    close: async () => {
      await loop.stop();
      if (!options.env) await env.teardown();
      await database.drop();
    },
  };
};

/** Skipped time stands still while no worker takes a task, so tests of a worker that is away need a server of this kind. */
const startRealServer = ({ suggestAfter, deletesSoon }: RealTime): Promise<TestWorkflowEnvironment> => {
  const settings = [
    ...(suggestAfter === undefined ? [] : [`limit.historyCount.suggestContinueAsNew=${suggestAfter}`]),
    ...(deletesSoon ? DELETES_SOON : []),
  ];
  return TestWorkflowEnvironment.createLocal({
    server: {
      executable: { type: 'existing-path', path: temporalCliPath() },
      log: { format: 'pretty', level: 'never' },
      extraArgs: settings.flatMap((setting) => ['--dynamic-config-value', setting]),
    },
  });
};

/** A run is deleted once the server has taken note that its closing is dealt with: this is how often it does. */
const DELETES_SOON = ['transfer', 'visibility'].map(
  (queue) => `history.${queue}ProcessorUpdateAckInterval="1s"`,
);

/** For a test file: one world for all its tests. Call the result to get at it. */
export const useWorld = (options: WorldOptions = {}): (() => World) => {
  jest.setTimeout(60_000);
  let world: World | undefined;
  beforeAll(async () => {
    world = await startWorld(options);
  }, 60_000);
  afterAll(async () => {
    await world?.close();
  }, 60_000);
  return () => {
    if (!world) throw new Error('the loop has not started');
    return world;
  };
};

const fillDirectory = async (db: DataSource): Promise<void> => {
  await db.query(
    `insert into directory_person (id, name, email) select p, p, p || '@trust.invalid' from unnest($1::text[]) p`,
    [PEOPLE],
  );
  await db.query('insert into directory_lead (role, person) select key, value from jsonb_each_text($1)', [
    JSON.stringify(LEADS),
  ]);
};
