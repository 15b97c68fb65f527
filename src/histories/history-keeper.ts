import { Injectable, Logger } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Archiver, BATCH } from './archiver';
import { HistoryCheck } from './history-check';

const POLL_MS = 2_000;
const LOOK_MS = 60_000;
/** A failure that goes on is said this often. */
const SAID_MS = 60_000;

/** One worker keeps histories at a time; if it dies, its connection and with it this lock is gone. */
const LOCK = `select pg_try_advisory_lock(hashtextextended('histories', 0)) as mine`;
const UNLOCK = `select pg_advisory_unlock(hashtextextended('histories', 0))`;

/** Archives histories as they are due, and checks once an hour that none is missing. Beside the relay, in the worker. */
@Injectable()
export class HistoryKeeper {
  private readonly log = new Logger('histories');
  private stopping = false;
  private running: Promise<void> = Promise.resolve();
  private wake: () => void = () => undefined;
  private saidAt = -SAID_MS;
  private lookedAt = -LOOK_MS;

  constructor(
    private readonly db: DataSource,
    private readonly archiver: Archiver,
    private readonly check: HistoryCheck,
  ) {}

  start(): void {
    this.stopping = false;
    this.running = this.run();
  }

  /** Finishes the history that it is keeping, then stops. */
  async stop(): Promise<void> {
    this.stopping = true;
    this.wake();
    await this.running;
  }

  private async run(): Promise<void> {
    while (!this.stopping) {
      await this.round().catch((error: unknown) => this.say(error));
      if (!this.stopping) await this.pause();
    }
  }

  /** One batch, and the check where it is due. Nothing where another worker is at it. */
  async round(): Promise<void> {
    const connection = this.db.createQueryRunner();
    try {
      const [{ mine }] = (await connection.query(LOCK)) as [{ mine: boolean }];
      if (!mine) return;
      try {
        while ((await this.archiver.archiveDue(() => this.stopping)) === BATCH && !this.stopping)
          await this.pause();
        await this.checkIfDue();
      } finally {
        await connection.query(UNLOCK);
      }
    } finally {
      await connection.release();
    }
  }

  private async checkIfDue(): Promise<void> {
    if (this.stopping || performance.now() - this.lookedAt < LOOK_MS) return;
    this.lookedAt = performance.now();
    if (!(await this.check.isDue())) return;
    const found = await this.check.check(() => this.stopping);
    if (found.length > 0)
      this.log.warn({ msg: 'histories are amiss; the desk was told', found: found.length });
  }

  private say(error: unknown): void {
    if (performance.now() - this.saidAt < SAID_MS) return;
    this.saidAt = performance.now();
    this.log.error({ msg: 'histories are not archived now; they wait', err: error });
  }

  private pause(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, POLL_MS);
    this.wake = () => {
      clearTimeout(timer);
      resolve();
    };
    return promise;
  }
}
