import { Injectable, Logger } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { Row } from '../../domain/inputs';
import type { Subject } from '../../domain/vocabulary';
import { Listener } from '../database/listener';
import { prepared } from '../database/prepared';
import { StuckRows } from '../journeys/stuck-rows';
import { Rounds } from '../rounds';
import { measured } from '../telemetry/measures';
import { spanned, traceparentNow } from '../telemetry/tracing';
import { JourneyStarter } from '../temporal/journey-starter';
import { DELIVERED_ROW } from './delivered-row';

/**
 * Rows that have no outcome this long after their delivery are delivered again, and then ever more seldom (up to ten minutes)
 * while nothing of the journey is recorded: each delivery makes its history longer.
 */
const REDELIVER = `interval '10 seconds' * power(2, least(redelivered, 6))`;
/** A relay that died holds its journeys no longer than this. */
const LEASE = '15 seconds';
/**
 * How long Temporal may take to accept one row; it is there or it is not. With the wait after a failure this stays below the
 * ten seconds that a deadline gives to rows received before it: after an outage they must be there first.
 */
const SIGNAL_MS = 5_000;
const AFTER_FAILURE_MS = 1_000;
const JOURNEYS_AT_ONCE = 32;
/**
 * So many journeys of the backlog may be under way at once, from delivery to outcome. Temporal's task queue is first come, first
 * served: what is handed to it in thousands would be in front of everybody. One that waits longer than this, being stuck, no
 * longer counts.
 */
export const BEHIND_AT_ONCE = 4;
const UNDER_WAY = `interval '30 seconds'`;
/** While outcomes of the backlog are awaited each of them makes room for the next. */
const DRAINING_MS = 5_000;
const POLL_MS = 1_000;

/**
 * Who delivers what is bookkeeping: a crash that forgets it costs a second delivery, which is harmless, so its commit need
 * not wait for the disk. The messages themselves were kept before their senders were answered.
 */
const LAZILY = `select set_config('synchronous_commit', 'off', true)`;

interface Claimed {
  journey: string;
  subject: Subject;
  epoch: number;
  /** Whether everything unfinished is delivered, and not only what is new. */
  all: boolean;
  /** Whether some of it was delivered before. */
  again: boolean;
  rows: Row[] | null;
}

/**
 * Claims journeys that have rows to deliver (new ones, or such as have waited too long for an outcome) and returns their
 * rows in order. The lease keeps two relays from delivering one journey at a time; that they might is harmless (ADR 0002).
 * `delivered_at` is when everything unfinished was last delivered: new rows do not put off the old ones' redelivery.
 * `$1`: of the backlog (`delivery.behind`), or of what is live.
 */
const CLAIM = prepared(`
with lazily as (${LAZILY}),
due as (
  select journey from delivery
  where behind = $1 and finished_n < last_n and (lease_until is null or lease_until < now())
    and (delivered_n < last_n or delivered_at < now() - ${REDELIVER})
  order by lease_until nulls first
  limit case when $1 then greatest(0, ${BEHIND_AT_ONCE} - (
    select count(*) from delivery where behind and finished_n < delivered_n and delivered_at > now() - ${UNDER_WAY}))
    else ${JOURNEYS_AT_ONCE} end
  for update skip locked
), claimed as (
  update delivery d set lease_until = now() + interval '${LEASE}' from due where d.journey = due.journey
  returning d.journey, d.finished_n, d.delivered_n,
    case when delivered_at > now() - ${REDELIVER} then greatest(delivered_n, finished_n) else finished_n end as after_n
)
select c.journey, j.subject, (select epoch from standing) as epoch, c.after_n = c.finished_n as all, c.after_n < c.delivered_n as again, (
  select jsonb_agg(${DELIVERED_ROW} order by i.n)
  from (select * from inbox where journey = c.journey and n > c.after_n order by n limit 200) i) as rows
from lazily, claimed c join journey j on j.id = c.journey`);

const RELEASE = prepared(`
with lazily as (${LAZILY})
update delivery set lease_until = $2::int * interval '1 millisecond' + now(), delivered_n = greatest(delivered_n, $3),
  delivered_at = case when $4 then now() else delivered_at end,
  redelivered = redelivered + case when $5 then 1 else 0 end
from lazily where journey = $1`);

/**
 * Delivers inbox rows to their workflows as signals, in order, until their outcome is recorded. It may deliver twice and
 * may die anywhere: only a recorded outcome finishes a row. The backlog has a lane of its own, which what is live never waits
 * for (ADR 0028).
 */
@Injectable()
export class Relay {
  private readonly log = new Logger('relay');
  private readonly live = this.lane(() => this.deliverSome());
  private readonly behind = this.lane(() => this.deliverBacklog());
  private drainedAt = -DRAINING_MS;

  constructor(
    private readonly db: DataSource,
    private readonly starter: JourneyStarter,
    private readonly stuck: StuckRows,
    listener: Listener,
  ) {
    listener.on('failsafe_inbox', () => {
      this.live.ring();
      this.behind.ring();
    });
    listener.on('failsafe_outcome', () => {
      if (performance.now() - this.drainedAt < DRAINING_MS) this.behind.ring();
    });
  }

  start(): void {
    this.live.start();
    this.behind.start();
  }

  /** Finishes what it is delivering, then stops. */
  async stop(): Promise<void> {
    await Promise.all([this.live.stop(), this.behind.stop()]);
  }

  /** Delivers one batch of what is live. @returns of how many journeys */
  deliverSome(): Promise<number> {
    return this.deliverBatch(false);
  }

  /** Delivers one batch of the backlog, as far as there is room for it. @returns of how many journeys */
  async deliverBacklog(): Promise<number> {
    const journeys = await this.deliverBatch(true);
    if (journeys > 0) this.drainedAt = performance.now();
    return journeys;
  }

  private lane(act: () => Promise<number>): Rounds {
    const failed = (err: unknown) =>
      this.log.error({ msg: 'Postgres cannot be read; nothing is delivered', err });
    return new Rounds({ act, failed, pollMs: POLL_MS });
  }

  private async deliverBatch(behind: boolean): Promise<number> {
    const claimed = await this.db.query<Claimed[]>(CLAIM, [behind]);
    await Promise.all(claimed.map((c) => this.deliver(c)));
    return claimed.length;
  }

  private async deliver({ journey, subject, epoch, all, again, rows }: Claimed): Promise<void> {
    let last = 0;
    let waitMs = 0;
    for (const row of rows ?? []) {
      try {
        await this.signal(journey, subject, epoch, row);
        if (!again) measured().relayed.record(Math.max(0, (Date.now() - Date.parse(row.receivedAt)) / 1000));
        last = row.n;
      } catch (error) {
        waitMs = AFTER_FAILURE_MS;
        this.log.warn({ msg: 'a row cannot be delivered; it waits', journey, row: row.n, err: error });
        await this.stuck.note(journey, `row:${row.n}`, error);
        break;
      }
    }
    await this.db.query(RELEASE, [journey, waitMs, last, all && last > 0, again]);
  }

  /** The row takes the trace along with this step in it, so that its record follows the delivery. */
  private signal(journey: string, subject: Subject, epoch: number, row: Row): Promise<unknown> {
    const attributes = { 'failsafe.journey': journey, 'failsafe.row': row.n, 'failsafe.input': row.type };
    return spanned({ name: 'deliver', kind: 'producer', parent: row.trace, attributes }, () => {
      const trace = traceparentNow() ?? row.trace;
      const message = { epoch, row: trace === undefined ? row : { ...row, trace } };
      return this.starter.signal(journey, subject, message, SIGNAL_MS);
    });
  }
}
