import type { DataSource } from 'typeorm';
import { Dispatcher } from '../../../src/asks/dispatcher';
import type { DispatcherSettings } from '../../../src/asks/dispatcher';
import { Outbox } from '../../../src/asks/outbox';
import { ProofWatch } from '../../../src/asks/proof-watch';
import { Proofs } from '../../../src/asks/proofs';
import type { Channel } from '../../../src/asks/channels/channel';
import { SmtpChannel } from '../../../src/asks/channels/smtp-channel';
import type { Returns } from '../../../src/asks/channels/verp';
import { Listener } from '../../../src/database/listener';
import type { ClockPort } from '../../../src/intake/clock';

export interface SendingOptions extends Partial<DispatcherSettings> {
  smtpTimeoutMs?: number;
  listen?: boolean;
  outbox?: Outbox;
  returns?: Returns;
  /** Beside mail. */
  channels?: Channel[];
}

/** Sends what is in a database's outbox, by mail to that server, and looks after the proofs. */
export const startSending = async (
  { db, clock, url }: { db: DataSource; clock: ClockPort; url: string },
  smtpUrl: string,
  options: SendingOptions = {},
): Promise<{ dispatcher: Dispatcher; stop: () => Promise<void> }> => {
  const {
    smtpTimeoutMs = 2_000,
    listen = true,
    outbox = new Outbox(db, clock),
    returns,
    channels: others = [],
    ...settings
  } = options;
  const listener = new Listener(url, ['failsafe_ask']);
  const mail = new SmtpChannel({
    url: smtpUrl,
    from: 'Failsafe <failsafe@example.org>',
    timeoutMs: smtpTimeoutMs,
    connections: 8,
    returns,
  });
  const channels = [mail, ...others];
  const watch = new ProofWatch(outbox, new Proofs(db, clock), channels, 50);
  const dispatcher = new Dispatcher(outbox, channels, listener, {
    publicUrl: 'https://failsafe.example.org/',
    concurrency: 8,
    ...settings,
  });
  if (listen) await listener.start();
  dispatcher.start();
  watch.start();
  const stop = async (): Promise<void> => {
    await dispatcher.stop();
    await watch.stop();
    for (const each of channels) await each.close();
    await listener.stop();
  };
  return { dispatcher, stop };
};
