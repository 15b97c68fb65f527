import type { Type } from '@nestjs/common';
import { HealthController } from './api/health.controller';
import { OpenApiController } from './api/openapi/openapi.controller';
import { ProblemsController } from './api/problems.controller';
import { CallListController } from './call-list/call-list.controller';
import { CanariesController } from './canaries/canaries.controller';
import { DirectoryEditsController } from './directory/directory-edits.controller';
import { DirectoryImportController } from './directory/directory-import.controller';
import { DirectoryController } from './directory/directory.controller';
import { DossierController } from './dossier/dossier.controller';
import { EvidenceController } from './evidence/evidence.controller';
import { QuestionsController } from './evidence/questions.controller';
import { ReportsController } from './evidence/reports.controller';
import { FeedCountsController } from './feeds/feed-counts.controller';
import { FeedsController } from './feeds/feeds.controller';
import { HistoryController } from './histories/history.controller';
import { CommandsController, MessagesController, OutcomesController } from './journeys/commands.controller';
import { JourneysController } from './journeys/journeys.controller';
import { CheckpointsController } from './ledger/checkpoints.controller';
import { LinksController } from './links/links.controller';
import { NotifyReceiptsController } from './links/notify-receipts.controller';
import { SignInPageController } from './links/sign-in-page.controller';
import { PatientsController } from './journeys/patients.controller';
import { ObligationsController } from './obligations/obligations.controller';
import { OperationsController } from './operations/operations.controller';
import { PoliciesController } from './policy/policies.controller';
import { RemediesController } from './remedies/remedies.controller';
import { ErasingController } from './sealing/erasing.controller';
import { FindingsController } from './watchdog/findings.controller';
import { PreferencesController } from './preferences/preferences.controller';
import { MetricsController } from './telemetry/metrics.controller';

/** Everything that is served. The OpenAPI document and the test that every route has a permission go by this list. */
export const CONTROLLERS: readonly Type[] = [
  JourneysController,
  CommandsController,
  MessagesController,
  OutcomesController,
  PatientsController,
  ErasingController,
  ObligationsController,
  CallListController,
  CanariesController,
  LinksController,
  EvidenceController,
  CheckpointsController,
  QuestionsController,
  ReportsController,
  DossierController,
  HistoryController,
  PoliciesController,
  DirectoryController,
  PreferencesController,
  DirectoryEditsController,
  DirectoryImportController,
  OperationsController,
  FindingsController,
  RemediesController,
  FeedsController,
  FeedCountsController,
  NotifyReceiptsController,
  SignInPageController,
  HealthController,
  MetricsController,
  ProblemsController,
  OpenApiController,
];
