/** Something that runs until it is stopped. */
export interface Part {
  name: string;
  /** Shown when it is up: where it is, and what it is. */
  description: string;
  stop(): Promise<void>;
}

/** Thrown into a start that somebody stops in the middle: no further part comes up. */
export class Interrupted extends Error {}

/**
 * What is running, in the order in which it came up; it stops in the reverse order, so that nothing loses what it stands
 * on. One line a part, since the person who started us wants to see what is there.
 */
export class Parts {
  private readonly running: Part[] = [];
  private stopping: Promise<void> | undefined;

  constructor(private readonly say: (line: string) => void) {}

  /** @throws Interrupted where everything is being stopped already; the part is then stopped as well */
  add(part: Part): void {
    this.running.push(part);
    if (this.stopping) throw new Interrupted();
    this.say(`  up    ${part.name.padEnd(10)} ${part.description}`);
  }

  /** Stops each part once, however often it is asked. A part that fails to stop does not keep the others running. */
  stop(): Promise<void> {
    this.stopping = (this.stopping ?? Promise.resolve()).then(() => this.stopAll());
    return this.stopping;
  }

  private async stopAll(): Promise<void> {
    for (let part = this.running.pop(); part !== undefined; part = this.running.pop()) {
      try {
        await part.stop();
        this.say(`  down  ${part.name}`);
      } catch (error) {
        this.say(`  down  ${part.name} (${error instanceof Error ? error.message : String(error)})`);
      }
    }
  }
}

/**
 * Ends the program on a signal: the parts drain and stop in order, for as long as `graceMs`; a second signal does not
 * wait. Resolves with 0 when they have stopped, or with 1 when nobody waits for them any longer. Temporal's worker and Nest
 * leave the signals to us, so that there is one order and not three.
 */
export function stopOnSignals(parts: Parts, graceMs: number, say: (line: string) => void): Promise<0 | 1> {
  return new Promise((resolve) => {
    let asked = false;
    const onSignal = (signal: NodeJS.Signals): void => {
      if (asked) return resolve(1);
      asked = true;
      say(`${signal}: finishing what is under way (again to stop at once) ...`);
      setTimeout(() => resolve(1), graceMs).unref();
      void parts.stop().then(() => resolve(0));
    };
    process.on('SIGINT', onSignal);
    process.on('SIGTERM', onSignal);
  });
}
