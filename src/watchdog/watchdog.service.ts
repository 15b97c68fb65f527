import { Logger } from '@nestjs/common';
import type { OnApplicationShutdown } from '@nestjs/common';
import type { DataSource } from 'typeorm';
import type { Concerns } from '../concerns/concerns';
import { Rounds } from '../rounds';
import type { Trouble } from './alarm';
import type { AlarmBell } from './alarm-bell';
import type { Finding, Limits } from './finding';
import { since } from './finding';
import type { FindingStore } from './finding-store';
import type { Sweep } from './sweep';
import type { TemporalLook } from './temporal-look';

const BEAT_MS = 5_000;
/** For a statement of its own: a database that does not answer is away, however it is so. */
const PATIENCE_MS = 10_000;
/** A database's failover is over by then. */
export const POSTGRES_AWAY_MS = 30_000;
/** Nothing was looked at for so long, or what was found could not be given to the desk: the alarm tells. */
const BLIND_MS = 300_000;

const BEAT = `update watchdog set beat_at = now()`;
const SWEPT = `update watchdog set swept_at = now()`;
/** One watchdog sweeps at a time; each of them beats, and rings for what it cannot reach. */
const LOCK = `select pg_try_advisory_lock(hashtextextended('watchdog', 0)) as mine`;
const UNLOCK = `select pg_advisory_unlock(hashtextextended('watchdog', 0))`;

/**
 * Watches the service itself. One round looks whether Postgres and Temporal are there and rings the alarm; another, which may
 * hang in a database that does not answer, sweeps. It needs no worker, and of Temporal nothing but answers.
 */
export class Watchdog implements OnApplicationShutdown {
  private readonly log = new Logger('watchdog');
  private postgresAwaySince: number | undefined;
  private temporalAwaySince: number | undefined;
  /** When a look was last finished, by this one or another. */
  private lookedAt = performance.now();
  /** Since when it was away, for a concern that is still to be raised. */
  private postgresWasAway: Date | undefined;
  private amiss: readonly Finding[] = [];
  private pressing: readonly Trouble[] = [];

  private readonly beats = new Rounds({
    act: async () => {
      await this.beat();
      return 0;
    },
    failed: (err) => this.log.error({ msg: 'the alarm could not be judged; it is tried again', err }),
    pollMs: BEAT_MS,
  });
  private readonly sweeps: Rounds;

  constructor(
    private readonly db: DataSource,
    private readonly temporal: TemporalLook,
    private readonly sweep: Sweep,
    private readonly store: FindingStore,
    private readonly concerns: Concerns,
    private readonly bell: AlarmBell,
    limits: Limits,
  ) {
    this.sweeps = new Rounds({
      act: async () => {
        await this.look();
        return 0;
      },
      failed: (err) => this.log.error({ msg: 'the watchdog could not look; it tries again', err }),
      pollMs: limits.sweepMs,
    });
  }

  start(): void {
    this.beats.start();
    this.sweeps.start();
  }

  async onApplicationShutdown(): Promise<void> {
    await Promise.all([this.beats.stop(), this.sweeps.stop()]);
    await this.bell.close();
  }

  /** Whether both are there, and the alarm by what is known now. */
  async beat(): Promise<void> {
    const [postgres, temporal] = await Promise.all([
      inTime(this.db.query(BEAT)).then(
        () => true,
        () => false,
      ),
      this.temporal.answers(),
    ]);
    const now = performance.now();
    if (!postgres) this.postgresWasAway ??= new Date();
    this.postgresAwaySince = postgres ? undefined : (this.postgresAwaySince ?? now);
    this.temporalAwaySince = temporal ? undefined : (this.temporalAwaySince ?? now);
    if (postgres && this.postgresWasAway) await inTime(this.ownOutage(this.postgresWasAway)).catch(() => {});
    await this.bell.tell(this.troubles(now));
  }

  /** Nobody could be asked while it was away, and no finding be kept: said once it is back. */
  private async ownOutage(from: Date): Promise<void> {
    const lasted = Date.now() - from.getTime() >= POSTGRES_AWAY_MS;
    if (lasted) await this.concerns.raise({ at: from.toISOString(), code: 'postgres-away', ref: 'postgres' });
    this.postgresWasAway = undefined;
  }

  /** One sweep, unless another watchdog is at it. */
  async look(): Promise<void> {
    const session = this.db.createQueryRunner();
    try {
      const [{ mine }] = (await session.query(LOCK)) as [{ mine: boolean }];
      if (!mine) {
        this.lookedAt = performance.now();
        return;
      }
      try {
        const away = this.temporalAwaySince;
        this.amiss = await this.sweep.run(away === undefined ? undefined : performance.now() - away);
        this.pressing = await this.pressingNow();
        await session.query(SWEPT);
        this.lookedAt = performance.now();
      } finally {
        await session.query(UNLOCK);
      }
      await this.bell.beat();
    } finally {
      await session.release();
    }
  }

  private async pressingNow(): Promise<Trouble[]> {
    const rows = await this.store.pressing();
    const [ours, patients] = [rows.filter((r) => r.service), rows.filter((r) => !r.service)];
    const trouble = (topic: string, of: typeof rows, text: string): Trouble[] =>
      of.length === 0
        ? []
        : [
            {
              topic,
              of: of.map((r) => r.journey),
              text: `${text} (${[...new Set(of.map((r) => r.code))].join(', ')}).`,
            },
          ];
    return [
      ...trouble(
        'critical-journey',
        patients,
        `${patients.length} findings on journeys with a critical, urgent or cancer finding, or an emergency, are open: ${named(patients)}`,
      ),
      ...trouble(
        'concern-stuck',
        ours,
        `${ours.length} of the service's own concerns stand still, so nobody is asked about them: ${named(ours)}`,
      ),
    ];
  }

  private troubles(now: number): Trouble[] {
    const lasts = (from: number | undefined, ms: number): from is number =>
      from !== undefined && now - from >= ms;
    const told: Trouble[] = [];
    const postgres = this.postgresAwaySince;
    if (lasts(postgres, POSTGRES_AWAY_MS)) told.push(postgresAway(now - postgres));
    else if (lasts(this.lookedAt, BLIND_MS))
      told.push({
        topic: 'concern-not-raised',
        text: `For ${since(now - this.lookedAt)} nothing could be looked at, or what was found could not be given to the desk.`,
      });
    for (const { code, reason } of this.amiss)
      if (code === 'temporal-away' || code === 'worker-away') told.push({ topic: code, text: reason });
    return [...told, ...this.pressing];
  }
}

export const postgresAway = (ms: number): Trouble => ({
  topic: 'postgres-away',
  text: `Postgres has not answered for ${since(ms)}: nothing is accepted and nobody is asked.`,
});

const NAMED = 5;
const named = (rows: readonly { journey: string }[]): string => {
  const ids = [...new Set(rows.map((r) => r.journey))];
  return ids.slice(0, NAMED).join(', ') + (ids.length > NAMED ? ` and ${ids.length - NAMED} more` : '');
};

/** @throws where it takes too long; what was begun goes on, and is nobody's any more */
const inTime = <T>(act: Promise<T>): Promise<T> => {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('not in time')), PATIENCE_MS);
  });
  return Promise.race([act, late]).finally(() => clearTimeout(timer));
};
