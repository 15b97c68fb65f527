import type { DataSource, EntityManager } from 'typeorm';
import type { Journey } from '../../domain/journey';
import type { ChannelName, Proof } from '../../domain/reach';
import { proves } from '../../domain/reach';
import type { Category, Instant } from '../../domain/vocabulary';
import type { CallListReader } from '../call-list/call-list.reader';
import { RulebookService } from '../policy/rulebook.service';
import type { Seen, Walk } from './walks';
import { hasClimbed, proofNeeded, ruleOf } from './walks';

/** A canary whose journey is still open. */
export interface OpenCanary extends Walk {
  day: string;
  journey: string;
  number: string;
  startedAt: Instant;
  limit: Instant;
  sentAt: Instant | null;
  /** Its channel, or the desk, was seen to be reached: the call list no longer says so once it is answered. */
  isReached: boolean;
  outcome: 'passed' | 'failed' | null;
}

interface Row {
  day: string;
  name: string;
  journey: string;
  number: string;
  feed: string;
  channel: ChannelName | null;
  category: Category;
  started_at: Date;
  limit_at: Date;
  sent_at: Date | null;
  reached_at: Date | null;
  outcome: OpenCanary['outcome'];
}

const OPEN = `select *, day::text as day from canary where closed_at is null order by started_at, name`;
const LOOK = `
select j.state, coalesce(d.last_n - d.finished_n, 0) as waiting, j.policy
from journey j left join delivery d on d.journey = j.id where j.id = $1`;
/** Each person who was asked about the report, in order. */
const ASKED = `
select e.body #>> '{askedNow,person}' as person from evidence e
where e.journey = $1 and e.type in ('opened', 'asked') and e.body ->> 'key' = 'acknowledge:r1' and (e.body ->> 'asks')::int > 0
order by e.seq`;
const PROOFS_OF = `
select a.proof from ask a where a.journey = $1 and a.key = 'acknowledge:r1' and a.purpose = 'ask'
  and split_part(a.channel, '#', 1) = $2`;

/** What is on record of canaries, and what can be seen of each: in the evidence, in the outbox and on the call list. */
export class CanarySight {
  constructor(
    private readonly db: DataSource,
    private readonly rulebooks: RulebookService,
    private readonly calls: CallListReader,
    /** What each channel can prove as it is set up. */
    private readonly gives: Readonly<Record<ChannelName, readonly Proof[]>>,
  ) {}

  async open(): Promise<OpenCanary[]> {
    const rows = await this.db.query<Row[]>(OPEN);
    return rows.map(({ started_at, limit_at, sent_at, reached_at, channel, ...row }) => ({
      ...row,
      ...(channel === null ? {} : { channel }),
      startedAt: started_at.toISOString(),
      limit: limit_at.toISOString(),
      sentAt: sent_at?.toISOString() ?? null,
      isReached: reached_at !== null,
    }));
  }

  /** The names that were started on the day of this instant. */
  async startedOn(now: Instant): Promise<ReadonlySet<string>> {
    const rows = await this.db.query<{ name: string }[]>('select name from canary where day = $1::date', [
      now.slice(0, 10),
    ]);
    return new Set(rows.map(({ name }) => name));
  }

  /** Throws where another worker has started it, so that no second journey stays. */
  async started(
    m: EntityManager,
    { name, feed, channel, category }: Walk,
    is: { journey: string; number: string; now: Instant; limit: Instant },
  ): Promise<void> {
    await m.query(
      `insert into canary (day, name, journey, number, feed, channel, category, started_at, limit_at)
       values ($1::date, $2, $3, $4, $5, $6, $7, $8, $9)`,
      [is.now.slice(0, 10), name, is.journey, is.number, feed, channel ?? null, category, is.now, is.limit],
    );
  }

  async sent({ day, name }: OpenCanary, now: Instant): Promise<void> {
    await this.db.query('update canary set sent_at = $3 where day = $1::date and name = $2', [
      day,
      name,
      now,
    ]);
  }

  async failed(m: EntityManager, { day, name }: OpenCanary, failure: string, now: Instant): Promise<void> {
    await m.query(
      `update canary set outcome = 'failed', failure = $3, ended_at = $4 where day = $1::date and name = $2`,
      [day, name, failure, now],
    );
  }

  /** Its journey has closed. One that had not failed by then has passed. */
  async closed({ day, name }: OpenCanary, now: Instant): Promise<void> {
    await this.db.query(
      `update canary set closed_at = $3, outcome = coalesce(outcome, 'passed'), ended_at = coalesce(ended_at, $3)
       where day = $1::date and name = $2`,
      [day, name, now],
    );
  }

  /** Nothing where nothing has been recorded of its journey. */
  async of(canary: OpenCanary, now: Instant): Promise<Seen | undefined> {
    const [row] = await this.db.query<{ state: Journey | null; waiting: number; policy: string }[]>(LOOK, [
      canary.journey,
    ]);
    if (!row?.state) return undefined;
    const reached = canary.isReached || (await this.reached(canary, row.policy));
    if (reached && !canary.isReached)
      await this.db.query('update canary set reached_at = $3 where day = $1::date and name = $2', [
        canary.day,
        canary.name,
        now,
      ]);
    return { state: row.state, waiting: row.waiting, reached };
  }

  private async reached({ journey, channel, category }: OpenCanary, pinned: string): Promise<boolean> {
    const policy = await this.rulebooks.policy(pinned);
    if (channel === undefined) {
      const asked = await this.db.query<{ person: string }[]>(ASKED, [journey]);
      const { ladder } = ruleOf(policy, category);
      return hasClimbed(
        policy.ladders[ladder]!,
        asked.map(({ person }) => person),
      );
    }
    if (channel === 'phone') return this.calls.names(journey);
    const asks = await this.db.query<{ proof: Proof | null }[]>(PROOFS_OF, [journey, channel]);
    const needed = proofNeeded(policy, category, this.gives[channel]);
    return asks.some(({ proof }) => proves(proof, needed));
  }
}
