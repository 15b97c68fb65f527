import { Module } from '@nestjs/common';
import type { DynamicModule } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Concerns } from '../concerns/concerns';
import { ClockPort } from '../intake/clock';
import { TASK_QUEUE } from '../temporal/journey-starter';
import type { LazyTemporal } from '../temporal/lazy-temporal';
import type { AlarmBell } from './alarm-bell';
import type { Limits } from './finding';
import { LIMITS } from './finding';
import { FindingStore } from './finding-store';
import { Sweep } from './sweep';
import { TemporalLook } from './temporal-look';
import { Watchdog } from './watchdog.service';

export interface WatchdogOptions {
  temporal: LazyTemporal;
  bell: AlarmBell;
  /** The program's own, unless a test has less patience. */
  limits?: Partial<Limits>;
}

/** The watchdog's part of the program: over the core, and beside whatever else runs. */
@Module({})
export class WatchdogModule {
  static forRoot({ temporal, bell, limits: given }: WatchdogOptions): DynamicModule {
    const limits = { ...LIMITS, ...given };
    const look = new TemporalLook(() => temporal.client, TASK_QUEUE);
    return {
      module: WatchdogModule,
      providers: [
        Concerns,
        { provide: 'LazyTemporal', useValue: temporal }, // so that it is closed with the rest
        {
          provide: Watchdog,
          useFactory: (db: DataSource, clock: ClockPort, concerns: Concerns) => {
            const store = new FindingStore(db, concerns, clock);
            const sweep = new Sweep(db, clock, look, store, limits);
            return new Watchdog(db, look, sweep, store, concerns, bell, limits);
          },
          inject: [DataSource, ClockPort, Concerns],
        },
      ],
      exports: [Watchdog],
    };
  }
}
