import { Module } from '@nestjs/common';
import type { DynamicModule } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { DowntimeReader } from './downtime.reader';
import type { DowntimeSettings } from './downtime-writer';
import { DowntimeWriter } from './downtime-writer';

/** The list for downtime, over the core. */
@Module({})
export class DowntimeModule {
  static forRoot(settings: DowntimeSettings): DynamicModule {
    return {
      module: DowntimeModule,
      providers: [
        DowntimeReader,
        {
          provide: DowntimeWriter,
          useFactory: (db: DataSource, reader: DowntimeReader) => new DowntimeWriter(db, reader, settings),
          inject: [DataSource, DowntimeReader],
        },
      ],
      exports: [DowntimeWriter],
    };
  }
}
