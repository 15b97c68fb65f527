import { Module } from '@nestjs/common';
import type { DynamicModule, OnApplicationShutdown } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Listener } from '../database/listener';
import { ClockPort } from '../intake/clock';
import type { AsksSettings } from './asks-settings';
import type { Channel } from './channels/channel';
import { Dispatcher } from './dispatcher';
import { Outbox } from './outbox';
import { SmtpChannel } from './channels/smtp-channel';

const CHANNELS = Symbol('channels');

/** Drains the dispatcher before its channels and, after this module, the database are closed. */
class AsksLifetime implements OnApplicationShutdown {
  constructor(
    private readonly dispatcher: Dispatcher,
    private readonly channels: readonly Channel[],
  ) {}

  async onApplicationShutdown(): Promise<void> {
    await this.dispatcher.stop();
    for (const channel of this.channels) await channel.close();
  }
}

/** What sends asks. It stands on the core module; whoever runs it calls `Dispatcher.start()` once everything is up. */
@Module({})
export class AsksModule {
  static forRoot(settings: AsksSettings): DynamicModule {
    return {
      module: AsksModule,
      providers: [
        { provide: CHANNELS, useFactory: (): Channel[] => [new SmtpChannel(settings.smtp)] },
        {
          provide: Dispatcher,
          useFactory: (db: DataSource, clock: ClockPort, listener: Listener, channels: Channel[]) =>
            new Dispatcher(new Outbox(db, clock), channels, listener, settings),
          inject: [DataSource, ClockPort, Listener, CHANNELS],
        },
        {
          provide: AsksLifetime,
          useFactory: (dispatcher: Dispatcher, channels: Channel[]) => new AsksLifetime(dispatcher, channels),
          inject: [Dispatcher, CHANNELS],
        },
      ],
      exports: [Dispatcher],
    };
  }
}
