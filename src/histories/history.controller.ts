import { Controller, Get } from '@nestjs/common';
import { z } from 'zod';
import { Describe, JourneyId, ValidQuery } from '../api/describe';
import { pageView } from '../api/paging';
import { API } from '../api/paths';
import { Permit } from '../api/permit';
import type { HistoryPage, HistoryQuery } from './journey-history';
import { JourneyHistory, historyQuery, runView, toldEvent } from './journey-history';

/** What the workflow engine did in a journey, beside what was recorded. */
@Controller(API)
export class HistoryController {
  constructor(private readonly history: JourneyHistory) {}

  @Get('journeys/:journey/history')
  @Permit('history:read')
  @Describe({
    tag: 'Journeys',
    summary: 'A journey’s workflow history, from Temporal or from the archive, beside its clinical events',
    query: historyQuery,
    answers: { 200: pageView(toldEvent).extend({ runs: z.array(runView) }) },
    problems: ['unknown-journey', 'bad-cursor', 'history-unavailable'],
  })
  one(@JourneyId() journey: string, @ValidQuery() query: HistoryQuery): Promise<HistoryPage> {
    return this.history.of(journey, query);
  }
}
