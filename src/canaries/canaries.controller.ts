import { Controller, Get } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { z } from 'zod';
import { CHANNELS } from '../../domain/reach';
import { CATEGORIES } from '../../domain/vocabulary';
import { Describe, ValidQuery } from '../api/describe';
import { API } from '../api/paths';
import { Permit } from '../api/permit';
import { ClockPort } from '../intake/clock';
import type { CanaryStatus } from './canary-watch';
import { CANARY_STATUSES, canaryStatus } from './canary-watch';
import { FAILURES } from './walks';

const query = z.strictObject({
  days: z.coerce.number().int().min(1).max(366).default(7).describe('How many days back'),
});

const item = z.object({
  day: z.string().describe('In UTC'),
  name: z.string().describe('The feed by which it came in, and the channel by which it was asked about'),
  feed: z.string(),
  channel: z
    .enum(CHANNELS)
    .optional()
    .describe('Absent for the one that is left unanswered, to see the ladder work'),
  category: z.enum(CATEGORIES),
  journey: z.string(),
  startedAt: z.string(),
  limitAt: z.string().describe('By when it had to have ended'),
  endedAt: z.string().optional(),
  outcome: z.enum(['running', 'passed', 'failed']),
  failure: z.enum(FAILURES).optional(),
});
const view = z.object({ status: z.enum(CANARY_STATUSES), items: z.array(item) });

const OF_DAYS = `
select day::text as day, name, feed, channel, category, journey, started_at, limit_at, ended_at, outcome, failure
from canary where started_at > $1::timestamptz - make_interval(days => $2) order by started_at desc, name`;

interface Row {
  day: string;
  name: string;
  feed: string;
  channel: string | null;
  category: string;
  journey: string;
  started_at: Date;
  limit_at: Date;
  ended_at: Date | null;
  outcome: string | null;
  failure: string | null;
}

/** What proves the path every day. */
@Controller(`${API}/admin/canaries`)
export class CanariesController {
  constructor(
    private readonly db: DataSource,
    private readonly clock: ClockPort,
  ) {}

  @Get()
  @Permit('operations:read')
  @Describe({
    tag: 'Administration',
    summary: 'The canaries of the last days, and how each ended',
    query,
    answers: { 200: view },
  })
  async list(
    @ValidQuery() { days }: z.output<typeof query>,
  ): Promise<{ status: CanaryStatus; items: z.output<typeof item>[] }> {
    const now = await this.clock.now();
    const rows = await this.db.query<Row[]>(OF_DAYS, [now, days]);
    return { status: await canaryStatus(this.db, now), items: rows.map(viewOf) };
  }
}

const viewOf = ({ channel, started_at, limit_at, ended_at, outcome, failure, ...row }: Row) =>
  ({
    ...row,
    ...(channel === null ? {} : { channel }),
    startedAt: started_at.toISOString(),
    limitAt: limit_at.toISOString(),
    ...(ended_at === null ? {} : { endedAt: ended_at.toISOString() }),
    outcome: outcome ?? 'running',
    ...(failure === null ? {} : { failure }),
  }) as z.output<typeof item>;
