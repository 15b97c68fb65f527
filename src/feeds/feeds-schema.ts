import type { ExecutionContext } from '@nestjs/common';
import { createParamDecorator } from '@nestjs/common';
import { z } from 'zod';
import { parseDuration } from '../../domain/calendar';
import { FACT_TYPES } from '../../domain/inputs';
import { Problem } from '../api/problems';
import type { ApiRequest } from '../api/request';
import { id, instant } from '../api/schemas/common';

/** What is said of a feed, what is shown of it, and what its source says that it sent. */

const duration = z.string().refine(
  (text) => {
    try {
      return parseDuration(text) !== undefined;
    } catch {
      return false;
    }
  },
  { error: 'not a duration of weeks, days, hours, minutes or seconds such as PT30M or P1D' },
);

export const feedBody = z
  .strictObject({
    name: z.string().trim().min(1).max(200),
    principals: z
      .array(id)
      .min(1)
      .max(20)
      .refine((list) => new Set(list).size === list.length, 'names one twice')
      .describe('Whose facts are its: the persons of its tokens with the role `system`'),
    quiet: z
      .strictObject({
        working: duration.optional().describe('So much working time, on the calendar of the standing policy'),
        elapsed: duration.optional().describe('So much time, day and night'),
      })
      .refine(
        (quiet) => quiet.working !== undefined || quiet.elapsed !== undefined,
        'name at least one of the two',
      )
      .describe('How long it may be quiet; whichever is over first makes it silent'),
  })
  .meta({ title: 'Feed' });
export type FeedBody = z.output<typeof feedBody>;

export const FEED_EXAMPLE: FeedBody = {
  name: 'The radiology information system (synthetic)',
  principals: ['ris-1'],
  quiet: { working: 'PT30M', elapsed: 'PT4H' },
};

export const feedView = feedBody.extend({
  id: z.string(),
  heardAt: z.string().optional().describe('When anything was last received of it'),
  quietUntil: z
    .string()
    .optional()
    .describe('Until when it may be quiet, as of the last look; not while it is silent'),
  silentSince: z.string().optional().describe('While it is silent: when it was last heard'),
  journey: z.string().optional().describe('Where its silences and differences are owned, once there was one'),
});
export type FeedView = z.output<typeof feedView>;

export const countsQuery = z
  .strictObject({ from: instant, to: instant })
  .refine(({ from, to }) => from < to, { path: ['to'], message: 'must be after `from`' });

const where = {
  received: z.int().describe('Rows of the inbox, by when they were received'),
  matched: z.int(),
  unmatched: z.int().describe('In a message that belongs to no examination yet; the desk owns it'),
  quarantined: z.int().describe('Kept, and could not be used; the desk owns it'),
};
export const countsView = z.object({
  feed: z.string(),
  from: z.string(),
  to: z.string(),
  ...where,
  waiting: z.int().describe('Those among them that have no outcome yet'),
  byType: z.record(z.string(), z.object(where)),
});
export type CountsView = z.output<typeof countsView>;

const number = z.int().min(0).max(1_000_000_000);
export const statementBody = z
  .strictObject({
    from: instant,
    to: instant,
    sent: number.describe('Messages that were accepted here: answered with a 2xx'),
    byType: z.partialRecord(z.enum(FACT_TYPES), number).optional(),
  })
  .refine(({ from, to }) => from < to, { path: ['to'], message: 'must be after `from`' })
  .refine(
    ({ sent, byType }) => byType === undefined || sent === Object.values(byType).reduce((a, b) => a + b, 0),
    { path: ['byType'], message: 'must add up to `sent`' },
  )
  .meta({ title: 'FeedStatement' });
export type StatementBody = z.output<typeof statementBody>;

export const statementView = z.object({
  sent: z.int(),
  received: z.int(),
  differs: z.boolean().describe('Then the desk owes an explanation'),
  types: z
    .array(z.object({ type: z.string(), sent: z.int(), received: z.int() }))
    .describe('Kinds that differ'),
});
export type StatementView = z.output<typeof statementView>;

/** A feed's id in the address. One that could be none names nothing. */
export const FeedId = createParamDecorator((_: unknown, context: ExecutionContext): string => {
  const { feed } = context.switchToHttp().getRequest<ApiRequest>().params as { feed: string };
  if (!id.safeParse(feed).success) throw new Problem('unknown-feed');
  return feed;
});
