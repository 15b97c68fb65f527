import { Logger } from '@nestjs/common';
import type { DataSource } from 'typeorm';
import type { Concerns } from '../concerns/concerns';
import { Rounds } from '../rounds';
import { oldSince } from './list-state';

const LOOK_MS = 60_000;

/**
 * Sees to it that the desk owes an explanation where the list on disk is not renewed. In the worker, since whoever writes the list
 * may be what has died; one list that stays old is one concern.
 */
export class ListWatch {
  private readonly log = new Logger('downtime');
  private raised: string | undefined;
  private readonly rounds = new Rounds({
    act: async () => {
      await this.look();
      return 0;
    },
    failed: (err) => this.log.error({ msg: 'the age of the list for downtime cannot be read', err }),
    pollMs: LOOK_MS,
  });

  constructor(
    private readonly db: DataSource,
    private readonly concerns: Concerns,
  ) {}

  start(): void {
    this.rounds.start();
  }

  stop(): Promise<void> {
    return this.rounds.stop();
  }

  /** A worker that was restarted raises it again: the same code, reference and instant change nothing. */
  async look(): Promise<void> {
    const at = await oldSince(this.db);
    if (at === undefined || at === this.raised) return;
    await this.concerns.raise({ at, code: 'downtime-list-old', ref: 'downtime-list' });
    this.raised = at;
  }
}
