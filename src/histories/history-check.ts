import { Injectable } from '@nestjs/common';
import type { Client } from '@temporalio/client';
import { DataSource } from 'typeorm';
import type { Inputs } from '../../domain/inputs';
import { Concerns } from '../concerns/concerns';

const OURS = `WorkflowType = 'imagingJourney'`;
/** Temporal shows what has closed a moment later, and clocks differ by as much. */
const OVERLAP_MS = 10 * 60_000;
/** What is counted: well within Temporal's retention. */
const COUNTED_MS = 7 * 86_400_000;
/** How long a failing archive is left to its own retries, and a closed run to the archiver. */
const OWNED_AFTER = `interval '1 hour'`;
const LISTED_AT_ONCE = 200;
const OWNED_AT_ONCE = 100;
/** For a whole listing. */
const PATIENCE_MS = 5 * 60_000;

/** A run as Temporal lists it. */
interface Listed {
  journey: string;
  run: string;
  started: string;
  closed: string | null;
}

/** What must be owned about a run. */
interface Amiss {
  journey: string;
  run: string;
  code: Inputs['concern']['code'];
  at: Date;
}

const FAILING = `
select journey, run, 'history-not-archived' as code, failing_since as at from run
where failing_since < now() - ${OWNED_AFTER} and not owned
union all
select journey, run, 'history-missing', ended_at from run where ended_how = 'missing' and not owned
order by at limit ${OWNED_AT_ONCE}`;

/**
 * Notes what was listed and is not known, has what is closed and not kept whole archived at once, and says what of it must be
 * owned: a run that began since runs are noted ($2) and was not, and one that has had no whole copy for an hour.
 */
const COMPARE = `
with listed as (
  select * from jsonb_to_recordset($1::jsonb) as l(journey uuid, run uuid, started timestamptz, closed timestamptz)
), noted as (
  insert into run (journey, run, next_at)
  select journey, run, case when closed is null then now() + interval '1 day' else now() end from listed
  on conflict do nothing returning journey, run
), lacking as (
  select l.journey, l.run, l.closed from listed l where l.closed is not null and not exists (
    select 1 from history_archive a where a.journey = l.journey and a.run = l.run and a.whole)
), again as (
  update run r set settled = false, ended_at = null, ended_how = null, next_at = now(), looks = 0
  from lacking l where r.journey = l.journey and r.run = l.run
  returning r.journey, r.run, r.owned
)
select n.journey, n.run, 'run-not-noted' as code, l.started as at
from noted n join listed l using (journey, run) where l.closed is not null and l.started > $2
union all
select a.journey, a.run, 'history-not-archived', l.closed
from again a join lacking l using (journey, run) where not a.owned and l.closed < now() - ${OWNED_AFTER}`;

/** Compares the runs that Temporal has with those that are noted and archived, and sees to it that what is amiss is owned. */
@Injectable()
export class HistoryCheck {
  constructor(
    private readonly db: DataSource,
    private readonly client: Client,
    private readonly concerns: Concerns,
  ) {}

  /** Whether the last one was an hour ago. */
  async isDue(): Promise<boolean> {
    const [{ due }] = await this.db.query<[{ due: boolean }]>(
      `select max(at) < now() - interval '1 hour' as due from history_check`,
    );
    return due;
  }

  /**
   * @param stopping asked between runs; a check that was broken off is made again
   * @returns what was found and is owned from now on
   */
  async check(stopping: () => boolean = () => false): Promise<Amiss[]> {
    const found = await this.ownAll(FAILING, []);
    const [{ noting, since, now }] = await this.db.query<[Record<'noting' | 'since' | 'now', Date>]>(
      'select min(at) as noting, max(at) as since, now() as now from history_check',
    );
    const first = noting.getTime() === since.getTime();
    const recent = ` and CloseTime > '${before(since, OVERLAP_MS)}'`;
    // At first everything: journeys may have run before their runs were noted.
    found.push(...(await this.compare(first ? OURS : OURS + recent, noting, stopping)));
    if (!stopping()) found.push(...(await this.count(now, noting, stopping)));
    return found;
  }

  /** Counts closed runs against whole copies; where there are fewer copies, each run is looked at. */
  private async count(now: Date, noting: Date, stopping: () => boolean): Promise<Amiss[]> {
    const [from, until] = [before(now, COUNTED_MS), before(now, OVERLAP_MS)];
    const query = `${OURS} and CloseTime between '${from}' and '${until}'`;
    const { count: closed } = await this.inTime(() => this.client.workflow.count(query));
    const [{ archived }] = await this.db.query<[{ archived: number }]>(
      `select count(*)::int as archived from run r where settled and ended_at between $1 and $2 and exists (
         select 1 from history_archive a where a.journey = r.journey and a.run = r.run and a.whole)`,
      [from, until],
    );
    await this.db.query('insert into history_check (closed, archived) values ($1, $2)', [closed, archived]);
    return archived < closed ? this.compare(query, noting, stopping) : [];
  }

  private compare(query: string, noting: Date, stopping: () => boolean): Promise<Amiss[]> {
    const found: Amiss[] = [];
    let batch: Listed[] = [];
    const settle = async (): Promise<void> => {
      found.push(...(await this.ownAll(COMPARE, [JSON.stringify(batch), noting])));
      batch = [];
    };
    return this.inTime(async () => {
      for await (const { workflowId, runId, startTime, closeTime } of this.client.workflow.list({ query })) {
        if (stopping()) break;
        const [started, closed] = [startTime.toISOString(), closeTime?.toISOString() ?? null];
        if (UUID.test(workflowId)) batch.push({ journey: workflowId, run: runId, started, closed });
        // Somebody has started our workflow by hand, for no journey: its id may say anything.
        else await this.concerns.raise({ at: started, code: 'run-not-noted', ref: runId });
        if (batch.length === LISTED_AT_ONCE) await settle();
      }
      await settle();
      return found;
    });
  }

  /** What a query finds amiss is owned in the transaction in which it is noted. */
  private ownAll(query: string, params: unknown[]): Promise<Amiss[]> {
    return this.db.transaction(async (m) => {
      const found = await m.query<Amiss[]>(query, params);
      for (const { journey, run, code, at } of found) {
        await this.concerns.raise({ at: at.toISOString(), code, ref: journey }, m);
        if (code !== 'run-not-noted')
          await m.query('update run set owned = true where journey = $1 and run = $2', [journey, run]);
      }
      return found;
    });
  }

  private inTime<T>(act: () => Promise<T>): Promise<T> {
    return this.client.withDeadline(Date.now() + PATIENCE_MS, act);
  }
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

const before = (at: Date, ms: number): string => new Date(at.getTime() - ms).toISOString();
