import { Logger } from '@nestjs/common';
import type { DataSource } from 'typeorm';
import type { Concerns } from '../concerns/concerns';
import { Rounds } from '../rounds';

/** The watchdog's heartbeat as others see it: for health, and for the worker, which owns its silence. */
export interface Heartbeat {
  /** `silent` where it has not been heard of for five minutes, or never. */
  status: 'alive' | 'silent' | 'unknown';
  /** Seconds since it was last heard of. */
  heardSeconds: number | null;
  /** Seconds since it last looked at everything. */
  sweptSeconds: number | null;
  /** What it found and is not gone. */
  open: number;
}

export const HEARTBEAT_UNKNOWN: Heartbeat = {
  status: 'unknown',
  heardSeconds: null,
  sweptSeconds: null,
  open: 0,
};

const SILENT_SECONDS = 300;
const LOOK = `
select extract(epoch from now() - beat_at)::int as heard, extract(epoch from now() - swept_at)::int as swept, beat_at as at,
  (select count(*)::int from finding where cleared_at is null) as open
from watchdog`;

interface Row {
  heard: number | null;
  swept: number | null;
  at: Date | null;
  open: number;
}

const row = async (db: DataSource): Promise<Row> => (await db.query<[Row]>(LOOK))[0];
const isSilent = ({ heard }: Row): boolean => heard === null || heard > SILENT_SECONDS;

export const heartbeat = async (db: DataSource): Promise<Heartbeat> => {
  const is = await row(db);
  return {
    status: isSilent(is) ? 'silent' : 'alive',
    heardSeconds: is.heard,
    sweptSeconds: is.swept,
    open: is.open,
  };
};

const LOOK_MS = 60_000;

/** In the worker: who watches the watchdog. Its silence is the desk's, once for each time it falls silent. */
export class WatchdogWatch {
  private readonly log = new Logger('watchdog');
  private readonly startedAt = new Date();
  private toldOf: number | undefined;
  private readonly rounds = new Rounds({
    act: async () => {
      await this.look();
      return 0;
    },
    failed: (err) => this.log.error({ msg: 'cannot see whether the watchdog lives; looked again', err }),
    pollMs: LOOK_MS,
  });

  constructor(
    private readonly db: DataSource,
    private readonly concerns: Concerns,
  ) {}

  start(): void {
    this.rounds.start();
  }

  stop(): Promise<void> {
    return this.rounds.stop();
  }

  /** A watchdog that was never heard of has as long to come as one that fell silent, from when this began. */
  async look(now = new Date()): Promise<void> {
    const is = await row(this.db);
    const waited = now.getTime() - this.startedAt.getTime() > SILENT_SECONDS * 1_000;
    const since = (is.at ?? this.startedAt).getTime();
    if (!isSilent(is) || (is.at === null && !waited) || this.toldOf === since) return;
    this.log.error({ msg: 'the watchdog is silent: what stands still is not found', heard: is.heard });
    await this.concerns.raise({
      at: new Date(since).toISOString(),
      code: 'watchdog-silent',
      ref: 'watchdog',
    });
    this.toldOf = since;
  }
}
