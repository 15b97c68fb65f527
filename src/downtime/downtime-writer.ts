import { hostname } from 'node:os';
import { Injectable, Logger } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Rounds } from '../rounds';
import { downtimeCsv } from './downtime-csv';
import { keepList } from './downtime-files';
import { dutiesIn } from './downtime-list';
import { downtimePdf } from './downtime-pdf';
import { DowntimeReader } from './downtime.reader';

export interface DowntimeSettings {
  /** The folder of the lists. */
  folder: string;
  /** How often a new one is made. */
  everyMs: number;
}

const NOTE = `
insert into downtime_list (writer, written_at, duties, every_seconds) values ($1, now(), $2, $3)
on conflict (writer) do update set written_at = excluded.written_at, duties = excluded.duties,
  every_seconds = excluded.every_seconds`;

/**
 * Keeps a printable list of everything that is open on this machine's disk, for the hours when nothing works. Where one cannot
 * be made the last one stays, and its age shows in `downtime_list`.
 */
@Injectable()
export class DowntimeWriter {
  private readonly log = new Logger('downtime');
  private readonly rounds: Rounds;

  constructor(
    private readonly db: DataSource,
    private readonly reader: DowntimeReader,
    private readonly settings: DowntimeSettings,
  ) {
    this.rounds = new Rounds({
      act: async () => {
        await this.write();
        return 0;
      },
      failed: (err) => this.log.error({ msg: 'no list for downtime could be made; the last one stays', err }),
      pollMs: settings.everyMs,
    });
  }

  start(): void {
    this.rounds.start();
  }

  stop(): Promise<void> {
    return this.rounds.stop();
  }

  /** Makes one list now. */
  async write(): Promise<void> {
    const list = await this.reader.read();
    const made = { pdf: await downtimePdf(list), csv: downtimeCsv(list) };
    await keepList(this.settings.folder, list.madeAt, made);
    await this.db.query(NOTE, [hostname(), dutiesIn(list), Math.ceil(this.settings.everyMs / 1000)]);
  }
}
