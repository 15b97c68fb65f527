import { Module } from '@nestjs/common';
import type { DynamicModule, OnApplicationShutdown, Provider } from '@nestjs/common';
import { Client } from '@temporalio/client';
import { DataSource } from 'typeorm';
import type { AsksSettings } from '../asks/asks-settings';
import { AsksModule } from '../asks/asks.module';
import { AskSending } from '../asks/ask-sending';
import { proofsOfChannels } from '../asks/unprovable';
import { CallListReader } from '../call-list/call-list.reader';
import { Canaries } from '../canaries/canaries';
import { CanaryRunner } from '../canaries/canary-runner';
import { CanarySight } from '../canaries/canary-sight';
import { CanaryWatch } from '../canaries/canary-watch';
import type { CanarySettings } from '../canaries/feeds';
import { feedsOf } from '../canaries/feeds';
import { Concerns } from '../concerns/concerns';
import { Listener } from '../database/listener';
import { DirectoryService } from '../directory/directory.service';
import { Leavers } from '../directory/leavers';
import { FeedJourney } from '../feeds/feed-journey';
import { FeedWatch } from '../feeds/feed-watch';
import { Archiver } from '../histories/archiver';
import { HistoryCheck } from '../histories/history-check';
import { HistoryKeeper } from '../histories/history-keeper';
import { Runs } from '../histories/runs';
import { TemporalHistories } from '../histories/temporal-histories';
import { ClockPort } from '../intake/clock';
import { IntakeService } from '../intake/intake.service';
import { Relay } from '../intake/relay';
import { JourneyRecord } from '../journeys/journey-record';
import { StuckRows } from '../journeys/stuck-rows';
import { Exporter } from '../ledger/exporter';
import { LedgerModule } from '../ledger/ledger.module';
import type { LedgerSettings } from '../ledger/ledger-settings';
import { Sequencer } from '../ledger/sequencer';
import { RulebookService } from '../policy/rulebook.service';
import { ReviewKeeper } from '../reviews/review-keeper';
import { JourneyStarter } from './journey-starter';
import { WatchdogWatch } from '../watchdog/heartbeat';
import type { WorkerSettings } from './worker.service';
import { WorkerService } from './worker.service';

export interface WorkerModuleOptions {
  client: Client;
  worker: WorkerSettings;
  /** Whether the namespace has our search attributes. */
  searchable?: boolean;
  /** Whether a watchdog runs beside it, whose silence is owned by the desk; not in tests of the loop itself. */
  watched?: boolean;
  /** How asks are sent; without it none are (tests of the loop itself). */
  asks?: AsksSettings;
  /** How evidence is anchored; without it it waits (tests of the loop itself). */
  ledger?: LedgerSettings | undefined;
  /** How canaries come in. Without it neither they nor dated reviews start by themselves (tests of the loop itself). */
  canaries?: CanarySettings | undefined;
  /** Ends the process; called when the worker cannot go on. */
  onFailure: (error: unknown) => void;
}

const SENT_ALONE = { mail: ['sent'], sms: ['sent'], webhook: ['sent'], phone: ['sent'] } as const;

/** How long one whole history may take to be fetched: a stopping worker waits for it. */
const ARCHIVE_MS = 10_000;

/**
 * Starts and stops what runs beside the API: the workflow worker, the relay, the dispatcher of asks, who left, feeds, histories,
 * canaries, and the ledger.
 */
export class Engine implements OnApplicationShutdown {
  constructor(
    private readonly worker: WorkerService,
    private readonly relay: Relay,
    private readonly asks: AskSending | undefined,
    private readonly listener: Listener,
    private readonly leavers: Leavers,
    private readonly histories: HistoryKeeper,
    private readonly watch: WatchdogWatch | undefined,
    private readonly feeds: FeedWatch,
    /** Canaries, the watch over them, and dated reviews. */
    private readonly self: readonly (CanaryRunner | CanaryWatch | ReviewKeeper)[],
    private readonly sequencer: Sequencer | undefined,
    private readonly exporter: Exporter | undefined,
    private readonly onFailure: (error: unknown) => void,
  ) {}

  async start(): Promise<void> {
    await this.listener.start();
    await this.worker.start(this.onFailure);
    this.relay.start();
    await this.asks?.start();
    this.leavers.start();
    this.histories.start();
    this.watch?.start();
    this.feeds.start();
    this.self.forEach((part) => part.start());
    this.sequencer?.start();
    this.exporter?.start();
  }

  /** Drains: nothing new is delivered, then what is running finishes. */
  async onApplicationShutdown(): Promise<void> {
    await this.leavers.stop();
    await this.watch?.stop();
    await this.histories.stop();
    await this.feeds.stop();
    for (const part of this.self) await part.stop();
    await this.relay.stop();
    await this.worker.stop();
    await this.sequencer?.stop();
    await this.exporter?.stop();
  }
}

/** What the service owes itself: canaries, a look whether they ran, and dated reviews. */
const selfParts = ({ asks, canaries = {} }: WorkerModuleOptions): Provider[] => [
  CallListReader,
  {
    provide: CanarySight,
    useFactory: (db: DataSource, rulebooks: RulebookService, calls: CallListReader) =>
      new CanarySight(db, rulebooks, calls, asks ? proofsOfChannels(asks) : SENT_ALONE),
    inject: [DataSource, RulebookService, CallListReader],
  },
  {
    provide: Canaries,
    useFactory: (
      db: DataSource,
      clock: ClockPort,
      rulebooks: RulebookService,
      intake: IntakeService,
      concerns: Concerns,
      sight: CanarySight,
    ) => new Canaries(db, clock, rulebooks, intake, concerns, sight, feedsOf(canaries, intake)),
    inject: [DataSource, ClockPort, RulebookService, IntakeService, Concerns, CanarySight],
  },
  CanaryRunner,
  CanaryWatch,
  ReviewKeeper,
];

/** The worker's half of the program. */
@Module({})
export class WorkerModule {
  static forRoot(options: WorkerModuleOptions): DynamicModule {
    return {
      module: WorkerModule,
      imports: [
        ...(options.asks ? [AsksModule.forRoot(options.asks)] : []),
        ...(options.ledger ? [LedgerModule.forRoot(options.ledger)] : []),
      ],
      providers: [
        StuckRows,
        {
          provide: JourneyRecord,
          useFactory: (db: DataSource, rulebooks: RulebookService, stuck: StuckRows) =>
            new JourneyRecord(db, rulebooks, stuck),
          inject: [DataSource, RulebookService, StuckRows],
        },
        {
          provide: JourneyStarter,
          useFactory: (runs: Runs) =>
            new JourneyStarter(options.client, options.worker.taskQueue, options.searchable, (journey, run) =>
              runs.heardOf(journey, run),
            ),
          inject: [Runs],
        },
        Runs,
        Concerns,
        { provide: TemporalHistories, useValue: new TemporalHistories(() => options.client, ARCHIVE_MS) },
        Archiver,
        {
          provide: HistoryCheck,
          useFactory: (db: DataSource, concerns: Concerns) => new HistoryCheck(db, options.client, concerns),
          inject: [DataSource, Concerns],
        },
        HistoryKeeper,
        {
          provide: WatchdogWatch,
          useFactory: (db: DataSource, concerns: Concerns) => new WatchdogWatch(db, concerns),
          inject: [DataSource, Concerns],
        },
        FeedJourney,
        FeedWatch,
        ...selfParts(options),
        Relay,
        DirectoryService,
        Leavers,
        {
          provide: WorkerService,
          useFactory: (record: JourneyRecord) => new WorkerService(options.worker, record),
          inject: [JourneyRecord],
        },
        {
          provide: Engine,
          useFactory: (
            worker: WorkerService,
            relay: Relay,
            listener: Listener,
            leavers: Leavers,
            histories: HistoryKeeper,
            watch: WatchdogWatch,
            feeds: FeedWatch,
            runner: CanaryRunner,
            canaryWatch: CanaryWatch,
            reviews: ReviewKeeper,
            asks?: AskSending,
            sequencer?: Sequencer,
            exporter?: Exporter,
          ) =>
            new Engine(
              worker,
              relay,
              asks,
              listener,
              leavers,
              histories,
              options.watched ? watch : undefined,
              feeds,
              options.canaries ? [runner, canaryWatch, reviews] : [],
              sequencer,
              exporter,
              options.onFailure,
            ),
          inject: [
            WorkerService,
            Relay,
            Listener,
            Leavers,
            HistoryKeeper,
            WatchdogWatch,
            FeedWatch,
            CanaryRunner,
            CanaryWatch,
            ReviewKeeper,
            { token: AskSending, optional: true },
            { token: Sequencer, optional: true },
            { token: Exporter, optional: true },
          ],
        },
      ],
      exports: [
        Engine,
        Concerns,
        JourneyRecord,
        Relay,
        WorkerService,
        Leavers,
        HistoryKeeper,
        Archiver,
        HistoryCheck,
        WatchdogWatch,
        CanaryRunner,
        CanaryWatch,
        ReviewKeeper,
      ],
    };
  }
}
