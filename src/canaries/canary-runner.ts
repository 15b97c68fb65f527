import { Injectable, Logger } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Rounds } from '../rounds';
import { Canaries } from './canaries';

const POLL_MS = 5_000;
/** One worker runs canaries at a time; if it dies, its connection and with it this lock is gone. */
const LOCK = `select pg_try_advisory_lock(hashtextextended('canaries', 0)) as mine`;
const UNLOCK = `select pg_advisory_unlock(hashtextextended('canaries', 0))`;

/** Runs the day's canaries, in the worker. That none ran is found by something else (`canary-watch.ts`). */
@Injectable()
export class CanaryRunner {
  private readonly log = new Logger('canaries');
  private readonly rounds = new Rounds({
    act: async () => {
      await this.round();
      return 0;
    },
    failed: (err) => this.log.error({ msg: 'canaries cannot be run now; they wait', err }),
    pollMs: POLL_MS,
  });

  constructor(
    private readonly db: DataSource,
    private readonly canaries: Canaries,
  ) {}

  start(): void {
    this.rounds.start();
  }

  /** Finishes the step that it is at, then stops. */
  stop(): Promise<void> {
    return this.rounds.stop();
  }

  /** One look. Nothing where another worker is at it. */
  async round(): Promise<void> {
    const connection = this.db.createQueryRunner();
    try {
      const [{ mine }] = (await connection.query(LOCK)) as [{ mine: boolean }];
      if (!mine) return;
      try {
        await this.canaries.look();
      } finally {
        await connection.query(UNLOCK);
      }
    } finally {
      await connection.release();
    }
  }
}
