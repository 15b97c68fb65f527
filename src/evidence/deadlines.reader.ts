import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { z } from 'zod';
import { CATEGORIES, OBLIGATION_KINDS, ROLE_KEYS } from '../../domain/vocabulary';
import type { Page } from '../api/paging';
import { pageOf, placeOf } from '../api/paging';
import { dutyKey, uuid } from '../api/schemas/common';
import { flag } from '../api/schemas/query';
import { Where } from '../database/where';
import { ClockPort } from '../intake/clock';
import type { AboutRow } from './questions';
import {
  ABOUT,
  ABOUT_COLUMNS,
  IN_ORDER,
  aboutOf,
  aboutView,
  inOrder,
  journeyOf,
  moment,
  ofExamination,
  parts,
  present,
} from './questions';
import { Words } from './text-search';

export const deadlinesQuery = z
  .strictObject({
    ...parts.period,
    ...parts.who,
    ...parts.kind,
    ...parts.examination,
    category: parts.examination.category.describe('How dangerous what the duty is about is'),
    late: flag.optional().describe('Met late, or not met and its limit over'),
    rung: z.coerce
      .number()
      .int()
      .min(1)
      .max(20)
      .optional()
      .describe('Climbed to this rung or higher; `from` and `to` are then when it first did'),
    asOf: moment.optional().describe('What is not met is late by then; now, unless said'),
    ...parts.words,
    ...parts.paging,
  })
  .refine(inOrder, IN_ORDER);
export type DeadlinesQuery = z.output<typeof deadlinesQuery>;

export const deadlineView = z.object({
  journey: aboutView,
  key: z.string(),
  opening: z.int(),
  kind: z.enum(OBLIGATION_KINDS),
  category: z.enum(CATEGORIES).optional(),
  accountable: z.object({ role: z.enum(ROLE_KEYS), person: z.string() }),
  from: z.string().describe('When its clock started'),
  openedAt: z.string(),
  limitAt: z.string().describe('By when policy wanted it done'),
  ended: z.object({ at: z.string(), how: z.string(), why: z.string().optional() }).optional(),
  late: z.boolean().describe('Met late, or not met and its limit over'),
  asks: z.int().describe('How often somebody was asked'),
  rung: z.int().describe('The highest rung that it reached: a ladder never goes down'),
  reachedAt: z.string().optional().describe('When it first reached the rung that was asked for'),
});
export type DeadlineView = z.output<typeof deadlineView>;

export const DEADLINE_COLUMNS = [
  ...ABOUT_COLUMNS,
  ...['key', 'opening', 'kind', 'category', 'accountable.person', 'accountable.role', 'from', 'openedAt'],
  ...['limitAt', 'ended.at', 'ended.how', 'ended.why', 'late', 'asks', 'rung', 'reachedAt'],
];

const OPENING = z.int().min(0).max(2_147_483_647);
const BY_LIMIT = z.tuple([moment, uuid, dutyKey, OPENING]);
const BY_RUNG = z.tuple([moment, uuid, OPENING]);

interface Row extends AboutRow {
  key: string;
  opening: number;
  kind: string;
  category: string | null;
  accountable_role: string;
  accountable_person: string;
  clock_from: Date;
  opened_at: Date;
  limit_at: Date;
  ended_at: Date | null;
  ended_how: string | null;
  ended_why: string | null;
  is_late: boolean;
  asks: number;
  rung: number;
  reached_at?: Date;
  seq?: number;
}

/** What was done counts by when it was received, as it was recorded; whatever else became of it counts by its end, or by now. */
const isLate = (asOf: string): string =>
  `(o.late or (o.ended_how is distinct from 'discharged' and coalesce(o.ended_at, ${asOf}::timestamptz) > o.limit_at))`;

/** Every duty's deadline, as planned and as met. */
@Injectable()
export class DeadlinesReader {
  constructor(
    private readonly db: DataSource,
    private readonly clock: ClockPort,
    private readonly words: Words,
  ) {}

  /** By limit; where a rung is asked for, by when it was first reached. */
  async page(q: DeadlinesQuery): Promise<Page<DeadlineView>> {
    const where = new Where();
    const late = isLate(where.param(q.asOf ?? (await this.clock.now())));
    where
      .and('o.accountable_person = ?', q.person)
      .and('o.accountable_role = ?', q.role)
      .and('o.kind = any(?)', q.kind)
      .and('o.journey = any(?)', (await this.words.find(q.q))?.journeys)
      .only(q.late === true && late)
      .only(q.late === false && `not ${late}`);
    ofExamination(where, q, 'o.category');
    const columns = `o.key, o.opening, o.kind, o.category, o.accountable_role, o.accountable_person, o.clock_from, o.opened_at,
      o.limit_at, o.ended_at, o.ended_how, o.ended_why, ${late} as is_late, o.asks, o.rung, ${ABOUT}`;
    return q.rung === undefined ? this.byLimit(q, where, columns) : this.byRung(q, q.rung, where, columns);
  }

  private async byLimit(q: DeadlinesQuery, where: Where, columns: string): Promise<Page<DeadlineView>> {
    where.and('o.limit_at >= ?', q.from).and('o.limit_at < ?', q.to);
    const place = placeOf(q.cursor, BY_LIMIT);
    if (place)
      where.only(
        `(o.limit_at, o.journey, o.key, o.opening) > (${place.map((part) => where.param(part)).join(', ')})`,
      );
    const rows = await this.db.query<Row[]>(
      `select ${columns} from obligation o join journey j on j.id = o.journey ${where}
       order by o.limit_at, o.journey, o.key, o.opening limit ${where.param(q.limit + 1)}`,
      where.params,
    );
    return pageOf(rows, q.limit, viewOf, (row) => [
      row.limit_at.toISOString(),
      row.about,
      row.key,
      row.opening,
    ]);
  }

  private async byRung(
    q: DeadlinesQuery,
    rung: number,
    where: Where,
    columns: string,
  ): Promise<Page<DeadlineView>> {
    const place = placeOf(q.cursor, BY_RUNG);
    const least = where.param(rung);
    // `offset 0` keeps the search for an earlier ask within each row: the page then ends as soon as it is full.
    where
      .only(`(e.body ->> 'rung')::int > 0 and (e.body ->> 'rung')::int >= ${least}`)
      .only(
        `not exists (select 1 from evidence b where b.journey = e.journey and b.seq < e.seq
           and b.body ->> 'key' = e.body ->> 'key' and b.body ->> 'opening' = e.body ->> 'opening'
           and (b.body ->> 'rung')::int >= ${least} offset 0)`,
      )
      .and('e.at >= ?', q.from)
      .and('e.at < ?', q.to);
    if (place)
      where.only(`(e.at, e.journey, e.seq) > (${place.map((part) => where.param(part)).join(', ')})`);
    const rows = await this.db.query<(Row & { reached_at: Date; seq: number })[]>(
      `select ${columns}, e.at as reached_at, e.seq from evidence e
       cross join lateral (select * from obligation where journey = e.journey and key = e.body ->> 'key'
         and opening = (e.body ->> 'opening')::int offset 0) o ${journeyOf('e')} ${where}
       order by e.at, e.journey, e.seq limit ${where.param(q.limit + 1)}`,
      where.params,
    );
    return pageOf(rows, q.limit, viewOf, (row) => [row.reached_at.toISOString(), row.about, row.seq]);
  }
}

const viewOf = (row: Row): DeadlineView =>
  present({
    journey: aboutOf(row),
    key: row.key,
    opening: row.opening,
    kind: row.kind,
    category: row.category,
    accountable: { role: row.accountable_role, person: row.accountable_person },
    from: row.clock_from.toISOString(),
    openedAt: row.opened_at.toISOString(),
    limitAt: row.limit_at.toISOString(),
    ended:
      row.ended_at && present({ at: row.ended_at.toISOString(), how: row.ended_how, why: row.ended_why }),
    late: row.is_late,
    asks: row.asks,
    rung: row.rung,
    reachedAt: row.reached_at?.toISOString(),
  }) as DeadlineView;
