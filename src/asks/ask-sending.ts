import type { OnApplicationShutdown } from '@nestjs/common';
import type { BounceListener } from './bounces/bounce-listener';
import type { Channel } from './channels/channel';
import type { Dispatcher } from './dispatcher';
import type { ProofWatch } from './proof-watch';

/** Everything that sends asks and hears what became of them, started and drained in one order. */
export class AskSending implements OnApplicationShutdown {
  constructor(
    readonly dispatcher: Dispatcher,
    readonly watch: ProofWatch,
    private readonly channels: readonly Channel[],
    readonly bounces: BounceListener | undefined,
  ) {}

  /** What comes back is heard before anything goes out. */
  async start(): Promise<void> {
    await this.bounces?.start();
    this.dispatcher.start();
    this.watch.start();
  }

  /** Finishes what is under way before the channels and, after this module, the database are closed. */
  async onApplicationShutdown(): Promise<void> {
    await Promise.all([this.dispatcher.stop(), this.watch.stop()]);
    await this.bounces?.stop();
    for (const channel of this.channels) await channel.close();
  }
}
