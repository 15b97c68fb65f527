import { Controller, Get, Post } from '@nestjs/common';
import type { z } from 'zod';
import { Answer } from '../api/answer';
import type { Principal } from '../api/authenticator';
import { By, Describe, ValidBody, ValidQuery } from '../api/describe';
import { API } from '../api/paths';
import { Permit } from '../api/permit';
import { FeedCounts } from './feed-counts';
import type { CountsView, StatementBody } from './feeds-schema';
import { FeedId, countsQuery, countsView, statementBody, statementView } from './feeds-schema';

/** received = matched + unmatched + quarantined, for each feed; and what its source says. */
@Controller(`${API}/admin/feeds/:feed/counts`)
export class FeedCountsController {
  constructor(private readonly counts: FeedCounts) {}

  @Get()
  @Permit('operations:read')
  @Describe({
    tag: 'Feeds',
    summary:
      'How much was received of a feed in a time, and where it is: the three add up to what was received',
    query: countsQuery,
    answers: { 200: countsView },
    problems: ['unknown-feed'],
  })
  count(@FeedId() feed: string, @ValidQuery() query: z.output<typeof countsQuery>): Promise<CountsView> {
    return this.counts.count(feed, query);
  }

  @Post()
  @Permit('feed:count')
  @Describe({
    tag: 'Feeds',
    summary: 'What the source says that it sent in a time; a difference is owned by the desk',
    body: statementBody,
    example: { from: '2026-03-02T00:00:00Z', to: '2026-03-03T00:00:00Z', sent: 412 },
    answers: { 201: statementView },
    problems: ['unknown-feed'],
  })
  async state(
    @FeedId() feed: string,
    @ValidBody() body: StatementBody,
    @By() by: Principal,
  ): Promise<Answer> {
    return new Answer(201, await this.counts.state(feed, body, by));
  }
}
