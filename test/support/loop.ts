import { NestFactory } from '@nestjs/core';
import type { INestApplicationContext } from '@nestjs/common';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import type { WorkflowBundleOption } from '@temporalio/worker';
import { Module } from '@nestjs/common';
import type { DataSource } from 'typeorm';
import type { JourneyEvent } from '../../domain/events';
import type { InputType } from '../../domain/inputs';
import type { Journey } from '../../domain/journey';
import type { Policy } from '../../domain/policy';
import { CoreModule } from '../../src/core.module';
import { makeOwnerDataSource } from '../../src/database/data-source';
import { IntakeService } from '../../src/intake/intake.service';
import type { Accepted, Submission } from '../../src/intake/intake.service';
import { Outcomes } from '../../src/intake/outcomes';
import type { Outcome } from '../../src/journeys/outcome';
import { loadBankHolidays } from '../../src/policy/bank-holidays';
import type { AsksSettings } from '../../src/asks/asks-settings';
import { loadPolicy } from '../../src/policy/policy-file';
import type { LedgerSettings } from '../../src/ledger/ledger-settings';
import { RulebookService } from '../../src/policy/rulebook.service';
import { Engine, WorkerModule } from '../../src/temporal/worker.module';
import { BUSY_CHANNELS, ChannelWaits } from './channel-waits';
import { masterKeys } from './master-keys';
import { SkippedClock } from './skipped-clock';

@Module({})
class Whole {}

export interface LoopOptions {
  databaseUrl: string;
  env: TestWorkflowEnvironment;
  bundle: WorkflowBundleOption;
  policy?: Policy;
  maxCachedWorkflows?: number;
  /** Real channels, where asks are to go out. */
  asks?: AsksSettings;
  /** Mail that is on its way back: how many have come back so far, or nothing while one is on its way. */
  returned?: () => number | undefined;
  /** What signs the ledger, where there is to be one. */
  ledger?: LedgerSettings;
}

/**
 * The whole durable loop on a real Postgres and the time-skipping Temporal server, without the HTTP edge: what the tests of
 * the loop itself drive. Time moves only through `advanceTo`, in steps, when inbox and deadlines are quiet.
 */
export class Loop {
  private constructor(
    readonly app: INestApplicationContext,
    /** The database's owner, for what a test looks at and tampers with; the program's own connections may do less. */
    readonly db: DataSource,
    readonly env: TestWorkflowEnvironment,
    readonly clock: SkippedClock,
    readonly options: LoopOptions,
    readonly taskQueue: string,
    private readonly channels: ChannelWaits | undefined,
  ) {}

  static async start(options: LoopOptions): Promise<Loop> {
    const clock = new SkippedClock(options.env);
    const taskQueue = `loop-${process.pid}-${Math.floor(performance.now())}`;
    const app = await NestFactory.createApplicationContext(
      {
        module: Whole,
        imports: [
          CoreModule.forRoot({ databaseUrl: options.databaseUrl, clock, masterKeys }),
          WorkerModule.forRoot({
            client: options.env.client,
            worker: {
              connection: options.env.nativeConnection,
              namespace: options.env.namespace ?? 'default',
              taskQueue,
              workflows: { workflowBundle: options.bundle },
              ...(options.maxCachedWorkflows === undefined
                ? {}
                : { maxCachedWorkflows: options.maxCachedWorkflows }),
            },
            ...(options.asks ? { asks: options.asks } : {}),
            ...(options.ledger ? { ledger: options.ledger } : {}),
            onFailure: (error) => {
              throw error;
            },
          }),
        ],
      },
      { logger: options.asks ? ['error'] : ['error', 'warn'], abortOnError: false },
    );
    const db = await makeOwnerDataSource(options.databaseUrl, 8).initialize();
    const rulebooks = app.get(RulebookService);
    await rulebooks.keepPolicy(options.policy ?? loadPolicy('policies/england.yaml'), true);
    await rulebooks.keepCalendar(loadBankHolidays());
    await app.get(Engine).start();
    const channels = options.asks && new ChannelWaits(db, options.returned);
    return new Loop(app, db, options.env, clock, options, taskQueue, channels);
  }

  async stop(): Promise<void> {
    await this.app.close();
    await this.db.destroy();
  }

  now(): Promise<string> {
    return this.clock.now();
  }

  /** Sends something in and waits for what becomes of it. */
  async send(
    type: InputType,
    data: object,
    more: Partial<Submission> = {},
  ): Promise<Accepted & { outcome: Outcome }> {
    const by = more.by ?? { person: 'ris-1', role: 'system' as const };
    const accepted = await this.app.get(IntakeService).submit({ type, data, by, ...more } as Submission);
    const outcome = await this.app.get(Outcomes).wait(accepted.id, 15_000);
    if (!outcome) throw new Error(`no outcome for ${type} within 15 s`);
    return { ...accepted, outcome };
  }

  async journey(id: string): Promise<Journey> {
    const [row] = await this.db.query<{ state: Journey }[]>('select state from journey where id = $1', [id]);
    return row!.state;
  }

  async events(id: string): Promise<JourneyEvent[]> {
    const rows = await this.db.query<{ body: JourneyEvent }[]>(
      'select body from evidence where journey = $1 order by seq',
      [id],
    );
    return rows.map((r) => r.body);
  }

  /** Waits until every row has its outcome, no deadline is overdue and every ask is out: only then may time move. */
  async quiet(): Promise<void> {
    for (let tries = 0; tries < 1_200; tries++) {
      const before = this.channels?.returned();
      if (!(await this.busy()) && before === this.channels?.returned()) return;
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
    throw new Error('the loop does not come to rest');
  }

  /** One look at everything, since what goes out makes new rows, and rows new asks. */
  private async busy(): Promise<boolean> {
    if (this.channels && this.channels.returned() === undefined) return true;
    const [{ busy }] = await this.db.query<[{ busy: boolean }]>(
      `select exists (select 1 from delivery where finished_n < last_n)
           or exists (select 1 from journey where not closed and next_due_at <= $1)
           or exists (select 1 from feed where silent_since is null and quiet_until <= $1)
           or exists (select 1 from inbox i join feed f on f.id = i.feed where i.received_at > f.silent_since)
           ${this.channels ? `or ${BUSY_CHANNELS}` : ''} as busy`,
      [await this.now()],
    );
    return busy;
  }

  /** Moves time forward, stopping at every deadline and at the end of every feed's quiet on the way, and at every wait of the channels. */
  async advanceTo(target: string): Promise<void> {
    for (;;) {
      await this.quiet();
      const now = await this.now();
      if (now >= target) return;
      const [{ next }] = await this.db.query<[{ next: Date | null }]>(
        `select least((select min(next_due_at) from journey where not closed),
           (select min(quiet_until) from feed where silent_since is null)) as next`,
      );
      const stop = next && next.toISOString() < target ? next.toISOString() : target;
      const wait = Math.min(Date.parse(stop) - Date.parse(now), (await this.channels?.next()) ?? Infinity);
      const ms = Math.max(1, wait);
      await this.env.sleep(ms);
      await this.channels?.passed(ms);
    }
  }
}
