import { Controller, Get } from '@nestjs/common';
import { Describe, JourneyId, ValidQuery } from '../api/describe';
import type { Page } from '../api/paging';
import { pageView } from '../api/paging';
import { API } from '../api/paths';
import { Permit } from '../api/permit';
import type { EventsQuery, EvidenceView } from './evidence.reader';
import { EvidenceReader, eventsQuery, evidenceView } from './evidence.reader';

/** What happened in a journey, as evidence. */
@Controller(API)
export class EvidenceController {
  constructor(private readonly evidence: EvidenceReader) {}

  @Get('journeys/:journey/events')
  @Permit('evidence:read')
  @Describe({
    tag: 'Journeys',
    summary: 'A journey’s events in order, chained by hash',
    query: eventsQuery,
    answers: { 200: pageView(evidenceView) },
    problems: ['unknown-journey', 'bad-cursor'],
  })
  events(@JourneyId() journey: string, @ValidQuery() query: EventsQuery): Promise<Page<EvidenceView>> {
    return this.evidence.of(journey, query);
  }
}
