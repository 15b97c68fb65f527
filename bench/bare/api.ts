import fastify from 'fastify';
import { Pool } from 'pg';
import { HAPPY_JOURNEY } from '../happy-journey';
import { BareDriver } from './driver';
import { POOL_SIZE, fromEnv } from './settings';

const KEEP = 'insert into inbox (journey, n, body, received_at) values ($1, $2, $3, now())';

/** The least that a durable HTTP edge does: keep what came in, signal, answer when it is recorded. */
async function main(): Promise<void> {
  const settings = fromEnv();
  const pool = new Pool({ connectionString: settings.databaseUrl, max: POOL_SIZE });
  const driver = await BareDriver.start(settings);
  const app = fastify();
  app.post<{ Params: { journey: string; n: string }; Body: Record<string, unknown> }>(
    '/journeys/:journey/:n',
    async ({ params, body }, reply) => {
      const { journey } = params;
      const n = Number(params.n);
      await pool.query(KEEP, [journey, n, JSON.stringify(body)]);
      await driver.send(journey, { n, body }, HAPPY_JOURNEY.length);
      return reply.code(n === 1 ? 201 : 200).send({ journey, n, result: 'recorded' });
    },
  );
  const address = await app.listen({ host: '127.0.0.1', port: 0 });
  console.log(`ready ${new URL(address).port}`);
  process.once('SIGTERM', () => {
    void app
      .close()
      .then(() => driver.stop())
      .then(() => pool.end());
  });
}

void main();
