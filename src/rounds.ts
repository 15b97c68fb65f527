/** What went wrong is said at first, and then no more often than this: the log should not drown in it. */
const SAID_AGAIN_MS = 60_000;

export interface RoundsOptions {
  /** Does what there is to do. @returns how much it was: while there is any, the next round follows at once */
  act: () => Promise<number>;
  /** Is told that a round failed. The next one tries again. */
  failed: (error: unknown) => void;
  /** How long it waits where there was nothing to do and nobody rings. */
  pollMs: number;
}

/** Acts again and again, one round after the other, until it is stopped. */
export class Rounds {
  private stopping = false;
  private running: Promise<void> = Promise.resolve();
  private rung = false;
  private wake: () => void = () => undefined;
  private saidAt = -Infinity;

  constructor(private readonly options: RoundsOptions) {}

  get stopped(): boolean {
    return this.stopping;
  }

  start(): void {
    this.stopping = false;
    this.running = this.run();
  }

  /** There may be something to do. A ring while it acts is kept, so that nothing that happened meanwhile is slept through. */
  ring(): void {
    this.rung = true;
    this.wake();
  }

  /** Finishes the round it is in. */
  async stop(): Promise<void> {
    this.stopping = true;
    this.ring();
    await this.running;
  }

  private async run(): Promise<void> {
    while (!this.stopping) if ((await this.round()) === 0) await this.rest();
  }

  private async round(): Promise<number> {
    this.rung = false;
    try {
      const done = await this.options.act();
      this.saidAt = -Infinity;
      return done;
    } catch (error) {
      if (performance.now() - this.saidAt >= SAID_AGAIN_MS) {
        this.saidAt = performance.now();
        this.options.failed(error);
      }
      return 0;
    }
  }

  private async rest(): Promise<void> {
    if (this.rung || this.stopping) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, this.options.pollMs);
      this.wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
