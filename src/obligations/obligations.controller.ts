import { Controller, Get } from '@nestjs/common';
import { z } from 'zod';
import type { Principal } from '../api/authenticator';
import { By, Describe, JourneyId, ValidQuery } from '../api/describe';
import type { Page } from '../api/paging';
import { pageView } from '../api/paging';
import { API } from '../api/paths';
import { Permit } from '../api/permit';
import { asOf, flag } from '../api/schemas/query';
import type { ObligationView } from './obligation-view';
import { obligationView } from './obligation-view';
import type { WorklistItem, WorklistQuery } from './obligations.reader';
import { ObligationsReader, worklistItem, worklistQuery } from './obligations.reader';

const ofJourneyQuery = z.strictObject({
  asOf,
  ended: flag.optional().describe('With those that have ended'),
});

/** What is owed, by whom, by when. */
@Controller(API)
export class ObligationsController {
  constructor(private readonly obligations: ObligationsReader) {}

  @Get('worklist')
  @Permit('worklist:read')
  @Describe({
    tag: 'Worklists',
    summary: 'Open obligations across journeys, the next to breach first',
    query: worklistQuery,
    answers: { 200: pageView(worklistItem) },
    problems: ['bad-cursor'],
  })
  worklist(@ValidQuery() query: WorklistQuery, @By() by: Principal): Promise<Page<WorklistItem>> {
    return this.obligations.worklist(query, by.person);
  }

  @Get('journeys/:journey/obligations')
  @Permit('journey:read')
  @Describe({
    tag: 'Journeys',
    summary: 'What a journey owes',
    query: ofJourneyQuery,
    answers: { 200: z.object({ items: z.array(obligationView) }) },
    problems: ['unknown-journey'],
  })
  async ofJourney(
    @JourneyId() journey: string,
    @ValidQuery() query: z.output<typeof ofJourneyQuery>,
  ): Promise<{ items: ObligationView[] }> {
    return { items: await this.obligations.of(journey, query.asOf, query.ended) };
  }
}
