import { Logger } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Rounds } from '../rounds';
import type { Outgoing, Outlet } from './outlets';
import { CONTRADICTED, failureCode } from './outlets';

const EVERY_MS = 5_000;
/** Checkpoints that are given to one place at once. */
const AT_ONCE = 500;
/** Seconds to wait after the first, second, ... failed try; the last one repeats. */
const WAITS = [5, 30, 120, 300, 600];

/** Takes the place's turn, where there is something newer than what it has; a worker that dies with it loses it in a minute. */
const CLAIM = `
with newest as (select max(size) as size from checkpoint),
claimed as (
  update checkpoint_export e set next_try_at = now() + interval '1 minute', attempts = attempts + 1
  from newest where e.target = $1 and e.next_try_at <= now() and e.size < newest.size
  returning e.size, e.attempts, newest.size as newest)
select size, newest, attempts from claimed`;

const DONE = `
update checkpoint_export set size = $2, exported_at = now(), attempts = 0, failing_since = null, failure = null,
  next_try_at = now() + make_interval(secs => $3) where target = $1`;

const FAILED = `
with failed as (
  update checkpoint_export set failing_since = coalesce(failing_since, now()), failure = $2,
    next_try_at = now() + make_interval(secs => $3) where target = $1
  returning failing_since)
select failing_since < now() - interval '1 hour' as long from failed`;

/** Gives checkpoints to the places outside, again and again until each has them. */
export class Exporter {
  private readonly log = new Logger('ledger');
  private readonly rounds = new Rounds({
    act: async () => {
      await this.look();
      return 0;
    },
    failed: (err) => this.log.error({ msg: 'could not export checkpoints; will be tried again', err }),
    pollMs: EVERY_MS,
  });

  constructor(
    private readonly db: DataSource,
    private readonly outlets: readonly Outlet[],
  ) {}

  start(): void {
    if (this.outlets.length > 0) this.rounds.start();
  }

  async stop(): Promise<void> {
    await this.rounds.stop();
    for (const outlet of this.outlets) await outlet.close?.();
  }

  async look(): Promise<void> {
    for (const outlet of this.outlets) await this.serve(outlet);
  }

  private async serve(outlet: Outlet): Promise<void> {
    const { target } = outlet;
    await this.db.query('insert into checkpoint_export (target) values ($1) on conflict do nothing', [
      target,
    ]);
    const [claim] = await this.db.query<{ size: string; newest: string; attempts: number }[]>(CLAIM, [
      target,
    ]);
    if (!claim) return;
    const checkpoints = await this.checkpoints(Number(claim.size), outlet.each);
    try {
      await outlet.send(checkpoints, Number(claim.newest), claim.attempts);
      await this.db.query(DONE, [target, checkpoints.at(-1)!.size, outlet.restSeconds]);
    } catch (error) {
      await this.failed(target, claim.attempts, error);
    }
  }

  private async checkpoints(after: number, each: boolean): Promise<Outgoing[]> {
    const rows = await this.db.query<{ size: string; note: string }[]>(
      each
        ? 'select size, note from checkpoint where size > $1 order by size limit $2'
        : 'select size, note from checkpoint where size > $1 order by size desc limit least($2, 1)',
      [after, AT_ONCE],
    );
    return rows.map(({ size, note }) => ({ size: Number(size), note }));
  }

  private async failed(target: string, attempts: number, err: unknown): Promise<void> {
    const failure = failureCode(err);
    const wait = WAITS[Math.min(attempts, WAITS.length) - 1];
    const [row] = await this.db.query<{ long: boolean }[]>(FAILED, [target, failure, wait]);
    const told = { msg: 'a checkpoint could not be exported; will be tried again', target, failure, err };
    if (row?.long || failure === CONTRADICTED) this.log.error(told);
    else this.log.warn(told);
  }
}
