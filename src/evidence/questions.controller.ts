import { Controller, Get } from '@nestjs/common';
import type { z } from 'zod';
import type { Answer } from '../api/answer';
import { Describe, JourneyId, Sent, ValidQuery } from '../api/describe';
import { pageView } from '../api/paging';
import { API } from '../api/paths';
import { Permit } from '../api/permit';
import { may } from '../api/permissions';
import { Problem } from '../api/problems';
import type { ApiRequest } from '../api/request';
import { listAnswer } from '../api/stream';
import type { AccessesQuery } from './accesses.reader';
import { ACCESS_COLUMNS, AccessesReader, accessView, accessesQuery } from './accesses.reader';
import type { AcrossQuery } from './across.reader';
import { ACROSS_COLUMNS, AcrossReader, acrossQuery, acrossView } from './across.reader';
import type { DeadlinesQuery } from './deadlines.reader';
import { DEADLINE_COLUMNS, DeadlinesReader, deadlineView, deadlinesQuery } from './deadlines.reader';
import type { Knowledge } from './knowledge';
import { KnowledgeReader, knowledgeQuery, knowledgeView } from './knowledge.reader';
import type { RefusalsQuery } from './refusals.reader';
import { REFUSAL_COLUMNS, RefusalsReader, refusalView, refusalsQuery } from './refusals.reader';

const LIST = { tag: 'Questions', streams: true, problems: ['bad-cursor'] } as const;

/** Whoever may not read free text may not find it by its words either. */
const mayUseWords = (request: ApiRequest, q: string | undefined): void => {
  if (q !== undefined && !may(request.principal!.role, 'patient:read')) throw new Problem('not-permitted');
};

/** What a safety lead asks: across all journeys, and who knew and who read what of one. */
@Controller(API)
export class QuestionsController {
  constructor(
    private readonly across: AcrossReader,
    private readonly deadlines: DeadlinesReader,
    private readonly refusals: RefusalsReader,
    private readonly knowledge: KnowledgeReader,
    private readonly accesses: AccessesReader,
  ) {}

  @Get('evidence')
  @Permit('safety:read')
  @Describe({
    ...LIST,
    summary: 'Events across journeys, in order of time',
    query: acrossQuery,
    answers: { 200: pageView(acrossView) },
    problems: ['bad-cursor', 'search-too-broad'],
  })
  events(@ValidQuery() query: AcrossQuery, @Sent() request: ApiRequest): Promise<Answer> {
    mayUseWords(request, query.q);
    return listAnswer(request, query, ACROSS_COLUMNS, (q) => this.across.page(q));
  }

  @Get('deadlines')
  @Permit('safety:read')
  @Describe({
    ...LIST,
    summary: 'Every deadline, as planned and as met',
    query: deadlinesQuery,
    answers: { 200: pageView(deadlineView) },
    problems: ['bad-cursor', 'search-too-broad'],
  })
  planned(@ValidQuery() query: DeadlinesQuery, @Sent() request: ApiRequest): Promise<Answer> {
    mayUseWords(request, query.q);
    return listAnswer(request, query, DEADLINE_COLUMNS, (q) => this.deadlines.page(q));
  }

  @Get('refusals')
  @Permit('safety:read')
  @Describe({
    ...LIST,
    summary: 'Every refusal, by a journey and at the edge, in order of time',
    query: refusalsQuery,
    answers: { 200: pageView(refusalView) },
  })
  refused(@ValidQuery() query: RefusalsQuery, @Sent() request: ApiRequest): Promise<Answer> {
    return listAnswer(request, query, REFUSAL_COLUMNS, (q) => this.refusals.page(q));
  }

  @Get('journeys/:journey/knowledge')
  @Permit('safety:read')
  @Describe({
    tag: 'Questions',
    summary: 'Who knew what when, of each report version and finding',
    query: knowledgeQuery,
    answers: { 200: knowledgeView },
    problems: ['unknown-journey'],
  })
  known(
    @JourneyId() journey: string,
    @ValidQuery() { asOf }: z.output<typeof knowledgeQuery>,
  ): Promise<Knowledge> {
    return this.knowledge.of(journey, asOf);
  }

  @Get('journeys/:journey/accesses')
  @Permit('safety:read')
  @Describe({
    ...LIST,
    summary: 'Who looked at a record or sent something to it, when and why',
    query: accessesQuery,
    answers: { 200: pageView(accessView) },
    problems: ['bad-cursor', 'unknown-journey'],
  })
  accessed(
    @JourneyId() journey: string,
    @ValidQuery() query: AccessesQuery,
    @Sent() request: ApiRequest,
  ): Promise<Answer> {
    return listAnswer(request, query, ACCESS_COLUMNS, (q) => this.accesses.of(journey, q));
  }
}
