import { Injectable } from '@nestjs/common';
import type { ListState } from '../downtime/list-state';
import { listState } from '../downtime/list-state';
import { DataSource } from 'typeorm';
import { MIGRATIONS } from '../database/data-source';
import type { Heartbeat } from '../watchdog/heartbeat';
import { HEARTBEAT_UNKNOWN, heartbeat } from '../watchdog/heartbeat';
import type { CanaryStatus } from '../canaries/canary-watch';
import { canaryStatus } from '../canaries/canary-watch';
import { ClockPort } from '../intake/clock';
import type { Anchoring } from '../ledger/anchoring';
import { ANCHORING_UNKNOWN, anchoring } from '../ledger/anchoring';

export interface Health {
  status: 'up' | 'down';
  postgres: 'up' | 'down';
  migrations: 'current' | 'behind' | 'unknown';
  policy: 'stands' | 'none' | 'unknown';
  anchoring: Anchoring;
  watchdog: Heartbeat;
  canaries: CanaryStatus;
  /** The list of what is owed, on disk. */
  downtimeList: ListState;
}

/** Whether Temporal answers. Reported, and no reason to turn anybody away. */
export abstract class TemporalProbe {
  abstract look(): Promise<'up' | 'down'>;
}

const PATIENCE_MS = 2_000;
const UNKNOWN = {
  migrations: 'unknown',
  policy: 'unknown',
  anchoring: ANCHORING_UNKNOWN,
  watchdog: HEARTBEAT_UNKNOWN,
  canaries: 'unknown',
  downtimeList: { status: 'unknown' },
} as const;
const AWAY: Health = { status: 'down', postgres: 'down', ...UNKNOWN };

const inTime = <T>(act: Promise<T>, late: T): Promise<T> => {
  let timer: NodeJS.Timeout | undefined;
  const patience = new Promise<T>((resolve) => (timer = setTimeout(() => resolve(late), PATIENCE_MS)));
  return Promise.race([act, patience]).finally(() => clearTimeout(timer));
};

/** What accepting needs: Postgres, its schema as this program knows it, and a policy to pin journeys to. */
@Injectable()
export class HealthProbe {
  constructor(
    private readonly db: DataSource,
    private readonly clock: ClockPort,
  ) {}

  look(): Promise<Health> {
    return inTime(
      this.ask().catch(() => AWAY),
      AWAY,
    );
  }

  private async ask(): Promise<Health> {
    const [{ up }] = await this.db.query<[{ up: number }]>('select 1 as up');
    if (up !== 1) return AWAY;
    if (!(await this.current())) return { ...UNKNOWN, status: 'down', postgres: 'up', migrations: 'behind' };
    const [standing] = await this.db.query<{ policy: string | null; calendar: string | null }[]>(
      'select policy, calendar from standing',
    );
    const stands = standing?.policy != null && standing.calendar != null;
    return {
      status: stands ? 'up' : 'down',
      postgres: 'up',
      migrations: 'current',
      policy: stands ? 'stands' : 'none',
      anchoring: await anchoring(this.db),
      watchdog: await heartbeat(this.db),
      canaries: await canaryStatus(this.db, await this.clock.now()),
      downtimeList: await listState(this.db),
    };
  }

  private async current(): Promise<boolean> {
    const [{ exists }] = await this.db.query<[{ exists: boolean }]>(
      `select to_regclass('migrations') is not null as exists`,
    );
    if (!exists) return false;
    const ran = await this.db.query<{ name: string }[]>('select name from migrations');
    return MIGRATIONS.every((migration) => ran.some(({ name }) => name === migration.name));
  }
}
