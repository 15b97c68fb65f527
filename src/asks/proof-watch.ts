import { Logger } from '@nestjs/common';
import { Rounds } from '../rounds';
import type { Channel } from './channels/channel';
import type { Outbox, Unproven } from './outbox';
import type { ProofSource, Proofs } from './proofs';
import { channelOf } from './reach';

/** How many at once; the rest come with the next look. */
const AT_ONCE = 50;
const REPORT_TIMEOUT_MS = 10_000;

/**
 * Looks after asks that were sent and that nothing has proved in their time: asks the provider where one can be asked, and
 * then has the next contact point tried, or the ladder go up. That everybody was asked is no comfort if nobody was reached.
 */
export class ProofWatch {
  /** Asks that nothing proved in time, since it started. */
  lapsed = 0;
  private readonly log = new Logger('proofs');
  private readonly channels: ReadonlyMap<string, Channel>;
  private readonly rounds: Rounds;

  constructor(
    private readonly outbox: Outbox,
    private readonly proofs: Proofs,
    channels: readonly Channel[],
    pollMs = 1_000,
  ) {
    this.channels = new Map(channels.map((channel) => [channel.name, channel]));
    this.rounds = new Rounds({
      act: () => this.look(),
      failed: (err) =>
        this.log.error({ msg: 'proofs cannot be looked after; nothing unproven goes up', err }),
      pollMs,
    });
  }

  start(): void {
    this.rounds.start();
  }

  stop(): Promise<void> {
    return this.rounds.stop();
  }

  /** @returns none: what is left over has the time until the next look */
  private async look(): Promise<number> {
    for (const ask of await this.outbox.unproven(AT_ONCE)) await this.settle(ask);
    return 0;
  }

  private async settle(ask: Unproven): Promise<void> {
    const channel = this.channels.get(channelOf(ask.channel));
    if (channel?.report && ask.providerId !== null) {
      const report = await this.reportOf(channel, ask);
      const source = 'notify' satisfies ProofSource;
      if (report && 'failed' in report) await this.proofs.bounced(ask.id, report.failed, source);
      else if (report) await this.proofs.proved(ask.id, report.proof, source);
    }
    // Nothing is left of it where it has just been proved, or has failed and been followed up.
    const what = await this.outbox.lapsed(ask);
    if (what === 'over') return;
    this.lapsed++;
    this.log.warn({ msg: 'nothing proved an ask in its time', ask: ask.id, journey: ask.journey, what });
  }

  /** A provider that does not answer proves nothing. */
  private async reportOf(channel: Channel, ask: Unproven) {
    try {
      return await channel.report!(ask.providerId!, AbortSignal.timeout(REPORT_TIMEOUT_MS));
    } catch {
      return undefined;
    }
  }
}
