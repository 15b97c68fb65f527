import 'reflect-metadata';
import { writeSync } from 'node:fs';
import { DataSource } from 'typeorm';
import type { CauseRef, Kept, Position } from '../../../activities';
import type { Proposal } from '../../../domain/events';
import { JourneyRecord } from '../../../src/journeys/journey-record';
import { StuckRows } from '../../../src/journeys/stuck-rows';
import { RulebookService } from '../../../src/policy/rulebook.service';
import { replacePart } from './replaced-part';
import { eventually } from './until';

/**
 * Our worker, but it dies the hardest way between `record`'s commit and the completion of its workflow task: after the first
 * commit of a cause that begins with `DIE_AFTER`, once `DELIVERED` rows have been signalled and a deadline has passed. It
 * says what it saw before it dies.
 */
const dieAfter = process.env['DIE_AFTER'] ?? 'row:';
const delivered = Number(process.env['DELIVERED'] ?? 0);
/** Below the activity's own time limit: until then the task is under way. */
const PATIENCE_MS = 4_500;

class DyingRecord extends JourneyRecord {
  constructor(
    private readonly postgres: DataSource,
    rulebooks: RulebookService,
    stuck: StuckRows,
  ) {
    super(postgres, rulebooks, stuck);
  }

  override async record(
    journey: string,
    expected: Position,
    cause: CauseRef,
    proposal: Proposal,
  ): Promise<Kept> {
    const kept = await super.record(journey, expected, cause, proposal);
    if (!cause.id.startsWith(dieAfter)) return kept;
    writeSync(1, `COMMITTED ${cause.id}\n`);
    const seen = await this.waiting(journey);
    writeSync(1, `DIES after the commit of ${cause.id}; waiting: ${JSON.stringify(seen)}\n`);
    process.kill(process.pid, 'SIGKILL');
    return kept;
  }

  /** What waits behind this record: rows that Temporal has, and a deadline that has come. */
  private waiting(journey: string): Promise<{ signalled: number; finished: number; due: string }> {
    return eventually(
      'rows signalled and a deadline due',
      async () => {
        const [row] = await this.postgres.query<{ signalled: number; finished: number; due: Date }[]>(
          `select d.delivered_n as signalled, d.finished_n as finished, j.next_due_at as due
           from delivery d join journey j on j.id = d.journey where d.journey = $1`,
          [journey],
        );
        const ready = row!.signalled >= delivered && row!.due.getTime() <= Date.now();
        return ready && { ...row!, due: row!.due.toISOString() };
      },
      PATIENCE_MS,
    );
  }
}

replacePart(
  JourneyRecord,
  [DataSource, RulebookService, StuckRows],
  (_, db: DataSource, rulebooks: RulebookService, stuck: StuckRows) => new DyingRecord(db, rulebooks, stuck),
);
require('../../../src/main');
