import { Controller, Get, Post } from '@nestjs/common';
import { z } from 'zod';
import type { Answer } from '../api/answer';
import type { Principal } from '../api/authenticator';
import { By, Describe, JourneyId, Sent, ValidBody, ValidQuery } from '../api/describe';
import type { Page } from '../api/paging';
import { pageView } from '../api/paging';
import { API } from '../api/paths';
import { Permit } from '../api/permit';
import type { ApiRequest } from '../api/request';
import { EXAMPLES } from '../api/schemas/examples';
import { START } from '../api/schemas/inputs';
import { asOf } from '../api/schemas/query';
import { OUTCOMES, SUBMITTING } from './input-routes';
import type { JourneyItem, ListQuery } from './journey-list';
import { journeyItem, listQuery } from './journey-list';
import type { SearchBody } from './journey-search';
import { JourneySearch, searchBody } from './journey-search';
import { journeyView } from './journey-view';
import { JourneysReader } from './journeys.reader';
import { Submissions } from './submissions.service';

const oneQuery = z.strictObject({ asOf });

/** Journeys: opened by a request, read by whoever cares for the patient, found by a number. */
@Controller(API)
export class JourneysController {
  constructor(
    private readonly submissions: Submissions,
    private readonly journeys: JourneysReader,
    private readonly search: JourneySearch,
  ) {}

  @Post('journeys')
  @Permit('fact:request')
  @Describe({
    tag: 'Journeys',
    summary: 'Open a journey: an examination was requested',
    body: START,
    example: EXAMPLES.request,
    answers: OUTCOMES,
    problems: SUBMITTING,
    submits: 'fact',
  })
  start(@ValidBody() body: z.output<typeof START>, @Sent() request: ApiRequest): Promise<Answer> {
    return this.submissions.send(request, { spec: { type: 'request', kind: 'fact' }, body });
  }

  @Get('journeys')
  @Permit('journey:read')
  @Describe({
    tag: 'Journeys',
    summary: 'Journeys by stage, person, site, danger and more, the newest first',
    query: listQuery,
    answers: { 200: pageView(journeyItem) },
    problems: ['bad-cursor'],
  })
  list(@ValidQuery() query: ListQuery): Promise<Page<JourneyItem>> {
    return this.journeys.list(query);
  }

  @Get('journeys/:journey')
  @Permit('journey:read')
  @Describe({
    tag: 'Journeys',
    summary: 'What is known of a journey, and what it owes',
    query: oneQuery,
    answers: { 200: journeyView },
    problems: ['unknown-journey'],
  })
  one(
    @JourneyId() journey: string,
    @ValidQuery() query: z.output<typeof oneQuery>,
    @By() by: Principal,
  ): Promise<Answer> {
    return this.journeys.one(journey, by, query.asOf);
  }

  @Post('search')
  @Permit('journey:search')
  @Describe({
    tag: 'Journeys',
    summary: 'Find journeys by NHS number, hospital number, order, accession or study',
    body: searchBody,
    example: { nhsNumber: '9990000018' },
    answers: { 200: z.object({ items: z.array(journeyItem) }) },
  })
  find(@ValidBody() body: SearchBody, @Sent() request: ApiRequest): Promise<{ items: JourneyItem[] }> {
    request.filters = Object.keys(body).sort();
    return this.search.find(body);
  }
}
