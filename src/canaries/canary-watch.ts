import { Injectable, Logger } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Concerns } from '../concerns/concerns';
import { ClockPort } from '../intake/clock';
import { Rounds } from '../rounds';

const POLL_MS = 60_000;

/** What the canaries say, for health. `missing`: set up, and none was started for a day; `failed`: one of the last day's. */
export const CANARY_STATUSES = ['off', 'current', 'failed', 'missing', 'unknown'] as const;
export type CanaryStatus = (typeof CANARY_STATUSES)[number];

/** How canaries stand at an instant (`$1`). Before the first one a day counts from the directory that set them up. */
const LOOK = `
select exists (select 1 from directory_part where part = 'canaries') as set_up,
  exists (select 1 from canary where started_at > $1::timestamptz - interval '25 hours') as ran,
  exists (select 1 from canary where outcome = 'failed' and started_at > $1::timestamptz - interval '25 hours') as failed,
  coalesce((select max(started_at) from canary), (select max(at) from directory_change)) as since`;

interface Look {
  set_up: boolean;
  ran: boolean;
  failed: boolean;
  since: Date | null;
}

const DAY_MS = 25 * 3_600_000;

export const canaryStatus = async (db: DataSource, now: string): Promise<CanaryStatus> => {
  const [look] = await db.query<[Look]>(LOOK, [now]);
  if (!look.set_up) return 'off';
  if (look.failed) return 'failed';
  const waited = look.since === null ? 0 : Date.parse(now) - look.since.getTime();
  return look.ran || waited <= DAY_MS ? 'current' : 'missing';
};

/**
 * Looks whether canaries ran at all, apart from what runs them: a runner that has stopped says nothing. The desk is asked once a
 * day while none runs.
 */
@Injectable()
export class CanaryWatch {
  private readonly log = new Logger('canaries');
  private readonly rounds = new Rounds({
    act: async () => {
      await this.look();
      return 0;
    },
    failed: (err) => this.log.error({ msg: 'cannot look whether canaries ran', err }),
    pollMs: POLL_MS,
  });

  constructor(
    private readonly db: DataSource,
    private readonly clock: ClockPort,
    private readonly concerns: Concerns,
  ) {}

  start(): void {
    this.rounds.start();
  }

  stop(): Promise<void> {
    return this.rounds.stop();
  }

  async look(): Promise<CanaryStatus> {
    const now = await this.clock.now();
    const status = await canaryStatus(this.db, now);
    // The same instant the whole day: the same concern again changes nothing.
    if (status === 'missing')
      await this.concerns.raise({
        at: `${now.slice(0, 10)}T00:00:00.000Z`,
        code: 'canary-missing',
        ref: 'all',
      });
    return status;
  }
}
