import { Controller, Get } from '@nestjs/common';
import { Answer } from '../api/answer';
import { Describe, Sent, ValidQuery } from '../api/describe';
import { API } from '../api/paths';
import { Permit } from '../api/permit';
import type { ApiRequest } from '../api/request';
import { listAnswer } from '../api/stream';
import type { Page } from '../api/paging';
import type { Count, ReportToTold, ReportToToldQuery } from './report-to-told.reader';
import {
  REPORT_TO_TOLD_COLUMNS,
  ReportToToldReader,
  reportToToldQuery,
  reportToToldView,
} from './report-to-told.reader';
import type { Xr510Line, Xr510Query } from './xr-510.reader';
import { XR_510_COLUMNS, Xr510Reader, xr510Query, xr510View } from './xr-510.reader';

/** Ready reports over a time. */
@Controller(`${API}/reports`)
export class ReportsController {
  constructor(
    private readonly toTold: ReportToToldReader,
    private readonly xr510: Xr510Reader,
  ) {}

  @Get('report-to-told')
  @Permit('safety:read')
  @Describe({
    tag: 'Questions',
    summary: 'Journeys in which it took longer from report until the patient was told, with counts',
    query: reportToToldQuery,
    streams: true,
    answers: { 200: reportToToldView },
    problems: ['bad-cursor'],
  })
  told(@ValidQuery() query: ReportToToldQuery, @Sent() request: ApiRequest): Promise<Answer> {
    return listAnswer<ReportToTold, ReportToToldQuery>(
      request,
      query,
      REPORT_TO_TOLD_COLUMNS,
      (q) => this.toTold.page(q),
      async (page): Promise<Page<ReportToTold> & { counts: Count[] }> => ({
        ...page,
        counts: await this.toTold.counts(query),
      }),
    );
  }

  @Get('xr-510')
  @Permit('safety:read')
  @Describe({
    tag: 'Questions',
    summary:
      'Are alerts read and acted on, in time: by category, site and specialty (after RCR audit XR-510)',
    query: xr510Query,
    streams: true,
    answers: { 200: xr510View },
  })
  alerts(@ValidQuery() query: Xr510Query, @Sent() request: ApiRequest): Promise<Answer> {
    return listAnswer<Xr510Line, Xr510Query>(request, query, XR_510_COLUMNS, (q) => this.xr510.report(q));
  }
}
