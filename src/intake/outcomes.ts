import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Listener } from '../database/listener';
import { prepared } from '../database/prepared';
import type { Outcome } from '../journeys/outcome';

const OUTCOME = prepared('select outcome from inbox where id = $1');

/** How often a waiter looks for itself, should a notification have been lost. */
const POLL_MS = 500;

/** What a notification says; nothing after one that may have been lost. */
type Word = (outcome: Outcome | undefined) => void;

/** Waits for what becomes of a row. The outcome is in Postgres; the notification that brings it only saves the looking. */
@Injectable()
export class Outcomes {
  private readonly waiting = new Map<string, Set<Word>>();

  constructor(
    private readonly db: DataSource,
    listener: Listener,
  ) {
    listener.on('failsafe_outcome', (payload) => this.hear(payload));
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
      const outcome = (await this.word(id, Math.min(POLL_MS, left))) ?? (await this.of(id));
      if (outcome) return outcome;
    }
    return undefined;
  }

  /** The outcome that is notified within `ms`, or nothing: then whoever waits looks for it. */
  private word(id: string, ms: number): Promise<Outcome | undefined> {
    const { promise, resolve } = Promise.withResolvers<Outcome | undefined>();
    const words = this.waiting.get(id) ?? new Set();
    this.waiting.set(id, words);
    const timer = setTimeout(() => done(undefined), ms);
    const done: Word = (outcome) => {
      clearTimeout(timer);
      words.delete(done);
      if (words.size === 0) this.waiting.delete(id);
      resolve(outcome);
    };
    words.add(done);
    return promise;
  }

  private hear(payload: string | undefined): void {
    if (this.waiting.size === 0) return;
    if (payload === undefined) {
      for (const words of [...this.waiting.values()]) for (const say of [...words]) say(undefined);
      return;
    }
    const { id, outcome } = JSON.parse(payload) as { id: string; outcome: Outcome };
    for (const say of [...(this.waiting.get(id) ?? [])]) say(outcome);
  }
}
