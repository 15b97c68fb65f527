import { Injectable, Logger } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { Row } from '../../domain/inputs';
import { Listener } from '../database/listener';
import { JourneyStarter } from '../temporal/journey-starter';

/** Rows that have no outcome this long after their delivery are delivered again. */
const REDELIVER = '10 seconds';
/** A relay that died holds its journeys no longer than this. */
const LEASE = '15 seconds';
const JOURNEYS_AT_ONCE = 32;
const POLL_MS = 1_000;

interface Claimed {
  journey: string;
  epoch: number;
  rows: Row[];
}

/**
 * Claims journeys that have rows to deliver (new ones, or such as have waited too long for an outcome) and returns their
 * rows in order. The lease keeps two relays from delivering one journey at a time; that they might is harmless (PROTOCOL).
 */
const CLAIM = `
with due as (
  select journey from delivery
  where finished_n < last_n and (lease_until is null or lease_until < now())
    and (delivered_n < last_n or delivered_at < now() - interval '${REDELIVER}')
  order by lease_until nulls first limit ${JOURNEYS_AT_ONCE} for update skip locked
), claimed as (
  update delivery d set lease_until = now() + interval '${LEASE}' from due where d.journey = due.journey
  returning d.journey,
    case when d.delivered_n < d.last_n and d.delivered_at > now() - interval '${REDELIVER}'
         then greatest(d.delivered_n, d.finished_n) else d.finished_n end as after_n
)
select c.journey, s.epoch, (
  select jsonb_agg(jsonb_strip_nulls(jsonb_build_object('n', i.n, 'id', i.id, 'type', i.type, 'data', i.data,
      'by', jsonb_build_object('person', i.by_person, 'role', i.by_role),
      'receivedAt', to_char(i.received_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
      'ifMatch', i.if_match, 'queries', i.queries)) order by i.n)
  from (select * from inbox where journey = c.journey and n > c.after_n order by n limit 200) i) as rows
from claimed c cross join standing s`;

const RELEASE = `
update delivery set lease_until = $2::int * interval '1 millisecond' + now(), delivered_at = now(),
  delivered_n = greatest(delivered_n, $3) where journey = $1`;

/**
 * Delivers inbox rows to their workflows as signals, in order, until their outcome is recorded. It may deliver twice and
 * may die anywhere: only a recorded outcome finishes a row.
 */
@Injectable()
export class Relay {
  private readonly log = new Logger('relay');
  private stopping = false;
  private running: Promise<void> = Promise.resolve();
  private nudge: () => void = () => undefined;

  constructor(
    private readonly db: DataSource,
    private readonly starter: JourneyStarter,
    listener: Listener,
  ) {
    listener.on('failsafe_inbox', () => this.nudge());
  }

  start(): void {
    this.stopping = false;
    this.running = this.run();
  }

  /** Finishes what it is delivering, then stops. */
  async stop(): Promise<void> {
    this.stopping = true;
    this.nudge();
    await this.running;
  }

  private async run(): Promise<void> {
    while (!this.stopping) {
      const woken = this.woken();
      const busy = await this.deliverSome().catch((error: unknown) => {
        this.log.error({ msg: 'Postgres cannot be read; nothing is delivered', err: error });
        return false;
      });
      if (!busy && !this.stopping) await woken;
    }
  }

  /** Delivers one batch. @returns whether there was anything to deliver */
  async deliverSome(): Promise<boolean> {
    const claimed = await this.db.query<Claimed[]>(CLAIM);
    await Promise.all(claimed.map((c) => this.deliver(c)));
    return claimed.length > 0;
  }

  private async deliver({ journey, epoch, rows }: Claimed): Promise<void> {
    let last = 0;
    let waitMs = 0;
    try {
      for (const row of rows ?? []) {
        await this.starter.signal(journey, { epoch, row });
        last = row.n;
      }
    } catch (error) {
      waitMs = 2_000;
      this.log.warn({ msg: 'Temporal cannot be reached; the rows wait', journey, err: error });
    }
    await this.db.query(RELEASE, [journey, waitMs, last]);
  }

  private woken(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, POLL_MS);
    this.nudge = () => {
      clearTimeout(timer);
      resolve();
    };
    return promise;
  }
}
