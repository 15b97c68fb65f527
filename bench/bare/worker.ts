import { NativeConnection, Runtime, Worker } from '@temporalio/worker';
import { Pool } from 'pg';
import { BARE_QUEUE, POOL_SIZE, fromEnv } from './settings';
import { DONE } from './tables';
import type { BareActivities } from './workflow';

/** Keeps the row and says so in one statement; a row that is there already is only announced. */
const KEEP = `
with kept as (
  insert into record (journey, n, body, at) values ($1, $2, $3, $4) on conflict (journey, n) do nothing
)
select pg_notify('${DONE}', $1 || '/' || $2)`;

/** The worker of both bare contenders: Temporal's own defaults, as ours. */
async function main(): Promise<void> {
  const settings = fromEnv();
  Runtime.install({ shutdownSignals: [] });
  const pool = new Pool({ connectionString: settings.databaseUrl, max: POOL_SIZE });
  const activities: BareActivities = {
    async keep(journey, command, at) {
      const row = settings.rows[command.n - 1];
      await pool.query(KEEP, [journey, command.n, JSON.stringify(row), at]);
      return row;
    },
  };
  const connection = await NativeConnection.connect({ address: settings.address });
  const worker = await Worker.create({
    connection,
    namespace: settings.namespace,
    taskQueue: BARE_QUEUE,
    workflowBundle: { codePath: settings.bundle },
    activities: { ...activities },
    shutdownGraceTime: '10 s',
  });
  process.once('SIGTERM', () => worker.shutdown());
  const running = worker.run();
  console.log('ready');
  await running;
  await connection.close();
  await pool.end();
}

void main();
