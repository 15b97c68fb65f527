import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { EntityManager } from 'typeorm';
import type { Actor } from '../../domain/inputs';
import { UNUSABLE } from '../../domain/refusals';
import type { Instant } from '../../domain/vocabulary';
import { Problem } from '../api/problems';
import { ClockPort } from '../intake/clock';
import { FeedJourney } from './feed-journey';
import type { CountsView, StatementBody, StatementView } from './feeds-schema';

/**
 * Where a row is: kept and not usable, of no examination yet, or matched. `$1` the feed, `$2` from, `$3` until before, `$4` the
 * codes of refusals that make a row unusable.
 */
const PLACES = `
select i.type, count(*)::int as rows, count(*) filter (where i.outcome is null)::int as waiting,
  case when i.type = 'unusable' or i.outcome ->> 'code' = any($4) then 'quarantined'
    when j.subject = 'unmatched' and j.merged_into is null then 'unmatched' else 'matched' end as place
from inbox i join journey j on j.id = i.journey
where i.feed = $1 and i.received_at >= $2 and i.received_at < $3 group by i.type, place`;

/** From the inbox alone, so that what has no place shows as missing. */
const RECEIVED = `
select type, count(*)::int as rows from inbox
where feed = $1 and received_at >= $2 and received_at < $3 group by type`;

type Place = 'matched' | 'unmatched' | 'quarantined';
type Window = { from: Instant; to: Instant };

const sum = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0);

/** What was received of a feed and where it is, and how that compares with what its source says. */
@Injectable()
export class FeedCounts {
  constructor(
    private readonly db: DataSource,
    private readonly clock: ClockPort,
    private readonly journey: FeedJourney,
  ) {}

  async count(feed: string, { from, to }: Window): Promise<CountsView> {
    await this.known(this.db.manager, feed);
    // One snapshot, or a row could be received between the two.
    return this.db.transaction('REPEATABLE READ', async (m) => {
      const received = await this.received(m, feed, { from, to });
      const rows = await m.query<{ type: string; rows: number; waiting: number; place: Place }[]>(PLACES, [
        feed,
        from,
        to,
        UNUSABLE,
      ]);
      const of = (place: Place, type?: string): number =>
        sum(rows.filter((r) => r.place === place && (type ?? r.type) === r.type).map((r) => r.rows));
      const places = (type?: string) => ({
        matched: of('matched', type),
        unmatched: of('unmatched', type),
        quarantined: of('quarantined', type),
      });
      return {
        feed,
        from,
        to,
        received: sum(Object.values(received)),
        ...places(),
        waiting: sum(rows.map((r) => r.waiting)),
        byType: Object.fromEntries(
          Object.entries(received).map(([type, n]) => [type, { received: n, ...places(type) }]),
        ),
      };
    });
  }

  /** Keeps what a source says that it sent. A difference is owned by the desk; the same words again change nothing. */
  async state(feed: string, { from, to, sent, byType }: StatementBody, by: Actor): Promise<StatementView> {
    const at = await this.clock.now();
    if (to > at)
      throw new Problem('invalid-body', { errors: [{ pointer: '/to', message: 'is not over yet' }] });
    return this.db.transaction(async (m) => {
      await this.known(m, feed, by);
      const received = await this.received(m, feed, { from, to });
      const total = sum(Object.values(received));
      const types = differing(byType, received);
      const view = { sent, received: total, differs: sent !== total || types.length > 0, types };
      const stated = [feed, from, to, sent, JSON.stringify(byType ?? null), total, JSON.stringify(received)];
      const repeated = await m.query<unknown[]>(REPEATED, stated);
      if (repeated.length > 0) return view;
      await m.query(KEEP, [...stated, at, by.person, view.differs]);
      if (view.differs)
        await this.journey.note(m, feed, 'feed-differs', {
          at,
          from,
          to,
          sent,
          received: total,
          ...(types.length > 0 ? { types } : {}),
        });
      return view;
    });
  }

  private async received(
    m: EntityManager,
    feed: string,
    { from, to }: Window,
  ): Promise<Record<string, number>> {
    const rows = await m.query<{ type: string; rows: number }[]>(RECEIVED, [feed, from, to]);
    return Object.fromEntries(rows.map((r) => [r.type, r.rows]));
  }

  /** The feed, one statement at a time. A source system speaks for itself alone. */
  private async known(m: EntityManager, feed: string, by?: Actor): Promise<void> {
    const [row] = await m.query<{ own: boolean }[]>(
      `select exists (select 1 from feed_principal where feed = f.id and principal = $2) as own
       from feed f where id = $1 ${by ? 'for no key update' : ''}`,
      [feed, by?.person ?? ''],
    );
    if (!row) throw new Problem('unknown-feed');
    if (by?.role === 'system' && !row.own) throw new Problem('not-permitted');
  }
}

const differing = (
  said: StatementBody['byType'],
  received: Readonly<Record<string, number>>,
): StatementView['types'] => {
  if (said === undefined) return [];
  return [...new Set([...Object.keys(said), ...Object.keys(received)])]
    .sort()
    .map((type) => ({
      type,
      sent: (said as Record<string, number>)[type] ?? 0,
      received: received[type] ?? 0,
    }))
    .filter((line) => line.sent !== line.received);
};

/** The last statement about this time said just this, and as much had been received. */
const REPEATED = `
select 1 from (select * from feed_statement where feed = $1 and since = $2 and until = $3 order by id desc limit 1) s
where s.sent = $4 and s.sent_by_type is not distinct from nullif($5::jsonb, 'null') and s.received = $6
  and s.received_by_type = $7::jsonb`;

const KEEP = `
insert into feed_statement (feed, since, until, sent, sent_by_type, received, received_by_type, at, by_person, differs)
values ($1, $2, $3, $4, nullif($5::jsonb, 'null'), $6, $7, $8, $9, $10)`;
