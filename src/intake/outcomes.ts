import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Listener } from '../database/listener';
import { prepared } from '../database/prepared';
import type { Outcome } from '../journeys/outcome';

const OUTCOME = prepared('select outcome from inbox where id = $1');

/** How often a waiter looks for itself, should a notification have been lost. */
const POLL_MS = 500;

/** Waits for what becomes of a row. The outcome is in Postgres; the notification only saves the polling. */
@Injectable()
export class Outcomes {
  private readonly waiting = new Map<string, Set<() => void>>();

  constructor(
    private readonly db: DataSource,
    listener: Listener,
  ) {
    listener.on('failsafe_outcome', (id) => this.wake(id));
  }

  /** The outcome recorded for a command or message, if there is one yet. */
  async of(id: string): Promise<Outcome | undefined> {
    const [row] = await this.db.query<{ outcome: Outcome | null }[]>(OUTCOME, [id]);
    return row?.outcome ?? undefined;
  }

  /**
   * Waits up to `timeoutMs` (real time) for the outcome of something just sent in: nobody has it yet, so word of it is
   * awaited before the first look.
   */
  async wait(id: string, timeoutMs: number): Promise<Outcome | undefined> {
    const deadline = Date.now() + timeoutMs;
    for (let left = timeoutMs; left > 0; left = deadline - Date.now()) {
      await this.notified(id, Math.min(POLL_MS, left));
      const outcome = await this.of(id);
      if (outcome) return outcome;
    }
    return undefined;
  }

  private notified(id: string, ms: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const wakers = this.waiting.get(id) ?? new Set();
    this.waiting.set(id, wakers);
    const timer = setTimeout(() => done(), ms);
    const done = (): void => {
      clearTimeout(timer);
      wakers.delete(done);
      if (wakers.size === 0) this.waiting.delete(id);
      resolve();
    };
    wakers.add(done);
    return promise;
  }

  private wake(id: string | undefined): void {
    const all =
      id === undefined ? [...this.waiting.values()] : [this.waiting.get(id) ?? new Set<() => void>()];
    for (const wakers of all) for (const wake of [...wakers]) wake();
  }
}
