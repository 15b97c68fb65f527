import { setTimeout as sleep } from 'node:timers/promises';
import { eventually } from '../system/support/until';
import type { Random } from './random';

const UP_AGAIN_MS = 150_000;

/** Something that can go wrong, and comes right again. */
export interface Fault {
  /** As the report counts it: `kill api 1`. */
  name: string;
  /** What it befalls: only one fault at a time does. */
  on: string;
  strike: () => Promise<unknown>;
  heal: () => Promise<unknown>;
}

export interface Rhythm {
  /** Between two faults. */
  pauseMs: readonly [number, number];
  /** From a fault to its healing. */
  lastsMs: readonly [number, number];
}

/** Brings one fault after another, in an order and at moments that a seed chooses; a round has one of each kind. */
export class Nemesis {
  readonly faults: Record<string, number> = {};
  /** Rounds that are over. */
  rounds = 0;
  private stopping = false;
  private running: Promise<void> = Promise.resolve();
  private readonly healing = new Map<string, Promise<unknown>>();
  private readonly down = new Set<string>();

  /** @param round the faults of the next round, one of each kind */
  constructor(
    private readonly round: () => readonly Fault[],
    private readonly random: Random,
    private readonly rhythm: Rhythm,
  ) {}

  start(): void {
    this.running = this.run();
    this.running.catch(() => undefined); // `heal` reports it
  }

  isDown(what: string): boolean {
    return this.down.has(what);
  }

  /** Brings nothing more, and waits until everything is well again. */
  async heal(): Promise<void> {
    this.stopping = true;
    await this.running;
    await Promise.all(this.healing.values());
  }

  private async run(): Promise<void> {
    while (!this.stopping) {
      await sleep(50); // a round may be empty
      for (const fault of this.random.shuffled(this.round())) {
        await sleep(this.random.between(...this.rhythm.pauseMs));
        if (this.stopping) return;
        await this.healing.get(fault.on);
        await this.bring(fault);
      }
      this.rounds++;
    }
  }

  private async bring({ name, on, strike, heal }: Fault): Promise<void> {
    this.down.add(on);
    await strike();
    this.faults[name] = (this.faults[name] ?? 0) + 1;
    const healed = sleep(this.random.between(...this.rhythm.lastsMs))
      .then(() => eventually(`healed: ${name}`, () => heal().then((): true => true), UP_AGAIN_MS))
      .finally(() => this.down.delete(on));
    healed.catch(() => undefined); // `heal` reports it
    this.healing.set(on, healed);
  }
}
