import { Logger } from '@nestjs/common';
import type { Listener } from '../database/listener';
import { Bell } from './bell';
import type { Channel } from './channel';
import { PermanentFailure, SendFailure, TemporaryFailure } from './channel';
import type { MessageSettings } from './message';
import { messageOf } from './message';
import type { Outbox, TakenAsk } from './outbox';
import { afterPermanent, afterTemporary } from './retry';

export interface DispatcherSettings extends MessageSettings {
  /** Sends under way at once. */
  concurrency: number;
  /** A send that takes longer counts as not sent. Well below the outbox's lease. */
  sendTimeoutMs?: number;
  pollMs?: number;
}

/** What it did since it started, for the metrics. */
export interface DispatcherCounters {
  sent: number;
  /** Sent on a second or later try: the receiver may have two. */
  possibleDuplicates: number;
  retried: number;
  failed: number;
  cancelled: number;
  /** Tries at the last rung, with nobody above, that no repetition will mend. Above zero somebody must look. */
  deskUnreachable: number;
}

/** Places kept free for alerts, so that a mail server that hangs on routine asks does not hold up a critical one. */
const KEPT_FOR_ALERTS = 2;
/** How long to insist on writing down what became of a send, when Postgres is away. After that the lease ends. */
const SETTLE_TRIES = 30;

/**
 * Sends asks, durably: what is due stands in Postgres, is taken under a lease, checked once more, sent, and marked. It may
 * die anywhere. Between the server's acceptance and our mark it cannot know which happened, and sends again with the same
 * Message-ID and a higher `X-Failsafe-Attempt`: at least once, and a possible duplicate is marked as such. A duty that ends
 * in the moment between the check and the send may still be asked for; the page behind the link says so.
 */
export class Dispatcher {
  readonly counters: DispatcherCounters = {
    sent: 0,
    possibleDuplicates: 0,
    retried: 0,
    failed: 0,
    cancelled: 0,
    deskUnreachable: 0,
  };
  private readonly log = new Logger('asks');
  private readonly bell = new Bell();
  private readonly underWay = new Set<Promise<void>>();
  private readonly channels: ReadonlyMap<string, Channel>;
  private stopping = false;
  private outage = 0;
  private running: Promise<void> = Promise.resolve();

  constructor(
    private readonly outbox: Outbox,
    channels: readonly Channel[],
    listener: Listener,
    private readonly settings: DispatcherSettings,
  ) {
    this.channels = new Map(channels.map((channel) => [channel.name, channel]));
    listener.on('failsafe_ask', () => this.bell.ring());
  }

  start(): void {
    this.stopping = false;
    this.running = this.run();
  }

  /** Takes nothing new, and finishes what is under way. */
  async stop(): Promise<void> {
    this.stopping = true;
    this.bell.ring();
    await this.running;
    await Promise.all(this.underWay);
  }

  private async run(): Promise<void> {
    while (!this.stopping) {
      const begun = await this.beginSome();
      if (begun === 0 && !this.stopping) await this.bell.wait(this.settings.pollMs ?? 1_000);
    }
  }

  /** Takes what there is room for. @returns how many sends it began */
  private async beginSome(): Promise<number> {
    const free = this.settings.concurrency - this.underWay.size;
    if (free <= 0) return 0;
    const forAll = free - KEPT_FOR_ALERTS;
    try {
      const { asks, cancelled } = await this.outbox.take(forAll > 0 ? forAll : free, forAll <= 0);
      this.outage = 0;
      this.counters.cancelled += cancelled;
      for (const ask of asks) this.begin(ask);
      return asks.length + cancelled;
    } catch (err) {
      // Once at first, then about once a minute: nothing can be sent, and the log should not drown in it.
      if (this.outage++ % 60 === 0)
        this.log.error({ msg: 'the outbox cannot be read; nothing is sent', err });
      return 0;
    }
  }

  private begin(ask: TakenAsk): void {
    const sending: Promise<void> = this.dispatch(ask).finally(() => {
      this.underWay.delete(sending);
      this.bell.ring();
    });
    this.underWay.add(sending);
  }

  /** Never throws: whatever goes wrong, the lease ends and the ask is taken again. */
  private async dispatch(ask: TakenAsk): Promise<void> {
    try {
      const providerId = await this.send(ask);
      await this.settle(ask, () => this.outbox.sent(ask, providerId));
      this.counters.sent++;
      if (ask.attempts > 1) this.counters.possibleDuplicates++;
    } catch (error) {
      await this.notSent(ask, error);
    }
  }

  private async send(ask: TakenAsk): Promise<string | undefined> {
    const channel = this.channels.get(ask.channel);
    if (!channel) throw new PermanentFailure('no-such-channel');
    if (!ask.known) throw new PermanentFailure('not-in-directory');
    if (ask.address === null) throw new PermanentFailure('no-address');
    const signal = AbortSignal.timeout(this.settings.sendTimeoutMs ?? 30_000);
    const tooLong = new Promise<never>((_, reject) =>
      signal.addEventListener('abort', () => reject(new TemporaryFailure('timed-out')), { once: true }),
    );
    const sent = channel.send(messageOf(ask, ask.address, this.settings), signal);
    return (await Promise.race([sent, tooLong])).providerId;
  }

  private async notSent(ask: TakenAsk, error: unknown): Promise<void> {
    const code = error instanceof SendFailure ? error.code : 'internal-error';
    const permanent = error instanceof PermanentFailure;
    const last = isLast(ask);
    const { id, journey, recipient, attempts } = ask;
    const about = { ask: id, journey, recipient, attempts, code };
    if (!(error instanceof SendFailure))
      this.log.error({ msg: 'a send failed in a way not foreseen', ...about, err: error });

    const wait = !permanent
      ? afterTemporary(ask.category, attempts, last)
      : last
        ? afterPermanent(attempts)
        : 'give-up';
    if (wait === 'give-up') {
      this.log.warn({ msg: 'an ask could not be delivered; the ladder goes up', ...about });
      await this.settle(ask, () => this.outbox.failed(ask, code));
      this.counters.failed++;
      return;
    }
    if (permanent) {
      this.log.error({ msg: 'the desk cannot be reached: mend its address in the directory', ...about });
      this.counters.deskUnreachable++;
    }
    await this.settle(ask, () => this.outbox.waits(ask, code, wait));
    this.counters.retried++;
  }

  /** Writes down what became of a send, and insists: a mark that is lost is a mail sent twice. */
  private async settle(ask: TakenAsk, write: () => Promise<void>): Promise<void> {
    for (let tries = 1; ; tries++) {
      try {
        return await write();
      } catch (err) {
        if (tries === 1)
          this.log.error({ msg: 'what became of an ask cannot be written yet', ask: ask.id, err });
        if (tries >= SETTLE_TRIES || this.stopping) return;
        await new Promise((resolve) => setTimeout(resolve, Math.min(100 * 2 ** tries, 3_000)));
      }
    }
  }
}

/**
 * Above the desk there is nobody: to tell the journey that the desk was not reached would only ask the desk again, without
 * end. Where the desk is asked first, as who is accountable, others may stand above it: then the journey is told, once.
 */
const isLast = ({ role, rung, ask }: TakenAsk): boolean => role === 'desk' && (rung > 0 || ask > 1);
