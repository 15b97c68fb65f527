import { Module } from '@nestjs/common';
import type { DynamicModule } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { SmtpChannel } from '../asks/channels/smtp-channel';
import { WebhookChannel } from '../asks/channels/webhook-channel';
import { KeptGoneEndpoints } from '../asks/gone-endpoints';
import { ClockPort } from '../intake/clock';
import { Exporter } from './exporter';
import type { LedgerSettings } from './ledger-settings';
import type { Outlet } from './outlets';
import { fileOutlet, mailOutlet, webhookOutlet } from './outlets';
import { Sequencer } from './sequencer';

const outletsOf = ({ file, mail, webhook }: LedgerSettings, db: DataSource, clock: ClockPort): Outlet[] => [
  ...(file ? [fileOutlet(file)] : []),
  ...(mail
    ? [mailOutlet(new SmtpChannel({ ...mail.smtp, connections: 1, returns: undefined }), mail.to)]
    : []),
  ...(webhook
    ? [webhookOutlet(new WebhookChannel(webhook.settings, new KeptGoneEndpoints(db, clock)), webhook.to)]
    : []),
];

/** What anchors. It stands on the core module; whoever runs it starts the two once everything is up. */
@Module({})
export class LedgerModule {
  static forRoot(settings: LedgerSettings): DynamicModule {
    return {
      module: LedgerModule,
      providers: [
        {
          provide: Sequencer,
          useFactory: (db: DataSource, clock: ClockPort) => new Sequencer(db, clock, settings.signers),
          inject: [DataSource, ClockPort],
        },
        {
          provide: Exporter,
          useFactory: (db: DataSource, clock: ClockPort) => new Exporter(db, outletsOf(settings, db, clock)),
          inject: [DataSource, ClockPort],
        },
      ],
      exports: [Sequencer, Exporter],
    };
  }
}
