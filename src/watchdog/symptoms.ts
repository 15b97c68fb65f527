import type { DataSource } from 'typeorm';
import type { Instant } from '../../domain/vocabulary';
import type { Finding, Limits } from './finding';
import { since } from './finding';

/**
 * What can be seen in Postgres alone that something stands still. Each query reads what is due or unfinished, and nothing of the
 * journeys that wait as they should. Clinical instants are held to the edge's clock, waits of our own to this server's.
 */

/** Rows read at once, and at most of each kind in one sweep: beyond that something is wrong with the whole service. */
export const PAGE = 500;
export const MOST = 20_000;

/** A symptom: what is amiss with which journey, and whether all there are of its kind were read. */
export interface Symptoms {
  found: Finding[];
  whole: boolean;
}

const DUE = `
select j.id as journey, j.next_due_at as at from journey j
where not j.closed and j.next_due_at < $1 and (j.next_due_at, j.id) > ($2::timestamptz, $3::uuid)
order by j.next_due_at, j.id limit ${PAGE}`;

interface Due {
  journey: string;
  at: Date;
}
const FIRST: Due = { journey: '00000000-0000-0000-0000-000000000000', at: new Date(0) };

const before = (now: Instant, ms: number): Date => new Date(Date.parse(now) - ms);

/** Open journeys whose next deadline has passed, and nothing was recorded. */
export const deadlinesPassed = async (db: DataSource, now: Instant, limits: Limits): Promise<Symptoms> => {
  const found: Finding[] = [];
  let last = FIRST;
  for (let more = true; more && found.length < MOST;) {
    const rows = await db.query<Due[]>(DUE, [before(now, limits.lateMs), last.at, last.journey]);
    for (const { journey, at } of rows)
      found.push({
        code: 'deadline-passed',
        journey,
        ref: journey,
        reason: `A deadline passed ${since(Date.parse(now) - at.getTime())} ago, and nobody was asked.`,
        remedy: 'replay',
      });
    more = rows.length === PAGE;
    last = rows.at(-1) ?? last;
  }
  return { found, whole: found.length < MOST };
};

/** The oldest row of each journey that has no outcome. `delivered`: it was handed to the journey's workflow. */
const UNFINISHED = `
select d.journey, i.n, i.received_at as at, d.delivered_n >= i.n as delivered, d.redelivered
from delivery d join inbox i on i.journey = d.journey and i.n = d.finished_n + 1
where d.finished_n < d.last_n and i.received_at < $1
order by i.received_at limit ${MOST}`;

interface Unfinished extends Due {
  n: number;
  delivered: boolean;
  redelivered: number;
}

/** What was handed over and got no outcome, and what waits to be handed over. */
export interface Rows extends Symptoms {
  undelivered: { n: number; oldestMs: number };
}

/** Rows of the inbox that were delivered, and whose outcome is not recorded. */
export const rowsUnanswered = async (db: DataSource, now: Instant, limits: Limits): Promise<Rows> => {
  const rows = await db.query<Unfinished[]>(UNFINISHED, [before(now, limits.lateMs)]);
  const age = (at: Date): number => Date.parse(now) - at.getTime();
  const waiting = rows.filter((row) => !row.delivered);
  return {
    whole: rows.length < MOST,
    undelivered: { n: waiting.length, oldestMs: waiting[0] ? age(waiting[0].at) : 0 },
    found: rows
      .filter((row) => row.delivered)
      .map(({ journey, n, at, redelivered }) => ({
        code: 'row-unanswered',
        journey,
        ref: journey,
        reason: `Message ${n} was received ${since(age(at))} ago and has no outcome; delivered again ${redelivered} times.`,
        remedy: 'redeliver',
      })),
  };
};

/** A record that succeeds takes these rows away: what is there is not mended. The relay's own are about Temporal. */
const STUCK = `
select s.journey, min(s.first_at) as at, sum(s.times)::int as times, now() as now,
  (array_agg(s.cause order by s.last_at desc))[1] as cause, (array_agg(s.reason order by s.last_at desc))[1] as reason
from stuck s where s.reason not like 'ServiceError%' and s.first_at < now() - $1::int * interval '1 millisecond'
group by s.journey order by 2 limit ${MOST}`;

interface Stuck extends Due {
  times: number;
  now: Date;
  cause: string;
  reason: string;
}

/** What cannot be recorded. A row that never can be is set aside; what is due is recorded once the cause is mended. */
export const recordsStuck = async (db: DataSource, limits: Limits): Promise<Symptoms> => {
  const rows = await db.query<Stuck[]>(STUCK, [limits.lateMs]);
  return {
    whole: rows.length < MOST,
    found: rows.map(({ journey, at, times, now, cause, reason }) => ({
      code: 'record-stuck',
      journey,
      ref: journey,
      reason: `"${cause}" could not be recorded for ${since(now.getTime() - at.getTime())} (${reason}, tried ${times} times).`,
      remedy: cause.startsWith('row:') ? 'quarantine' : 'resume',
    })),
  };
};

/**
 * Asks that are due and that no dispatcher has taken, and those that fail again and again: `$1` late and `$2` failing, both in
 * milliseconds, `$3` now by the edge's clock. The longest wait between two tries is ten minutes.
 */
const UNSENT = `
select a.journey, a.id, a.attempts, a.failure, a.next_try_at as at, now() as now,
  a.next_try_at < now() - $1::int * interval '1 millisecond' as untaken
from ask a
where a.status in ('waiting', 'sending') and a.next_try_at < now() + interval '10 minutes' and not a.held
  and ((a.next_try_at < now() - $1::int * interval '1 millisecond' and coalesce(a.lease_until, '-infinity') < now())
    or (a.attempts >= 4 and a.created_at < $3::timestamptz - $2::int * interval '1 millisecond'))
order by a.next_try_at limit ${MOST}`;

interface Unsent extends Due {
  id: string;
  attempts: number;
  failure: string | null;
  now: Date;
  untaken: boolean;
}

/** Asks that do not go out. What is held for the mail of the day waits as it should. */
export const asksUnsent = async (db: DataSource, now: Instant, limits: Limits): Promise<Symptoms> => {
  const rows = await db.query<Unsent[]>(UNSENT, [limits.lateMs, limits.askFailingMs, now]);
  return {
    whole: rows.length < MOST,
    found: rows.map((row) => ({
      code: 'ask-unsent',
      journey: row.journey,
      ref: row.id,
      reason: row.untaken
        ? `An ask is due since ${since(row.now.getTime() - row.at.getTime())}, and no dispatcher takes it.`
        : `An ask was tried ${row.attempts} times and does not go out (${row.failure ?? 'no answer'}).`,
      remedy: 'redeliver',
    })),
  };
};
