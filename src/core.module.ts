import { Module } from '@nestjs/common';
import type { DynamicModule, OnApplicationShutdown } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { makeDataSource } from './database/data-source';
import { Listener } from './database/listener';
import { requireProgram } from './database/program-role';
import { ClockPort, SystemClock } from './intake/clock';
import { IntakeService } from './intake/intake.service';
import { Outcomes } from './intake/outcomes';
import { RulebookService } from './policy/rulebook.service';
import type { MasterKeys } from './sealing/master-keys';
import { Sealing } from './sealing/sealing';

/** What both the API and the worker stand on. */
export interface CoreOptions {
  databaseUrl: string;
  /** The edge's clock; the system's unless a test skips time. */
  clock?: ClockPort;
  poolSize?: number;
  /** For programs that take in or show texts; a worker does neither. */
  masterKeys?: MasterKeys;
}

/** Closes the database after everything that uses it (Nest runs shutdown hooks in reverse order of dependence). */
class DatabaseLifetime implements OnApplicationShutdown {
  constructor(
    private readonly db: DataSource,
    private readonly listener: Listener,
  ) {}

  async onApplicationShutdown(): Promise<void> {
    await this.listener.stop();
    if (this.db.isInitialized) await this.db.destroy();
  }
}

/** The database, the clock, the one way in, and the rulebook. */
@Module({})
export class CoreModule {
  static forRoot(options: CoreOptions): DynamicModule {
    return {
      module: CoreModule,
      global: true,
      providers: [
        {
          provide: DataSource,
          useFactory: async () =>
            requireProgram(await makeDataSource(options.databaseUrl, options.poolSize).initialize()),
        },
        {
          provide: Listener,
          useFactory: () =>
            new Listener(options.databaseUrl, ['failsafe_inbox', 'failsafe_outcome', 'failsafe_ask']),
        },
        { provide: ClockPort, useValue: options.clock ?? new SystemClock() },
        {
          provide: Sealing,
          useFactory: (db: DataSource) => Sealing.start(db, options.masterKeys),
          inject: [DataSource],
        },
        RulebookService,
        IntakeService,
        Outcomes,
        {
          provide: DatabaseLifetime,
          useFactory: (db: DataSource, listener: Listener) => new DatabaseLifetime(db, listener),
          inject: [DataSource, Listener],
        },
      ],
      exports: [DataSource, Listener, ClockPort, RulebookService, Sealing, IntakeService, Outcomes],
    };
  }
}
