import { Injectable, Logger } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { readStanding } from '../directory/directory-store';
import { ClockPort } from '../intake/clock';
import { IntakeService } from '../intake/intake.service';
import { RulebookService } from '../policy/rulebook.service';
import { Rounds } from '../rounds';
import { neededOn } from './needed';

const POLL_MS = 60_000;
const SOFTWARE = { person: 'imaging-failsafe', role: 'system' } as const;
/** What is owed now, without which time it is. */
const OPEN = `select distinct regexp_replace(key, '/[0-9]+$', '') as name from obligation where kind = 'review' and ended_at is null`;

/**
 * Sees to it that each review which must always stand is owed by somebody: at the start, once a day, and whenever another policy
 * or directory stands. The same fact twice changes nothing, so it needs no lock.
 */
@Injectable()
export class ReviewKeeper {
  private readonly log = new Logger('reviews');
  private lookedAt = '';
  private readonly rounds = new Rounds({
    act: async () => {
      await this.look();
      return 0;
    },
    failed: (err) => this.log.error({ msg: 'reviews are not opened now; will be tried again', err }),
    pollMs: POLL_MS,
  });

  constructor(
    private readonly db: DataSource,
    private readonly clock: ClockPort,
    private readonly rulebooks: RulebookService,
    private readonly intake: IntakeService,
  ) {}

  start(): void {
    this.rounds.start();
  }

  stop(): Promise<void> {
    return this.rounds.stop();
  }

  /** @returns how many were opened */
  async look(): Promise<number> {
    const day = `${(await this.clock.now()).slice(0, 10)}T00:00:00.000Z`;
    const standing = await this.rulebooks.standing();
    const looked = [day, standing.policy, standing.directory].join();
    if (looked === this.lookedAt) return 0;
    const policy = await this.rulebooks.policy(standing.policy);
    // A demonstration's days last seconds: its dates would mean nothing.
    const open = await this.db.query<{ name: string }[]>(OPEN);
    const needed =
      policy.secondsPerDay === undefined
        ? neededOn(day, policy, await readStanding(this.db.manager), new Set(open.map(({ name }) => name)))
        : [];
    for (const data of needed) await this.intake.submit({ type: 'review-due', data, by: SOFTWARE });
    this.lookedAt = looked;
    return needed.length;
  }
}
