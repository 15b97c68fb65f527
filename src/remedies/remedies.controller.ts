import { Controller, Get, Post } from '@nestjs/common';
import type { Answer } from '../api/answer';
import { Describe, PathId, Sent, ValidBody, ValidQuery } from '../api/describe';
import type { Page } from '../api/paging';
import { pageView } from '../api/paging';
import { API } from '../api/paths';
import { Permit } from '../api/permit';
import type { ProblemCode } from '../api/problems';
import type { ApiRequest } from '../api/request';
import { Remedies } from './remedies';
import { RemediesReader } from './remedies.reader';
import type { RemediesQuery, RemedyBody, RemedyView } from './remedy-schema';
import { foreseenView, remediesQuery, remedyBody, remedyView } from './remedy-schema';

const AGAINST: ProblemCode[] = [
  'run-is-sound',
  'nothing-waits',
  'nothing-to-set-aside',
  'nothing-to-correct',
  'temporal-away',
];

/** What is done about journeys that do not go on. */
@Controller(`${API}/admin/remedies`)
export class RemediesController {
  constructor(
    private readonly remedies: Remedies,
    private readonly reader: RemediesReader,
  ) {}

  @Post()
  @Permit('remedy:apply')
  @Describe({
    tag: 'Administration',
    summary:
      'Replay, resume, redeliver, quarantine or correct: foresee it, or do it; where it is critical, another person approves',
    body: remedyBody,
    example: {
      remedy: 'replay',
      journeys: ['01a20cd7-0000-7000-8000-000000000001'],
      reason: 'run-unfit',
      dry: true,
    },
    answers: { 200: foreseenView, 202: remedyView },
    problems: ['unknown-journey', 'nothing-picked', ...AGAINST],
  })
  ask(@ValidBody() body: RemedyBody, @Sent() request: ApiRequest): Promise<Answer> {
    return this.remedies.ask(request, body);
  }

  @Post(':remedy/approve')
  @Permit('remedy:approve')
  @Describe({
    tag: 'Administration',
    summary: 'Approve a remedy that another person asked for, and have it done',
    answers: { 202: remedyView },
    problems: [
      'unknown-remedy',
      'remedy-over',
      'second-person-must-differ',
      'temporal-away',
      'nothing-to-correct',
    ],
  })
  approve(@PathId(['remedy', 'unknown-remedy']) id: string, @Sent() request: ApiRequest): Promise<Answer> {
    return this.remedies.approve(request, id);
  }

  @Get()
  @Permit('operations:read')
  @Describe({
    tag: 'Administration',
    summary: 'Remedies, the newest first',
    query: remediesQuery,
    answers: { 200: pageView(remedyView) },
    problems: ['bad-cursor'],
  })
  list(@ValidQuery() query: RemediesQuery): Promise<Page<RemedyView>> {
    return this.reader.list(query);
  }

  @Get(':remedy')
  @Permit('operations:read')
  @Describe({
    tag: 'Administration',
    summary: 'A remedy, with what became of each journey',
    answers: { 200: remedyView },
    problems: ['unknown-remedy'],
  })
  one(@PathId(['remedy', 'unknown-remedy']) id: string): Promise<RemedyView> {
    return this.reader.one(id);
  }
}
