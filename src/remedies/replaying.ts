import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { DataSource } from 'typeorm';
import { Problem } from '../api/problems';
import type { Options, RemedyKind, Would } from './kind';
import { OwedReader } from './owed';
import type { RunLook } from './run-look';
import { RunLooks } from './run-look';
import { deliverNow, waitingOf } from './waiting';

/**
 * A new run from evidence. The row that tells of it is delivered as every row is, by signal-with-start; what begins then loads
 * the fold of evidence, so that nothing is asked twice and what fell due meanwhile is asked once, as late. The row comes first
 * and the old run's end second: between them there is always a run, or a row that begins one.
 */
@Injectable()
export class Replaying implements RemedyKind {
  constructor(
    private readonly db: DataSource,
    private readonly runs: RunLooks,
    private readonly owed: OwedReader,
  ) {}

  async look(m: EntityManager, journey: string, { force }: Options): Promise<Would> {
    const run = await this.runs.look(journey);
    const owes = await this.owed.of(journey);
    if (!force && isSound(run, owes.closed && (await waitingOf(m, journey)).rows === 0))
      throw new Problem('run-is-sound');
    const open = run.state === 'running' || run.state === 'failing';
    return { run, owes, newRun: true, ...(open ? { ends: run.run! } : {}) };
  }

  async act(): Promise<object> {
    return {};
  }

  async after(journey: string, { ends }: Would): Promise<void> {
    if (ends !== undefined) await this.runs.end(journey, ends);
    await this.db.transaction((m) => deliverNow(m, journey));
  }
}

/** It goes on, or it has ended as it should. Of a run whose history nobody has, nothing can be said for it. */
const isSound = ({ state, ended, fits }: RunLook, nothingLeft: boolean): boolean =>
  (state === 'running' && fits === true) || (ended === 'completed' && nothingLeft);
