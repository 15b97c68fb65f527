import type { DataSource } from 'typeorm';
import type { JourneyActivities } from '../../../activities';
import type { Row } from '../../../domain/inputs';
import { Relay } from '../../../src/intake/relay';
import { JourneyRecord } from '../../../src/journeys/journey-record';
import { JourneyStarter } from '../../../src/temporal/journey-starter';
import { WorkerService } from '../../../src/temporal/worker.service';
import type { Loop } from '../../support/loop';
import type { Examination } from './examination';
import { eventually } from './patience';

/** The parts of the loop that a test stops, starts, and comes between. */

export const relayStops = (loop: Loop): Promise<void> => loop.app.get(Relay).stop();
export const relayStarts = (loop: Loop): void => loop.app.get(Relay).start();

export const workerStops = (loop: Loop): Promise<void> => loop.app.get(WorkerService).stop();
export const workerStarts = (loop: Loop): Promise<void> =>
  loop.app.get(WorkerService).start((error) => {
    throw error;
  });

/**
 * The worker is away when a duty's deadline comes; messages that came meanwhile and the deadline then wait for it together.
 * Needs real time.
 */
export const whileWorkerIsAway = async <T>(
  exam: Examination,
  duty: string,
  act: () => Promise<T>,
): Promise<{ rows: T; back: string }> => {
  const { loop } = exam;
  const { dueAt } = await exam.duty(duty);
  await relayStops(loop);
  await workerStops(loop);
  try {
    await sleepUntil(loop, dueAt);
    const rows = await act();
    relayStarts(loop);
    await delivered(loop.db, exam.id);
    return { rows, back: await loop.now() };
  } finally {
    relayStarts(loop);
    await workerStarts(loop);
  }
};

/** Time moves on to just after an instant, whatever waits for it. */
export const sleepUntil = async (loop: Loop, instant: string): Promise<void> =>
  loop.env.sleep(Math.max(0, Date.parse(instant) - Date.parse(await loop.now())) + 5);

/** Waits until every row of a journey has been handed to Temporal. */
export const delivered = (db: DataSource, journey: string): Promise<boolean> =>
  eventually('the rows to be delivered', async () => {
    const [row] = await db.query<{ done: boolean }[]>(
      'select delivered_n = last_n as done from delivery where journey = $1',
      [journey],
    );
    return row?.done;
  });

type Act = 'load' | 'record';
type Between<A extends Act> = (
  real: JourneyActivities[A],
  ...args: Parameters<JourneyActivities[A]>
) => ReturnType<JourneyActivities[A]>;

/** Comes between the workflow and one of its two acts. @returns what takes it away again */
export const between = <A extends Act>(loop: Loop, act: A, how: Between<A>): (() => void) => {
  const record = loop.app.get(JourneyRecord) as unknown as Record<Act, JourneyActivities[Act]>;
  const before = record[act];
  const real = before.bind(record) as JourneyActivities[A];
  record[act] = ((...args: Parameters<JourneyActivities[A]>) => how(real, ...args)) as never;
  return () => {
    record[act] = before;
  };
};

/** Rows of a journey's inbox as they are signalled. */
export const rowsOf = async (db: DataSource, journey: string): Promise<Row[]> => {
  const rows = await db.query<{ row: Row }[]>(
    `select jsonb_build_object('n', n, 'id', id, 'type', type, 'data', data,
       'by', jsonb_build_object('person', by_person, 'role', by_role),
       'receivedAt', to_char(received_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')) as row
     from inbox where journey = $1 order by n`,
    [journey],
  );
  return rows.map((r) => r.row);
};

export const epochOf = async (db: DataSource): Promise<number> => {
  const [{ epoch }] = await db.query<[{ epoch: number }]>('select epoch from standing');
  return epoch;
};

/** Signals rows by hand, in this order, as a relay would that was not told better. */
export const signal = async (
  loop: Loop,
  journey: string,
  rows: readonly Row[],
  epoch?: number,
): Promise<void> => {
  const known = epoch ?? (await epochOf(loop.db));
  for (const row of rows)
    await loop.app.get(JourneyStarter).signal(journey, 'examination', { epoch: known, row }, 5_000);
};

/** Makes the database believe that everything was delivered, so long ago: what is not there was lost. */
export const deliveredAgo = (db: DataSource, journey: string, seconds: number): Promise<unknown> =>
  db.query(
    `update delivery set delivered_n = last_n, delivered_at = now() - $2 * interval '1 second', lease_until = null
     where journey = $1`,
    [journey, seconds],
  );

/** Waits until no relay is at work on a journey. */
export const released = (db: DataSource, journey: string): Promise<boolean> =>
  eventually('the relay to be done', async () => {
    const [row] = await db.query<{ done: boolean }[]>(
      'select lease_until is null or lease_until <= now() as done from delivery where journey = $1',
      [journey],
    );
    return row?.done;
  });

/** What could not be recorded of a journey: its causes and reasons. */
export const stuckOf = (
  db: DataSource,
  journey: string,
): Promise<{ cause: string; reason: string; times: number }[]> =>
  db.query('select cause, reason, times from stuck where journey = $1 order by cause', [journey]);

const TABLES = ['evidence', 'inbox', 'delivery', 'obligation', 'ask', 'sealed', 'stuck'];

/** A backup of one journey, and the act that puts it back as it was: what a restored Postgres does to all of them. */
export const backup = async (db: DataSource, journey: string): Promise<() => Promise<void>> => {
  const name = (table: string): string => `backup_${table}_${journey.replaceAll('-', '')}`;
  await released(db, journey);
  const all = [['journey', 'id'] as const, ...TABLES.map((table) => [table, 'journey'] as const)];
  for (const [table, key] of all)
    await db.query(`create table ${name(table)} as select * from ${table} where ${key} = '${journey}'`);
  return async () => {
    await released(db, journey);
    await db.transaction(async (m) => {
      await m.query('set local session_replication_role = replica');
      for (const [table, key] of all) {
        await m.query(`delete from ${table} where ${key} = '${journey}'`);
        await m.query(`insert into ${table} select * from ${name(table)}`);
      }
    });
  };
};

export const raiseEpoch = (db: DataSource): Promise<unknown> =>
  db.query('update standing set epoch = epoch + 1');
