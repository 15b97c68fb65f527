import { Module } from '@nestjs/common';
import type { DynamicModule } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Listener } from '../database/listener';
import { ClockPort } from '../intake/clock';
import { AskSending } from './ask-sending';
import type { AsksSettings } from './asks-settings';
import { BounceListener } from './bounces/bounce-listener';
import type { Channel } from './channels/channel';
import { NotifyChannel } from './channels/notify-channel';
import { PhoneChannel } from './channels/phone-channel';
import { SmtpChannel } from './channels/smtp-channel';
import { WebhookChannel } from './channels/webhook-channel';
import { Dispatcher } from './dispatcher';
import { KeptGoneEndpoints } from './gone-endpoints';
import { Outbox } from './outbox';
import { ProofWatch } from './proof-watch';
import { Proofs } from './proofs';

/** The channels that the settings name. One that is not set up fails at once for good, and the next contact point is tried. */
const channelsOf = (settings: AsksSettings, db: DataSource, clock: ClockPort): Channel[] => [
  new SmtpChannel(settings.smtp),
  new PhoneChannel(),
  ...(settings.notify ? [new NotifyChannel(settings.notify)] : []),
  ...(settings.webhook ? [new WebhookChannel(settings.webhook, new KeptGoneEndpoints(db, clock))] : []),
];

const sending = (
  settings: AsksSettings,
  db: DataSource,
  clock: ClockPort,
  listener: Listener,
): AskSending => {
  const channels = channelsOf(settings, db, clock);
  const [outbox, proofs] = [new Outbox(db, clock), new Proofs(db, clock)];
  return new AskSending(
    new Dispatcher(outbox, channels, listener, settings),
    new ProofWatch(outbox, proofs, channels, settings.pollMs),
    channels,
    settings.bounces && new BounceListener(settings.bounces, proofs),
  );
};

/** What sends asks. It stands on the core module; whoever runs it calls `AskSending.start()` once everything is up. */
@Module({})
export class AsksModule {
  static forRoot(settings: AsksSettings): DynamicModule {
    return {
      module: AsksModule,
      providers: [
        {
          provide: AskSending,
          useFactory: (db: DataSource, clock: ClockPort, listener: Listener) =>
            sending(settings, db, clock, listener),
          inject: [DataSource, ClockPort, Listener],
        },
      ],
      exports: [AskSending],
    };
  }
}
