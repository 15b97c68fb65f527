import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { unpacked } from './history-copy';

/** A kept copy of one run's Temporal history. */
export interface ArchivedRun {
  run: string;
  events: number;
  /** Of the unpacked text, as it was when it was archived. */
  sha256: string;
  gzip: Buffer;
  /** The run had ended: nothing is missing at its end. */
  whole: boolean;
  /** The text, where it still has that hash; without it, somebody has changed the copy. */
  text?: string;
}

/** What is kept of the histories of journeys. */
@Injectable()
export class HistoriesReader {
  constructor(private readonly db: DataSource) {}

  /** Every copy of every run, in the order in which the runs were noted; several of one run where they contradict each other. */
  async archivedOf(journey: string): Promise<ArchivedRun[]> {
    const rows = await this.db.query<ArchivedRun[]>(
      `select a.run, a.events, a.sha256, a.body as gzip, a.whole from history_archive a left join run r using (journey, run)
       where a.journey = $1 order by r.noted_at, a.run, a.archived_at`,
      [journey],
    );
    return Promise.all(
      rows.map(async (row) => {
        const text = await unpacked(row.gzip, row.sha256);
        return text === undefined ? row : { ...row, text };
      }),
    );
  }

  /** The runs that are noted or archived, and whether the journey is known at all. */
  async runsOf(journey: string): Promise<{ known: boolean; runs: string[] }> {
    const rows = await this.db.query<{ run: string }[]>(
      `select run from run where journey = $1 union select run from history_archive where journey = $1`,
      [journey],
    );
    const [known] = await this.db.query<unknown[]>('select 1 from journey where id = $1', [journey]);
    return { known: known !== undefined || rows.length > 0, runs: rows.map((r) => r.run) };
  }
}
