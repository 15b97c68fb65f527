import { Module } from '@nestjs/common';
import type { DynamicModule } from '@nestjs/common';
import type { WorkflowBundleOption } from '@temporalio/worker';
import { DataSource } from 'typeorm';
import { ApiModule } from './api/api.module';
import type { EdgeOptions } from './api/api.module';
import { TemporalProbe } from './api/health-probe';
import { Proofs } from './asks/proofs';
import { CallListReader } from './call-list/call-list.reader';
import { CONTROLLERS } from './controllers';
import type { CoreOptions } from './core.module';
import { CoreModule } from './core.module';
import { DirectoryEditor } from './directory/directory-editor';
import { DirectoryReader } from './directory/directory.reader';
import { DirectoryService } from './directory/directory.service';
import { DossierReader } from './dossier/dossier.reader';
import { Dossiers } from './dossier/dossier.service';
import { EvidenceReader } from './evidence/evidence.reader';
import { QUESTIONS } from './evidence/questions.providers';
import { FeedCounts } from './feeds/feed-counts';
import { FeedJourney } from './feeds/feed-journey';
import { Feeds } from './feeds/feeds.service';
import { HistoriesReader } from './histories/histories.reader';
import { JourneyHistory } from './histories/journey-history';
import { TemporalHistories } from './histories/temporal-histories';
import { JourneySearch } from './journeys/journey-search';
import { PatientFacts } from './journeys/patient-facts';
import { JourneysReader } from './journeys/journeys.reader';
import { Submissions } from './journeys/submissions.service';
import { LedgerReader } from './ledger/ledger.reader';
import { Links } from './links/links.service';
import { Returning } from './links/returning';
import { ObligationsReader } from './obligations/obligations.reader';
import { Replanning } from './operations/replanning.service';
import { PoliciesReader } from './policy/policies.reader';
import { remedyProviders } from './remedies/remedies.providers';
import { Erasing } from './sealing/erasing';
import { LegalHolds } from './sealing/legal-holds';
import { FindingsReader } from './watchdog/findings.reader';
import { Watched } from './telemetry/watched';
import { LazyTemporal } from './temporal/lazy-temporal';

/** How long a reader of a history waits for Temporal before the archive answers. */
const READ_MS = 5_000;

export interface AppOptions {
  core: CoreOptions;
  returning?: Returning;
  temporal?: LazyTemporal | undefined;
  /** The workflow code that runs are held to; the program's own, unless a test says another. */
  workflows?: WorkflowBundleOption | undefined;
  api: Omit<EdgeOptions, 'controllers'>;
}

/** The API: every feature's controllers over the core. The worker is a program of its own and needs none of this. */
@Module({})
export class AppModule {
  static forRoot({ core, api, temporal, workflows, returning = {} }: AppOptions): DynamicModule {
    return {
      module: AppModule,
      imports: [CoreModule.forRoot(core), ApiModule.forRoot({ ...api, controllers: CONTROLLERS })],
      controllers: [...CONTROLLERS],
      providers: [
        Submissions,
        JourneysReader,
        JourneySearch,
        PatientFacts,
        Erasing,
        LegalHolds,
        ObligationsReader,
        CallListReader,
        Links,
        Proofs,
        { provide: Returning, useValue: returning },
        EvidenceReader,
        LedgerReader,
        ...QUESTIONS,
        DossierReader,
        Dossiers,
        HistoriesReader,
        JourneyHistory,
        ...(temporal
          ? [
              { provide: LazyTemporal, useValue: temporal },
              { provide: TemporalHistories, useValue: new TemporalHistories(() => temporal.client, READ_MS) },
            ]
          : []),
        {
          provide: Watched,
          useFactory: (db: DataSource, probe?: TemporalProbe) =>
            new Watched(db, async () => (await probe?.look()) === 'up'),
          inject: [DataSource, { token: TemporalProbe, optional: true }],
        },
        PoliciesReader,
        DirectoryService,
        DirectoryReader,
        DirectoryEditor,
        Replanning,
        FindingsReader,
        ...remedyProviders(workflows),
        FeedJourney,
        Feeds,
        FeedCounts,
      ],
    };
  }
}
