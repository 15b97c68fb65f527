import { Injectable, Logger } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { EntityManager } from 'typeorm';
import { Concerns } from '../concerns/concerns';
import type { HistoryCopy } from './history-copy';
import { continues, eventsIn, packed, unpacked } from './history-copy';
import { Runs } from './runs';
import { HistoryGone, TemporalHistories } from './temporal-histories';

/** A kept copy of a run's history. */
interface Kept {
  sha256: string;
  body: Buffer;
  whole: boolean;
}

/** How many runs are archived in one go: at two seconds a round, a hospital's day fits into minutes. */
export const BATCH = 20;

/** Temporal does not answer: everything waits. */
export class TemporalAway extends Error {}

/**
 * Fetches the complete history of each run that is due and keeps it. A copy of an open run gives way to a later one only
 * where that one begins with it; otherwise both are kept, and somebody must say why.
 */
@Injectable()
export class Archiver {
  private readonly log = new Logger('histories');

  constructor(
    private readonly db: DataSource,
    private readonly runs: Runs,
    private readonly temporal: TemporalHistories,
    private readonly concerns: Concerns,
  ) {}

  /**
   * Archives what is due, one batch.
   * @returns how many runs were due
   * @throws TemporalAway where Temporal does not answer; nothing is lost, and the same is due again
   */
  async archiveDue(stopping: () => boolean = () => false): Promise<number> {
    const due = await this.runs.due(BATCH);
    for (const { journey, run } of due) {
      if (stopping()) break;
      await this.archive(journey, run);
    }
    return due.length;
  }

  private async archive(journey: string, run: string): Promise<void> {
    try {
      await this.keep(journey, run, await this.temporal.copy(journey, run));
    } catch (error) {
      if (error instanceof HistoryGone) return this.runs.missing(journey, run);
      if (!(await this.temporal.isThere())) {
        await this.runs.waits(journey, run);
        throw new TemporalAway('Temporal does not answer', { cause: error });
      }
      this.log.warn({ msg: 'a history could not be archived; it is tried again', journey, run, err: error });
      await this.runs.failed(journey, run);
    }
  }

  private async keep(journey: string, run: string, copy: HistoryCopy): Promise<void> {
    const body = await packed(copy.text);
    await this.db.transaction(async (m) => {
      const copies = await m.query<Kept[]>(
        `select sha256, body, whole from history_archive where journey = $1 and run = $2
         order by archived_at, events`,
        [journey, run],
      );
      if (!copies.some((kept) => kept.sha256 === copy.sha256)) {
        await this.makeWay(m, journey, run, copies.at(-1), copy);
        await m.query(
          `insert into history_archive (journey, run, events, sha256, body, whole) values ($1, $2, $3, $4, $5, $6)`,
          [journey, run, copy.events.length, copy.sha256, body, copy.ended !== undefined],
        );
      }
      await this.runs.kept(m, journey, run, copy.ended);
      for (const linked of copy.linked) await this.runs.note(m, journey, linked);
    });
  }

  /** The copy before this one goes where this one continues it; where it does not, that is a concern. */
  private async makeWay(
    m: EntityManager,
    journey: string,
    run: string,
    before: Kept | undefined,
    copy: HistoryCopy,
  ): Promise<void> {
    if (!before) return;
    const text = await unpacked(before.body, before.sha256);
    if (text !== undefined && !before.whole && continues(copy.events, eventsIn(text)))
      await m.query('delete from history_archive where journey = $1 and run = $2 and sha256 = $3', [
        journey,
        run,
        before.sha256,
      ]);
    else
      await this.concerns.raise({ at: new Date().toISOString(), code: 'history-altered', ref: journey }, m);
  }
}
