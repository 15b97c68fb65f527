import { Controller, Get, Put } from '@nestjs/common';
import { z } from 'zod';
import type { Principal } from '../api/authenticator';
import { By, Describe, ValidBody } from '../api/describe';
import { API } from '../api/paths';
import { Permit } from '../api/permit';
import type { FeedBody, FeedView } from './feeds-schema';
import { FEED_EXAMPLE, FeedId, feedBody, feedView } from './feeds-schema';
import { Feeds } from './feeds.service';

/** Source systems that send facts, and whether they are silent. */
@Controller(`${API}/admin/feeds`)
export class FeedsController {
  constructor(private readonly feeds: Feeds) {}

  @Get()
  @Permit('operations:read')
  @Describe({
    tag: 'Feeds',
    summary: 'Every feed, when it was last heard, and whether it is silent',
    answers: { 200: z.object({ items: z.array(feedView) }) },
  })
  async all(): Promise<{ items: FeedView[] }> {
    return { items: await this.feeds.all() };
  }

  @Get(':feed')
  @Permit('operations:read')
  @Describe({ tag: 'Feeds', summary: 'One feed', answers: { 200: feedView }, problems: ['unknown-feed'] })
  one(@FeedId() feed: string): Promise<FeedView> {
    return this.feeds.one(feed);
  }

  @Put(':feed')
  @Permit('feed:register')
  @Describe({
    tag: 'Feeds',
    summary: 'Say what a feed is: whose facts are its, and how long it may be quiet before the desk is asked',
    body: feedBody,
    example: FEED_EXAMPLE,
    answers: { 200: feedView },
    problems: ['unknown-feed', 'principal-of-another-feed'],
  })
  put(@FeedId() feed: string, @ValidBody() body: FeedBody, @By() by: Principal): Promise<FeedView> {
    return this.feeds.put(feed, body, by);
  }
}
