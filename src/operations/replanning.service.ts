import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { EntityManager } from 'typeorm';
import type { Actor } from '../../domain/inputs';
import type { Policy } from '../../domain/policy';
import { NO_CANARY } from '../canaries/no-canary';
import { ClockPort } from '../intake/clock';
import { appendRow } from '../intake/inbox';
import type { JourneyFilter } from '../journeys/journey-list';
import { matching } from '../journeys/journey-list';
import type { BankHolidays } from '../policy/bank-holidays';
import { changedDays } from '../policy/changed-days';
import type { ChangedDay } from '../policy/changed-days';
import { requirePolicy } from '../policy/require-policy';
import { RulebookService } from '../policy/rulebook.service';

/** How many journeys an act touched. */
export interface Replanned {
  journeys: number;
}

/**
 * What changes many journeys' deadlines. A deadline that was decided stays as it is until a re-plan, which is a row in the
 * journey's own inbox; the rows are written in the transaction of what makes them necessary.
 */
@Injectable()
export class Replanning {
  constructor(
    private readonly db: DataSource,
    private readonly rulebooks: RulebookService,
    private readonly clock: ClockPort,
  ) {}

  /** Keeps a policy and makes it stand for new journeys. Those that are open stay pinned to theirs until they are re-planned. */
  async loadPolicy(policy: Policy): Promise<string> {
    return this.db.transaction((m) => this.rulebooks.keepPolicy(policy, true, m));
  }

  /** Makes a table of bank holidays stand, and re-plans each open journey whose deadlines lie around a day that changed. */
  async loadCalendar(table: BankHolidays, by: Actor): Promise<Replanned & { hash: string }> {
    return this.db.transaction(async (m) => {
      const before = await m.query<{ calendar: string | null }[]>('select calendar from standing for update');
      const old = before[0]?.calendar;
      const changed = changedDays(old == null ? undefined : await this.rulebooks.calendar(old, m), table);
      const hash = await this.rulebooks.keepCalendar(table, m);
      return { hash, ...(await this.replan(m, await touched(m, changed), {}, by)) };
    });
  }

  /** Re-plans the open journeys that a filter picks, under a policy where one is named. */
  async replanMany(filter: JourneyFilter, policy: string | undefined, by: Actor): Promise<Replanned> {
    return this.db.transaction(async (m) => {
      await requirePolicy(m, policy);
      const where = matching(filter).only('not j.closed');
      const rows = await m.query<{ id: string }[]>(
        `select j.id from journey j ${where} order by j.id`,
        where.params,
      );
      return this.replan(m, rows, policy === undefined ? {} : { policy }, by);
    });
  }

  private async replan(
    m: EntityManager,
    journeys: readonly { id: string }[],
    data: { policy?: string },
    by: Actor,
  ): Promise<Replanned> {
    const receivedAt = await this.clock.now();
    for (const { id } of journeys) await appendRow(m, id, { type: 'replan', data, by, receivedAt });
    return { journeys: journeys.length };
  }
}

/** Open journeys of a nation with an open obligation whose time lies around one of its changed days; in order, against deadlocks. */
const touched = (m: EntityManager, changed: readonly ChangedDay[]): Promise<{ id: string }[]> =>
  m.query<{ id: string }[]>(
    `select distinct j.id from journey j
     join policy p on p.hash = j.policy
     join obligation o on o.journey = j.id and o.ended_at is null
     join jsonb_to_recordset($1::jsonb) as c(nation text, day date) on c.nation = p.body->>'nation'
     where not j.closed and ${NO_CANARY} and o.clock_from < c.day + 2 and o.limit_at >= c.day - 1
     order by j.id`,
    [JSON.stringify(changed)],
  );
