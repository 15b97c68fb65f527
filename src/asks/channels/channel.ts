import type { ChannelName, Proof } from '../../../domain/reach';
import type { ObligationKind } from '../../../domain/vocabulary';

/** One thing to say to one person, made for a channel by `message.ts`. It holds no patient data and no finding. */
export interface Message {
  /** The ask's id: one and the same however often it is tried, so that a receiver can tell a duplicate. */
  id: string;
  /** From 1. Above 1 the receiver may have had it before. */
  attempt: number;
  /** Where to: what the channel understands, such as a mail address. */
  to: string;
  subject: string;
  text: string;
  /** Whether the channel should mark it as pressing, where it can. */
  pressing: boolean;
  /** Ids and codes, for channels that carry no text of ours. */
  facts: Facts;
}

/** What a program may know of an ask. */
export interface Facts {
  purpose: 'ask' | 'stand-down';
  journey: string;
  duty: ObligationKind;
  /** The duty in words that name no patient and no finding. */
  dutyName: string;
  due: string;
  link: string;
}

/** What became of a message that was handed over. */
export interface SendResult {
  /** The provider's own name for it, where it gives one. */
  providerId: string | undefined;
  /** What the handing over proves; `sent` unless said. */
  proof?: Proof;
}

/** What a provider knows of a message now: a proof, a code for why it will never arrive, or nothing new. */
export type Report = { proof: Proof } | { failed: string } | undefined;

/** A way to reach a person. Whoever sends knows nothing of how; a channel knows nothing of duties. */
export interface Channel {
  /** As in the outbox: `mail`. */
  readonly name: ChannelName;
  /**
   * Hands the message over and returns the provider's own name for it, where it gives one.
   * @param signal aborts: whatever has not been accepted by then counts as not sent
   * @throws TemporaryFailure where the same message may be accepted later, PermanentFailure where it never will be
   */
  send(message: Message, signal: AbortSignal): Promise<SendResult>;
  /** Asks the provider, where one can be asked. */
  report?(providerId: string, signal: AbortSignal): Promise<Report>;
  close(): Promise<void>;
}

/**
 * Not sent, or not known to be. `code` goes into the journey's evidence and through Temporal, so it is a code of ours and
 * never a server's own words, which may quote an address.
 */
export class SendFailure extends Error {
  constructor(
    readonly code: string,
    options?: ErrorOptions,
  ) {
    super(code, options);
    this.name = new.target.name;
  }
}

/** The same message may be accepted later. */
export class TemporaryFailure extends SendFailure {}

/** This message to this address will not be accepted, however often it is tried. */
export class PermanentFailure extends SendFailure {}
