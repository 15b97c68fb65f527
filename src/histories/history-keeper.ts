import { Injectable, Logger } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Rounds } from '../rounds';
import { Archiver, BATCH } from './archiver';
import { HistoryCheck } from './history-check';

const POLL_MS = 2_000;
const LOOK_MS = 60_000;
/** One worker keeps histories at a time; if it dies, its connection and with it this lock is gone. */
const LOCK = `select pg_try_advisory_lock(hashtextextended('histories', 0)) as mine`;
const UNLOCK = `select pg_advisory_unlock(hashtextextended('histories', 0))`;

/** Archives histories as they are due, and checks once an hour that none is missing. Beside the relay, in the worker. */
@Injectable()
export class HistoryKeeper {
  private readonly log = new Logger('histories');
  private lookedAt = -LOOK_MS;
  private readonly rounds = new Rounds({
    act: async () => {
      await this.round();
      return 0; // A batch every two seconds: a backlog leaves Temporal and Postgres to the journeys.
    },
    failed: (err) => this.log.error({ msg: 'histories are not archived now; they wait', err }),
    pollMs: POLL_MS,
  });

  constructor(
    private readonly db: DataSource,
    private readonly archiver: Archiver,
    private readonly check: HistoryCheck,
  ) {}

  start(): void {
    this.rounds.start();
  }

  /** Finishes the history that it is keeping, then stops. */
  stop(): Promise<void> {
    return this.rounds.stop();
  }

  /** One batch, and the check where it is due. Nothing where another worker is at it. */
  async round(): Promise<void> {
    const connection = this.db.createQueryRunner();
    try {
      const [{ mine }] = (await connection.query(LOCK)) as [{ mine: boolean }];
      if (!mine) return;
      try {
        const due = await this.archiver.archiveDue(() => this.rounds.stopped);
        if (due < BATCH) await this.checkIfDue();
      } finally {
        await connection.query(UNLOCK);
      }
    } finally {
      await connection.release();
    }
  }

  private async checkIfDue(): Promise<void> {
    if (this.rounds.stopped || performance.now() - this.lookedAt < LOOK_MS) return;
    this.lookedAt = performance.now();
    if (!(await this.check.isDue())) return;
    const found = await this.check.check(() => this.rounds.stopped);
    if (found.length > 0)
      this.log.warn({ msg: 'histories are amiss; the desk was told', found: found.length });
  }
}
