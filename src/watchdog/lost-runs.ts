import { Logger } from '@nestjs/common';
import type { DataSource } from 'typeorm';
import type { Limits } from './finding';
import type { TemporalLook } from './temporal-look';

/** Lists are a moment behind, and clocks differ by as much. */
const OVERLAP_MS = 5 * 60_000;
/** How far back the first look goes: a watchdog that was away for longer counts all runs at its start anyway. */
const FIRST_MS = 24 * 3_600_000;
const DAY_MS = 24 * 3_600_000;
const PAGE = 1_000;
/** Journeys that were received a moment ago may be open a moment before their run is listed. */
const SETTLED_MS = 10 * 60_000;

const STILL_OPEN = `select id from journey where id = any($1::uuid[]) and not closed and seq > 0`;
const COUNT = `select count(*)::int as n from journey where not closed`;
const NEXT_OPEN = `
select id, received_at as at from journey where not closed and seq > 0 and (received_at, id) > ($1::timestamptz, $2::uuid)
  and received_at < now() - interval '${SETTLED_MS} milliseconds'
order by received_at, id limit ${PAGE}`;

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/**
 * Open journeys whose run may be gone although nothing is due in them yet: those whose run has ended since the last look, and,
 * where Temporal has fewer open runs than there are open journeys, those that it does not list.
 */
export class LostRuns {
  private readonly log = new Logger('watchdog');
  private lookedAt = new Date(Date.now() - FIRST_MS);
  private countAt = -Infinity;
  private listAt = -Infinity;

  constructor(
    private readonly db: DataSource,
    private readonly temporal: TemporalLook,
    private readonly limits: Limits,
  ) {}

  async suspects(): Promise<string[]> {
    if (!this.temporal.listable) return [];
    const ended = await this.ended();
    // What has ended is known now, and is not told again where the long list fails.
    const unlisted = await this.unlisted().catch((err: unknown) => {
      this.log.warn({ msg: 'open runs could not be counted or listed; again in a while', err });
      return [];
    });
    return [...ended, ...unlisted];
  }

  private async ended(): Promise<string[]> {
    const now = new Date();
    const ids = await this.temporal.endedSince(new Date(this.lookedAt.getTime() - OVERLAP_MS));
    this.lookedAt = now;
    return this.stillOpen(ids);
  }

  private async stillOpen(ids: readonly string[]): Promise<string[]> {
    const own = ids.filter((id) => UUID.test(id));
    const rows = own.length === 0 ? [] : await this.db.query<{ id: string }[]>(STILL_OPEN, [own]);
    return rows.map(({ id }) => id);
  }

  /** Counted by the hour; listed where the counts differ, at the start, and once a day. */
  private async unlisted(): Promise<string[]> {
    if (performance.now() - this.countAt < this.limits.countMs) return [];
    this.countAt = performance.now();
    const [{ n }] = await this.db.query<[{ n: number }]>(COUNT);
    const fewer = (await this.temporal.countOpen()) < n;
    if (!fewer && performance.now() - this.listAt < DAY_MS) return [];
    const running = await this.temporal.openRuns();
    this.listAt = performance.now();
    const lost: string[] = [];
    let last = { at: new Date(0), id: '00000000-0000-0000-0000-000000000000' };
    for (let more = true; more;) {
      const rows = await this.db.query<(typeof last)[]>(NEXT_OPEN, [last.at, last.id]);
      lost.push(...rows.filter(({ id }) => !running.has(id)).map(({ id }) => id));
      more = rows.length === PAGE;
      last = rows.at(-1) ?? last;
    }
    return lost;
  }
}
