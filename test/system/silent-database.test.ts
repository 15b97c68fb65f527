import type { Socket } from 'node:net';
import { connect, createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import type { DataSource } from 'typeorm';
import { makeDataSource } from '../../src/database/data-source';
import { createDatabase } from '../support/database';
import type { TestDatabase } from '../support/database';
import { eventually } from './support/until';

/**
 * The network swallows what goes to Postgres, and nobody says so: no end, no error. Whoever waits for an answer must not wait
 * for ever, and the next one must be answered by a connection that lives.
 */

const ANSWER_MS = 1_000;
const POOL = 2;

let database: TestDatabase;
let db: DataSource;
let link: Awaited<ReturnType<typeof openLink>>;

/** A way to Postgres that can be made to swallow everything for those who are on it; who comes later gets through. */
const openLink = async ({ hostname, port: portOf }: URL) => {
  const port = Number(portOf);
  const pairs = new Set<[Socket, Socket]>();
  const server = createServer((near) => {
    const far = connect(port, hostname);
    near.pipe(far).pipe(near);
    for (const socket of [near, far]) socket.on('error', () => undefined);
    pairs.add([near, far]);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    swallow: () => {
      for (const [near, far] of pairs) {
        near.unpipe(far);
        far.unpipe(near);
        near.resume();
        far.resume();
      }
    },
    close: () => {
      for (const socket of [...pairs].flat()) socket.destroy();
      server.close();
    },
  };
};

beforeAll(async () => {
  database = await createDatabase();
  const url = new URL(database.url);
  link = await openLink(new URL(url));
  url.port = String(link.port);
  url.hostname = '127.0.0.1';
  db = await makeDataSource(url.href, POOL, ANSWER_MS).initialize();
});
afterAll(async () => {
  await db.destroy();
  link.close();
  await database.drop();
});

const all = <T>(act: () => Promise<T>) => Promise.allSettled(Array.from({ length: POOL }, act));

test('statements and transactions without an answer fail in time, and the pool is as large as it was', async () => {
  const begun = await Promise.all(Array.from({ length: POOL }, () => begin(db)));
  link.swallow();
  const before = performance.now();
  const ends = await Promise.allSettled(begun.map((runner) => runner.query('select 1')));
  expect(ends.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  expect(performance.now() - before).toBeLessThan(3 * ANSWER_MS);
  await Promise.allSettled(begun.map((runner) => runner.rollbackTransaction()));
  await Promise.all(begun.map((runner) => runner.release()));

  // All places of the pool at once, and again.
  for (let again = 0; again < 2; again++)
    await eventually('all are answered', async () =>
      (await all(() => db.transaction((m) => m.query('select pg_sleep(0.2)')))).every(
        ({ status }) => status === 'fulfilled',
      ),
    );
});

test('a statement that takes its time within the limit is waited for', async () => {
  await expect(db.query(`select pg_sleep(${ANSWER_MS / 2_000})`)).resolves.toHaveLength(1);
});

const begin = async (source: DataSource) => {
  const runner = source.createQueryRunner();
  await runner.startTransaction();
  return runner;
};
