import { Logger } from '@nestjs/common';
import type { Listener } from '../database/listener';
import { Rounds } from '../rounds';
import { measured } from '../telemetry/measures';
import { spanned } from '../telemetry/tracing';
import type { Channel, SendResult } from './channels/channel';
import { PermanentFailure, SendFailure, TemporaryFailure } from './channels/channel';
import type { Batch, MessageSettings } from './message';
import { batchesOf, digestOf } from './message';
import type { Proceeded } from './next-point';
import { isLast } from './next-point';
import type { Outbox, TakenAsk } from './outbox';
import { channelOf } from './reach';
import { afterTemporary } from './retry';
import { heldUntil } from './routine-hours';

export interface DispatcherSettings extends MessageSettings {
  /** Sends under way at once. */
  concurrency: number;
  /** A send that takes longer counts as not sent. Well below the outbox's lease. */
  sendTimeoutMs?: number;
  pollMs?: number;
  /** By which routine asks are held until the morning: this machine's, like every wait here. */
  wallClock?: () => Date;
}

/** What it did since it started, for the metrics. */
export interface DispatcherCounters {
  sent: number;
  /** Sent on a second or later try: the receiver may have two. */
  possibleDuplicates: number;
  retried: number;
  failed: number;
  cancelled: number;
  /** Routine, and held for the mail of the day. */
  held: number;
  /** Tries at the last rung, with nobody above, that no repetition will mend. Above zero somebody must look. */
  deskUnreachable: number;
}

const count = (ask: TakenAsk, result: 'sent' | 'retried' | 'failed' | 'desk-unreachable'): void =>
  measured().sends.add(1, { channel: channelOf(ask.channel), result });

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
    held: 0,
    deskUnreachable: 0,
  };
  private readonly log = new Logger('asks');
  private readonly rounds: Rounds;
  private readonly underWay = new Set<Promise<void>>();
  private readonly channels: ReadonlyMap<string, Channel>;

  constructor(
    private readonly outbox: Outbox,
    channels: readonly Channel[],
    listener: Listener,
    private readonly settings: DispatcherSettings,
  ) {
    this.channels = new Map(channels.map((channel) => [channel.name, channel]));
    this.rounds = new Rounds({
      act: () => this.beginSome(),
      failed: (err) => this.log.error({ msg: 'the outbox cannot be read; nothing is sent', err }),
      pollMs: settings.pollMs ?? 1_000,
    });
    listener.on('failsafe_ask', () => this.rounds.ring());
  }

  start(): void {
    this.rounds.start();
  }

  /** Takes nothing new, and finishes what is under way. */
  async stop(): Promise<void> {
    await this.rounds.stop();
    await Promise.all(this.underWay);
  }

  /** Takes what there is room for. @returns how many sends it began */
  private async beginSome(): Promise<number> {
    const free = this.settings.concurrency - this.underWay.size;
    if (free <= 0) return 0;
    const forAll = free - KEPT_FOR_ALERTS;
    const { asks, cancelled } = await this.outbox.take(forAll > 0 ? forAll : free, forAll <= 0);
    this.counters.cancelled += cancelled;
    for (const batch of batchesOf(await this.notHeld(asks))) this.begin(batch);
    return asks.length + cancelled;
  }

  /** Puts back what is routine and may wait for the morning. */
  private async notHeld(asks: readonly TakenAsk[]): Promise<TakenAsk[]> {
    const now: TakenAsk[] = [];
    for (const ask of asks) {
      const until = heldUntil(ask, this.settings.wallClock?.() ?? new Date());
      if (until === undefined) now.push(ask);
      else {
        await this.outbox.hold(ask, until);
        this.counters.held++;
      }
    }
    return now;
  }

  private begin(batch: Batch): void {
    const sending: Promise<void> = this.dispatch(batch).finally(() => {
      this.underWay.delete(sending);
      this.rounds.ring();
    });
    this.underWay.add(sending);
  }

  /** Never throws: whatever goes wrong, the lease ends and the ask is taken again. */
  private async dispatch(batch: Batch): Promise<void> {
    let result: SendResult;
    try {
      result = await this.traced(batch);
    } catch (error) {
      for (const ask of batch) await this.notSent(ask, error);
      return;
    }
    const digest = batch.length > 1 ? batch[0].id : undefined;
    for (const ask of batch) {
      await this.settle(ask, () => this.outbox.sent(ask, result.providerId, result.proof ?? 'sent', digest));
      this.counters.sent++;
      count(ask, 'sent');
      if (ask.attempts === 1)
        measured().dispatched.record(Math.max(0, (Date.now() - ask.createdAt.getTime()) / 1000), {
          channel: channelOf(ask.channel),
        });
      if (ask.attempts > 1) this.counters.possibleDuplicates++;
    }
  }

  private traced(batch: Batch): Promise<SendResult> {
    const [{ trace, journey, kind, channel, attempts }] = batch;
    const attributes = {
      'failsafe.journey': journey,
      'failsafe.duty': kind,
      'failsafe.channel': channel,
      'failsafe.attempt': attempts,
    };
    return spanned({ name: 'ask', kind: 'client', parent: trace ?? undefined, attributes }, () =>
      this.send(batch),
    );
  }

  private async send(batch: Batch): Promise<SendResult> {
    const [ask] = batch;
    const channel = this.channels.get(channelOf(ask.channel));
    if (!channel) throw new PermanentFailure('no-such-channel');
    if (!ask.known) throw new PermanentFailure('not-in-directory');
    if (ask.address === null) throw new PermanentFailure('no-address');
    const signal = AbortSignal.timeout(this.settings.sendTimeoutMs ?? 30_000);
    const tooLong = new Promise<never>((_, reject) =>
      signal.addEventListener('abort', () => reject(new TemporaryFailure('timed-out')), { once: true }),
    );
    return Promise.race([channel.send(digestOf(batch, ask.address, this.settings), signal), tooLong]);
  }

  private async notSent(ask: TakenAsk, error: unknown): Promise<void> {
    const code = error instanceof SendFailure ? error.code : 'internal-error';
    const { id, journey, recipient, channel, attempts } = ask;
    const about = { ask: id, journey, recipient, channel, attempts, code };
    if (!(error instanceof SendFailure))
      this.log.error({ msg: 'a send failed in a way not foreseen', ...about, err: error });
    const wait =
      error instanceof PermanentFailure ? 'give-up' : afterTemporary(ask.category, attempts, isLast(ask));
    if (wait !== 'give-up') {
      await this.settle(ask, () => this.outbox.waits(ask, code, wait));
      count(ask, 'retried');
      this.counters.retried++;
      return;
    }
    await this.settle(ask, async () => {
      const follows = await this.outbox.failed(ask, code);
      count(ask, follows === 'again' ? 'desk-unreachable' : 'failed');
      this.noteWhatFollows(follows, about);
    });
  }

  private noteWhatFollows(what: Proceeded, about: object): void {
    if (what === 'again') {
      this.log.error({ msg: 'the desk cannot be reached: mend its address in the directory', ...about });
      this.counters.deskUnreachable++;
      this.counters.retried++;
      return;
    }
    if (what === 'given-up')
      this.log.warn({ msg: 'an ask could not be delivered; the ladder goes up', ...about });
    this.counters.failed++;
  }

  /** Writes down what became of a send, and insists: a mark that is lost is a mail sent twice. */
  private async settle(ask: TakenAsk, write: () => Promise<void>): Promise<void> {
    for (let tries = 1; ; tries++) {
      try {
        return await write();
      } catch (err) {
        if (tries === 1)
          this.log.error({ msg: 'what became of an ask cannot be written yet', ask: ask.id, err });
        if (tries >= SETTLE_TRIES || this.rounds.stopped) return;
        await new Promise((resolve) => setTimeout(resolve, Math.min(100 * 2 ** tries, 3_000)));
      }
    }
  }
}
