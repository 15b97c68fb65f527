import { Logger } from '@nestjs/common';

/** Something that is done again and again, a while after it was done last, and never twice at once. */
export class Rounds {
  private readonly log = new Logger('ledger');
  private timer: NodeJS.Timeout | undefined;
  private going: Promise<void> = Promise.resolve();
  private running = false;

  /** @param what for the log, where one fails: it is done again all the same */
  constructor(
    private readonly what: string,
    private readonly act: () => Promise<unknown>,
    private readonly everyMs: number,
  ) {}

  start(): void {
    this.running = true;
    this.next(0);
  }

  /** Lets the one that is under way finish, and begins no other. */
  async stop(): Promise<void> {
    this.running = false;
    clearTimeout(this.timer);
    await this.going;
  }

  private next(ms: number): void {
    this.timer = setTimeout(() => {
      this.going = this.once();
    }, ms).unref();
  }

  private async once(): Promise<void> {
    try {
      await this.act();
    } catch (err) {
      this.log.error({ msg: `could not ${this.what}; will be tried again`, err });
    }
    if (this.running) this.next(this.everyMs);
  }
}
