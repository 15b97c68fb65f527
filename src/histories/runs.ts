import { Injectable, Logger } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { EntityManager } from 'typeorm';
import { prepared } from '../database/prepared';

/** How many runs are remembered as noted; a run that was forgotten costs one statement more. */
const REMEMBERED = 20_000;

/**
 * A closed journey's run ends at once; an open one is looked at once a day. Those before the new one have ended: they are
 * looked at now.
 */
const NOTE = prepared(`
with noted as (
  insert into run (journey, run, next_at)
  select $1::uuid, $2::uuid, case when coalesce((select closed from journey where id = $1::uuid), true) then now()
    else now() + interval '1 day' end
  on conflict do nothing returning run
)
update run r set next_at = now(), looks = 0
from noted n where r.journey = $1::uuid and r.run <> n.run and not r.settled`);

/** The runs of journeys' workflows: what must be archived, and when it is looked at next. */
@Injectable()
export class Runs {
  private readonly log = new Logger('histories');
  private readonly noted = new Set<string>();

  constructor(private readonly db: DataSource) {}

  /**
   * Notes the run that answered a signal. Never throws: what is not noted now is noted at the next signal, or found by the
   * hourly check.
   */
  async heardOf(journey: string, run: string): Promise<void> {
    if (this.noted.has(run)) return;
    try {
      await this.note(this.db.manager, journey, run);
    } catch (err) {
      this.log.warn({ msg: 'a run could not be noted', journey, run, err });
      return;
    }
    if (this.noted.size >= REMEMBERED) this.noted.delete(this.noted.values().next().value!);
    this.noted.add(run);
  }

  async note(m: EntityManager, journey: string, run: string): Promise<void> {
    await m.query(NOTE, [journey, run]);
  }

  /** What is due to be looked at, the longest waiting first. */
  due(limit: number): Promise<{ journey: string; run: string }[]> {
    return this.db.query(
      'select journey, run from run where not settled and next_at <= now() order by next_at limit $1',
      [limit],
    );
  }

  /** Looked at, and kept as far as it went: for good where it has ended, else soon where its journey has closed. */
  async kept(
    m: EntityManager,
    journey: string,
    run: string,
    ended?: { at: string; how: string },
  ): Promise<void> {
    await m.query(
      `update run set settled = $3::timestamptz is not null, ended_at = $3, ended_how = $4, failing_since = null,
         owned = false, looks = looks + 1,
         next_at = case when (select closed from journey where id = $1::uuid)
           then now() + least(interval '2 seconds' * power(2, least(looks, 16)), interval '1 day')
           else now() + interval '1 day' end
       where journey = $1 and run = $2`,
      [journey, run, ended?.at ?? null, ended?.how ?? null],
    );
  }

  /** Temporal has it no longer. */
  async missing(journey: string, run: string): Promise<void> {
    await this.db.query(
      `update run set settled = true, ended_at = now(), ended_how = 'missing', failing_since = null, owned = false
       where journey = $1 and run = $2 and not settled`,
      [journey, run],
    );
  }

  /** The runs of a journey, and of which of them no whole copy is kept yet. */
  of(journey: string): Promise<{ run: string; settled: boolean }[]> {
    return this.db.query('select run, settled from run where journey = $1', [journey]);
  }

  /** Temporal has lost it with others, and one concern stands for all of them. */
  async lost(journey: string, run: string): Promise<void> {
    await this.db.query(
      `update run set settled = true, ended_at = now(), ended_how = 'missing', failing_since = null, owned = true
       where journey = $1 and run = $2 and not settled`,
      [journey, run],
    );
  }

  /** Could not be archived; tried again, ever more seldom. */
  async failed(journey: string, run: string): Promise<void> {
    await this.db.query(
      `update run set failing_since = coalesce(failing_since, now()), looks = looks + 1,
         next_at = now() + least(interval '5 seconds' * power(2, least(looks, 16)), interval '10 minutes')
       where journey = $1 and run = $2`,
      [journey, run],
    );
  }

  /** Temporal is away: the one that waits longest stands for all. */
  async waits(journey: string, run: string): Promise<void> {
    await this.db.query(
      `update run set failing_since = now() where journey = $1 and run = $2
         and not exists (select 1 from run where failing_since is not null)`,
      [journey, run],
    );
  }
}
