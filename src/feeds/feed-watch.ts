import { Injectable, Logger } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { EntityManager } from 'typeorm';
import type { Calendar } from '../../domain/calendar';
import type { Instant } from '../../domain/vocabulary';
import { ClockPort } from '../intake/clock';
import { RulebookService } from '../policy/rulebook.service';
import { Rounds } from '../rounds';
import { FeedJourney } from './feed-journey';
import type { Quiet } from './rhythm';
import { quietUntil } from './rhythm';

const POLL_MS = 1_000;

/** A feed to be looked at, locked: no other worker looks at it meanwhile. */
interface Due {
  id: string;
  quiet: Quiet;
  registeredAt: Date;
  silentSince: Date | null;
  /** When it was heard last, or, of one that is silent, first since then; nothing where it was not. */
  heardAt: Date | null;
}

/** Feeds whose quiet is over ($1 is now), and silent ones that were heard again. Each costs one look at an index. */
const LOCK_DUE = `
select f.id, f.quiet, f.registered_at as "registeredAt", f.silent_since as "silentSince", h.at as "heardAt"
from feed f, lateral (
  select case when f.silent_since is null
    then (select max(i.received_at) from inbox i where i.feed = f.id)
    else (select min(i.received_at) from inbox i where i.feed = f.id and i.received_at > f.silent_since) end as at) h
where (f.silent_since is null and f.quiet_until <= $1) or (f.silent_since is not null and h.at is not null)
order by f.id for update of f skip locked`;

/**
 * Whether feeds are silent beyond their rhythm, worked out from what was received and the edge's clock; nothing of it is in
 * memory, so any worker finds it, also after all of them were away. One silence is one row in the feed's journey.
 */
@Injectable()
export class FeedWatch {
  private readonly log = new Logger('feeds');
  private readonly rounds = new Rounds({
    act: async () => {
      await this.look();
      return 0;
    },
    failed: (err) => this.log.error({ msg: 'feeds cannot be watched now; will be tried again', err }),
    pollMs: POLL_MS,
  });

  constructor(
    private readonly db: DataSource,
    private readonly clock: ClockPort,
    private readonly rulebooks: RulebookService,
    private readonly journey: FeedJourney,
  ) {}

  start(): void {
    this.rounds.start();
  }

  stop(): Promise<void> {
    return this.rounds.stop();
  }

  /** Looks at every feed that it is time to look at. */
  async look(): Promise<void> {
    const now = await this.clock.now();
    await this.db.transaction(async (m) => {
      const due = await m.query<Due[]>(LOCK_DUE, [now]);
      if (due.length === 0) return;
      const calendar = await this.rulebooks.calendarToday(m);
      for (const feed of due) await this.judge(m, feed, now, calendar);
    });
  }

  private async judge(m: EntityManager, feed: Due, now: Instant, calendar: Calendar): Promise<void> {
    const heard = feed.heardAt?.toISOString();
    const since = feed.silentSince?.toISOString();
    const from = heard === undefined || heard < iso(feed.registeredAt) ? iso(feed.registeredAt) : heard;
    const until = quietUntil(from, feed.quiet, calendar);
    if (since !== undefined) {
      this.log.log({ msg: 'a feed is heard again', feed: feed.id, since });
      await this.journey.note(m, feed.id, 'feed-heard', { at: heard!, since });
    } else if (until <= now) {
      this.log.warn({ msg: 'a feed is silent; the desk is asked', feed: feed.id, since: from });
      await this.journey.note(m, feed.id, 'feed-silent', { at: until, since: from });
    }
    await m.query('update feed set heard_at = $2, quiet_until = $3, silent_since = $4 where id = $1', [
      feed.id,
      heard ?? null,
      until,
      since === undefined && until <= now ? from : null,
    ]);
  }
}

const iso = (at: Date): Instant => at.toISOString();
