import { setTimeout as sleep } from 'node:timers/promises';
import { eventually } from '../system/support/until';
import type { Random } from './random';

const UP_AGAIN_MS = 150_000;

/** Something that can be killed and started again. */
export interface Victim {
  name: string;
  kill: () => Promise<unknown>;
  restart: () => Promise<unknown>;
}

export interface Rhythm {
  /** Between two kills. */
  pauseMs: readonly [number, number];
  /** From a kill to the start after it. */
  deadMs: readonly [number, number];
}

/** Kills one part after another, each as often as any other, in an order and at moments that a seed chooses. */
export class Nemesis {
  readonly kills: Record<string, number> = {};
  private stopping = false;
  private running: Promise<void> = Promise.resolve();
  private readonly healing = new Map<Victim, Promise<unknown>>();

  constructor(
    private readonly victims: readonly Victim[],
    private readonly random: Random,
    private readonly rhythm: Rhythm,
  ) {}

  start(): void {
    this.running = this.run();
  }

  /** Kills nothing more, and waits until everything is up again. */
  async heal(): Promise<void> {
    this.stopping = true;
    await this.running;
    await Promise.all(this.healing.values());
  }

  private async run(): Promise<void> {
    while (!this.stopping)
      for (const victim of this.random.shuffled(this.victims)) {
        await sleep(this.random.between(...this.rhythm.pauseMs));
        if (this.stopping) return;
        await this.healing.get(victim);
        await this.strike(victim);
      }
  }

  private async strike(victim: Victim): Promise<void> {
    await victim.kill();
    this.kills[victim.name] = (this.kills[victim.name] ?? 0) + 1;
    const dead = sleep(this.random.between(...this.rhythm.deadMs));
    this.healing.set(
      victim,
      dead.then(() => supervised(victim)),
    );
  }
}

/** Starts it until it stays up, as a service manager does: what it stands on may be dead as well. */
const supervised = ({ name, restart }: Victim): Promise<true> =>
  eventually(`${name} is up again`, () => restart().then((): true => true), UP_AGAIN_MS);
