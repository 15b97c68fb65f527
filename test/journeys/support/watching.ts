import { DataSource } from 'typeorm';
import { Concerns } from '../../../src/concerns/concerns';
import { ClockPort } from '../../../src/intake/clock';
import { IntakeService } from '../../../src/intake/intake.service';
import type { Finding, Limits } from '../../../src/watchdog/finding';
import { LIMITS } from '../../../src/watchdog/finding';
import { FindingStore } from '../../../src/watchdog/finding-store';
import { Sweep } from '../../../src/watchdog/sweep';
import { TemporalLook } from '../../../src/watchdog/temporal-look';
import type { Loop } from '../../support/loop';
import { eventually } from './patience';

/** A watchdog over a loop, that looks when a test says so. */

export interface FindingRow {
  id: string;
  code: string;
  journey: string | null;
  ref: string;
  reason: string;
  remedy: string;
  times: number;
  cleared_at: Date | null;
  concern: string | null;
}

export class Watching {
  readonly sweep: Sweep;
  readonly store: FindingStore;

  /** @param limits with less patience than the program's own */
  constructor(
    readonly loop: Loop,
    limits: Partial<Limits> = {},
    /** A bare test server of skipped time knows no lists. */
    listable = true,
  ) {
    const db = loop.app.get(DataSource);
    const clock = loop.app.get(ClockPort);
    this.store = new FindingStore(db, new Concerns(loop.app.get(IntakeService)), clock);
    const look = new TemporalLook(() => loop.env.client, loop.taskQueue, listable);
    this.sweep = new Sweep(db, clock, look, this.store, { ...LIMITS, ...limits });
  }

  /** One sweep. @param awayMs how long Temporal has not answered */
  looks(awayMs?: number): Promise<Finding[]> {
    return this.sweep.run(awayMs);
  }

  /** What was ever found of a journey, or of the whole service. */
  kept(journey: string | null): Promise<FindingRow[]> {
    return this.loop.db.query('select * from finding where journey is not distinct from $1 order by id', [
      journey,
    ]);
  }

  /** Sweeps until a journey has exactly this open. */
  async until(journey: string, codes: string[]): Promise<FindingRow[]> {
    const open = async (): Promise<FindingRow[]> => {
      await this.looks();
      return (await this.kept(journey)).filter((f) => f.cleared_at === null);
    };
    const isSo = (found: FindingRow[]): boolean =>
      JSON.stringify(found.map((f) => f.code).sort()) === JSON.stringify(codes);
    const found = await eventually(`nothing but [${codes.join()}] is open`, () =>
      open().then((rows) => isSo(rows) && rows),
    ).catch(async (error: Error) => {
      throw new Error(`${error.message}; kept: ${JSON.stringify(await this.kept(journey))}`);
    });
    return found;
  }
}

/** These loops have no dispatcher: what they would ask counts as sent. */
export const sendsItself = async ({ db }: Loop): Promise<void> => {
  await db.query(`create function sent() returns trigger language plpgsql as $$
    begin new.status := 'sent'; return new; end $$`);
  await db.query('create trigger sent before insert on ask for each row execute function sent()');
};
