import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { Row } from '../../domain/inputs';
import type { Subject } from '../../domain/vocabulary';
import { Concerns } from '../concerns/concerns';
import { Runs } from '../histories/runs';
import { TemporalHistories } from '../histories/temporal-histories';
import { ClockPort } from '../intake/clock';
import { DELIVERED_ROW } from '../intake/delivered-row';
import { PlainError } from '../local/plain-error';
import { JourneyStarter } from '../temporal/journey-starter';
import { DELIVER_AGAIN, raiseEpoch } from './epoch';

/** How far a rebuilding has come. */
export interface Rebuilt {
  epoch: number;
  /** Open journeys when it began. */
  open: number;
  /** Those that have a run which reads its evidence again. */
  woken: number;
  /** Those of them that had none, and were given one. */
  anew: number;
  /** Runs that were noted, and that Temporal no longer has. */
  lost: number;
}

/** How many journeys are woken at the same time. */
const AT_ONCE = 16;
const SIGNAL_MS = 5_000;
const TRIES = 5;
const BETWEEN_TRIES_MS = 1_000;

/** Begins with the first, some at a time. */
const someAtOnce = async <T>(all: readonly T[], act: (one: T) => Promise<void>): Promise<void> => {
  const next = all.values();
  const some = async (): Promise<void> => {
    for (const one of next) await act(one);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, some));
};

/** Whoever has waited longest comes first. */
const OPEN = `select id from journey where not closed order by next_due_at nulls first, id`;

/** The first row of a journey: every journey was opened by one. */
const FIRST_ROW = `
select j.subject, (select epoch from standing) as epoch, ${DELIVERED_ROW} as row
from journey j join inbox i on i.journey = j.id and i.n = 1 where j.id = $1`;

/**
 * Gives open journeys their runs back, from Postgres alone. A journey is woken by delivering its first row again, with
 * signal-with-start: where no run is open that starts one, which loads what is recorded and sets its timer; a run that is open
 * and behind what is recorded hears of the raised epoch, and loads as well. The row itself is below every high-water mark
 * and changes nothing, so all of this can be repeated at any time. Nobody is asked for it: asks are recorded, not run.
 */
@Injectable()
export class Rebuilding {
  constructor(
    private readonly db: DataSource,
    private readonly starter: JourneyStarter,
    private readonly runs: Runs,
    private readonly temporal: TemporalHistories,
    private readonly concerns: Concerns,
    private readonly clock: ClockPort,
  ) {}

  /**
   * Every open journey, those first whose deadlines have waited longest. What is opened meanwhile has its run by its row.
   * @param tell is told how far it has come
   * @throws PlainError where Temporal does not answer; what was woken is woken, and doing it again goes on
   */
  async all(tell: (so: Rebuilt) => void = () => {}): Promise<Rebuilt> {
    const epoch = await this.db.transaction(raiseEpoch);
    const journeys = await this.db.query<{ id: string }[]>(OPEN);
    const so: Rebuilt = { epoch, open: journeys.length, woken: 0, anew: 0, lost: 0 };
    try {
      await someAtOnce(journeys, async ({ id }) => {
        const { anew, lost } = await this.insist(id, so);
        so.woken += 1;
        so.anew += anew ? 1 : 0;
        so.lost += lost;
        tell(so);
      });
    } finally {
      await this.own(so);
    }
    return so;
  }

  /**
   * One journey. The epoch stays: an open run that is not behind goes on as it is.
   * @returns whether it had no run and was given one, and how many of its runs Temporal has lost
   */
  async wake(journey: string): Promise<{ anew: boolean; lost: number }> {
    const [found] = await this.db.query<{ subject: Subject; epoch: number; row: Row }[]>(FIRST_ROW, [
      journey,
    ]);
    if (!found) return { anew: false, lost: 0 };
    const known = await this.runs.of(journey);
    let lost = 0;
    // Before the new run is noted: from then on the archive looks for the older ones, and would tell of each by itself.
    for (const { run, settled } of known)
      if (!settled && !(await this.temporal.has(journey, run))) {
        await this.runs.lost(journey, run);
        lost += 1;
      }
    const { subject, epoch, row } = found;
    const run = await this.starter.signal(journey, subject, { epoch, row }, SIGNAL_MS);
    return { anew: !known.some((k) => k.run === run), lost };
  }

  /** Journeys whose runs cannot go on as they are. @param tell is told how many have a new one */
  async renewAll(journeys: readonly string[], tell: (renewed: number) => void = () => {}): Promise<void> {
    let renewed = 0;
    await someAtOnce(journeys, async (journey) => {
      await this.renew(journey);
      tell((renewed += 1));
    });
  }

  /**
   * Throws away the run of a journey that cannot go on as it is (this release cannot replay its history), and gives the
   * journey a new one. The run's history is archived as terminated; its rows without an outcome are delivered again.
   */
  async renew(journey: string): Promise<void> {
    await this.starter.end(journey, SIGNAL_MS);
    await this.db.query(`${DELIVER_AGAIN} and journey = $1`, [journey]);
    await this.wake(journey);
  }

  private async insist(journey: string, so: Rebuilt): Promise<{ anew: boolean; lost: number }> {
    for (let tries = 1; ; tries++) {
      try {
        return await this.wake(journey);
      } catch (error) {
        if (tries === TRIES)
          throw new PlainError(
            `Temporal or Postgres does not answer, after ${so.woken} of ${so.open} journeys: ${String(error)}`,
            'Do it again when both are there; nothing is done twice.',
            1,
          );
        await sleep(BETWEEN_TRIES_MS);
      }
    }
  }

  private async own({ epoch, lost }: Rebuilt): Promise<void> {
    if (lost > 0)
      await this.concerns.raise({ at: await this.clock.now(), code: 'runs-lost', ref: `epoch-${epoch}` });
  }
}
