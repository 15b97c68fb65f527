import type { Provider } from '@nestjs/common';
import { AccessesReader } from './accesses.reader';
import { AcrossReader } from './across.reader';
import { DeadlinesReader } from './deadlines.reader';
import { KnowledgeReader } from './knowledge.reader';
import { RefusalsReader } from './refusals.reader';
import { ReportToToldReader } from './report-to-told.reader';
import { Words } from './text-search';
import { Xr510Reader } from './xr-510.reader';

/** What answers a safety lead's questions. */
export const QUESTIONS: Provider[] = [
  AcrossReader,
  DeadlinesReader,
  RefusalsReader,
  KnowledgeReader,
  AccessesReader,
  ReportToToldReader,
  Xr510Reader,
  Words,
];
