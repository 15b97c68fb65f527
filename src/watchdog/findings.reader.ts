import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { z } from 'zod';
import type { Page } from '../api/paging';
import { pageOf, pageView, paging, placeOf } from '../api/paging';
import { instant } from '../api/schemas/common';
import { flag } from '../api/schemas/query';
import { Where } from '../database/where';
import { FINDING_CODES, REMEDIES } from './finding';

export const findingView = z.object({
  id: z.uuid(),
  code: z.enum(FINDING_CODES),
  journey: z.uuid().nullable().describe('None where it is about the whole service'),
  ref: z.string(),
  reason: z.string().describe('In plain words, without anything of the patient'),
  remedy: z.enum(REMEDIES).describe('What may be done about it'),
  firstAt: instant.describe('When it was found'),
  lastAt: instant.describe('When it was last seen'),
  times: z.int().describe('In how many sweeps it was seen'),
  clearedAt: instant.nullable().describe('When it was gone'),
  concern: z.string().nullable().describe('Under which ref the desk owns it; none where it was not yet'),
});
export type FindingView = z.output<typeof findingView>;
export const findingPage = pageView(findingView);

export const findingsQuery = z.strictObject({
  code: z.enum(FINDING_CODES).optional(),
  journey: z.uuid().optional(),
  open: flag.optional().describe('Only those that are so now, or only those that are gone'),
  ...paging,
});
export type FindingsQuery = z.output<typeof findingsQuery>;

const PLACE = z.tuple([z.uuid()]);

type Row = Omit<FindingView, 'firstAt' | 'lastAt' | 'clearedAt'> &
  Record<'firstAt' | 'lastAt', Date> & { clearedAt: Date | null };

/** What the watchdog found, the newest first: an id begins with the time. */
@Injectable()
export class FindingsReader {
  constructor(private readonly db: DataSource) {}

  async list({ code, journey, open, limit, cursor }: FindingsQuery): Promise<Page<FindingView>> {
    const where = new Where()
      .and('code = ?', code)
      .and('journey = ?', journey)
      .and('id < ?', placeOf(cursor, PLACE)?.[0])
      .only(open !== undefined && `cleared_at is ${open ? '' : 'not '}null`);
    const rows = await this.db.query<Row[]>(
      `select id, code, journey, ref, reason, remedy, first_at as "firstAt", last_at as "lastAt", times,
         cleared_at as "clearedAt", concern
       from finding ${where} order by id desc limit ${where.param(limit + 1)}`,
      where.params,
    );
    return pageOf(rows, limit, viewOf, ({ id }) => [id]);
  }
}

const viewOf = (row: Row): FindingView => ({
  ...row,
  firstAt: row.firstAt.toISOString(),
  lastAt: row.lastAt.toISOString(),
  clearedAt: row.clearedAt?.toISOString() ?? null,
});
