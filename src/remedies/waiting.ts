import type { EntityManager } from 'typeorm';

/** What of a journey waits to be tried again, and how its wait is ended. All of it is bookkeeping that may be done twice. */
export interface Waiting {
  /** Inbox rows without an outcome. */
  rows: number;
  /** Asks that were not sent yet and wait for their next try. */
  asks: number;
  /** Causes that could not be recorded. */
  stuck: number;
}

/** An ask that is held for the mail of the day waits for no try. */
const BACKING_OFF = `a.journey = $1 and a.status = 'waiting' and not a.held and a.next_try_at > now()`;

export const waitingOf = async (m: EntityManager, journey: string): Promise<Waiting> => {
  const [waiting] = await m.query<[Waiting]>(
    `select coalesce((select last_n - finished_n from delivery where journey = $1), 0) as rows,
       (select count(*)::int from ask a where ${BACKING_OFF}) as asks,
       (select count(*)::int from stuck where journey = $1) as stuck`,
    [journey],
  );
  return waiting;
};

/** Rows without an outcome are delivered now, all of them: a workflow skips what it has. */
export const deliverNow = async (m: EntityManager, journey: string): Promise<void> => {
  await m.query(
    `update delivery set delivered_at = '-infinity', redelivered = 0 where journey = $1 and finished_n < last_n`,
    [journey],
  );
  await m.query(`select pg_notify('failsafe_inbox', '')`);
};

/** Asks that wait are tried now. What is sent stays sent, and what is being sent stays with whoever sends it. */
export const tryAsksNow = async (m: EntityManager, journey: string): Promise<void> => {
  await m.query(`update ask a set next_try_at = now() where ${BACKING_OFF}`, [journey]);
  await m.query(`select pg_notify('failsafe_ask', '')`);
};

/** An ask that failed for good, while the duty still waits for exactly it and nothing else of it may have arrived. */
export interface FailedAsk {
  id: string;
  channel: string;
  purpose: 'ask' | 'stand-down';
  attempts: number;
}

const FAILED = `
select a.id, a.channel, a.purpose, a.attempts from ask a
where a.journey = $1 and a.status = 'failed' and (a.purpose = 'stand-down' or (
  exists (select 1 from obligation o where o.journey = a.journey and o.key = a.key and o.opening = a.opening
    and o.ended_at is null and o.asks = a.ask)
  and not exists (select 1 from ask s where s.journey = a.journey and s.key = a.key and s.opening = a.opening
    and s.ask = a.ask and s.recipient = a.recipient and s.purpose = a.purpose and s.status in ('waiting', 'sending', 'sent'))))
order by a.created_at, a.id`;

export const failedAsks = (m: EntityManager, journey: string): Promise<FailedAsk[]> =>
  m.query<FailedAsk[]>(FAILED, [journey]);

/**
 * The same ask again, under its own id, by which a provider knows it: a try more, and whoever gets it twice is told so. Its
 * ladder is not told a second time should it fail again.
 */
export const sendAgain = async (m: EntityManager, asks: readonly FailedAsk[], at: string): Promise<void> => {
  await m.query(
    `with again as (
       update ask set status = 'waiting', next_try_at = now(), lease_until = null
       where id = any($1::uuid[]) and status = 'failed' returning id, attempts
     )
     insert into ask_log (ask, at, attempt, what, code, source)
     select id, $2, attempts, 'noted', 'redelivered', 'remedy' from again`,
    [asks.map(({ id }) => id), at],
  );
  await m.query(`select pg_notify('failsafe_ask', '')`);
};
