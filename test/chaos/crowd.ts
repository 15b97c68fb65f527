import type { Play } from './checker/seen';
import type { Random } from './random';
import type { Story } from './stories';
import { Sender } from '../system/support/sender';
import { setTimeout as sleep } from 'node:timers/promises';

export interface CrowdOptions {
  stories: readonly Story[];
  /** How many stories are under way at once. */
  atOnce: number;
  /** How long a sender takes between two things, at most. */
  betweenMs: number;
  urls: () => readonly string[];
  /** How long a sender goes on trying. */
  patienceMs?: number;
}

/** Senders who play one story after another for as long as there is a next one. */
export class Crowd {
  readonly plays: Play[] = [];
  /** Resolves when nobody plays any more; fails where a sender had to give up. */
  readonly over: Promise<void>;
  private readonly failures: Error[] = [];

  /** @param goesOn asked before each story, with how many have begun */
  constructor(
    private readonly options: CrowdOptions,
    private readonly random: Random,
    private readonly goesOn: (begun: number) => boolean,
  ) {
    const { atOnce, betweenMs } = options;
    const places = Array.from({ length: atOnce }, (_, i) => this.playOn((i * betweenMs * 4) / atOnce));
    this.over = Promise.all(places).then(() => {
      if (this.failures.length > 0)
        throw new AggregateError(this.failures, this.failures.map((e) => e.message).join('; '));
    });
    this.over.catch(() => undefined); // whoever waits hears of it
  }

  /** The seed decides which story is the n-th, whoever plays it. */
  private async playOn(afterMs: number): Promise<void> {
    await sleep(afterMs);
    while (this.goesOn(this.plays.length)) {
      const { stories, urls, patienceMs, betweenMs } = this.options;
      const { name, ends, play } = stories[this.plays.length % stories.length]!;
      const sender = new Sender(urls, patienceMs);
      this.plays.push({ name, ends, sent: sender.log });
      await play(sender, this.random.split(), betweenMs).catch((error: Error) => this.failures.push(error));
    }
  }
}
