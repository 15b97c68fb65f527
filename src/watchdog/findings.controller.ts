import { Controller, Get } from '@nestjs/common';
import { Describe, ValidQuery } from '../api/describe';
import type { Page } from '../api/paging';
import { API } from '../api/paths';
import { Permit } from '../api/permit';
import type { FindingView, FindingsQuery } from './findings.reader';
import { FindingsReader, findingPage, findingsQuery } from './findings.reader';

/** What the watchdog found amiss with the service and with single journeys. */
@Controller(`${API}/admin/findings`)
export class FindingsController {
  constructor(private readonly findings: FindingsReader) {}

  @Get()
  @Permit('operations:read')
  @Describe({
    tag: 'Administration',
    summary: 'What the watchdog found: what stands still, since when, and what may be done; the newest first',
    query: findingsQuery,
    answers: { 200: findingPage },
    problems: ['bad-cursor'],
  })
  list(@ValidQuery() query: FindingsQuery): Promise<Page<FindingView>> {
    return this.findings.list(query);
  }
}
