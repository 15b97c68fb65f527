import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { z } from 'zod';
import { CATEGORIES, ROLE_KEYS } from '../../domain/vocabulary';
import type { Page } from '../api/paging';
import { pageOf, pageView, placeOf } from '../api/paging';
import { dutyKey, uuid } from '../api/schemas/common';
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

/** Both ends of the time of a report: one over all time would be none that anybody can act on. */
export const reportPeriod = {
  from: moment.describe('Reports issued from this instant on'),
  to: moment.describe('Reports issued until before this instant'),
};

export const reportToToldQuery = z
  .strictObject({
    over: z
      .string()
      .regex(
        /^P(\d{1,4}W|(?=.)(\d{1,4}D)?(T(?=.)(\d{1,4}H)?(\d{1,4}M)?)?)$/,
        'a time such as P21D, P3W or PT36H',
      )
      .describe('Longer than this, day and night'),
    ...reportPeriod,
    ...parts.examination,
    asOf: moment.optional().describe('Until when what is open has waited; now, unless said'),
    ...parts.paging,
  })
  .refine(inOrder, IN_ORDER);
export type ReportToToldQuery = z.output<typeof reportToToldQuery>;

const item = z.object({
  journey: aboutView,
  key: z.string().describe('The duty to tell'),
  category: z.enum(CATEGORIES).optional(),
  accountable: z.object({ role: z.enum(ROLE_KEYS), person: z.string() }),
  reportedAt: z.string().describe('The first report since the patient was last told'),
  toldAt: z.string().optional().describe('When the telling went on record; absent where it has not'),
  how: z.string().describe('`open`, or how the duty to tell ended: only `discharged` is told'),
  seconds: z.int().describe('From report to told, or until now'),
});
export type ReportToTold = z.output<typeof item>;

const count = z.object({
  by: z.enum(['all', 'site', 'specialty', 'modality']),
  value: z.string().optional(),
  reports: z.int().describe('Reports of the time of which the patient is to be told'),
  over: z.int().describe('Those that took longer'),
});
export type Count = z.output<typeof count>;

export const reportToToldView = pageView(item).extend({ counts: z.array(count) });

export const REPORT_TO_TOLD_COLUMNS = [
  ...ABOUT_COLUMNS,
  ...['key', 'category', 'accountable.person', 'accountable.role', 'reportedAt', 'toldAt', 'how', 'seconds'],
];

const PLACE = z.tuple([moment, uuid, dutyKey, z.int().min(0).max(2_147_483_647)]);

interface Row extends AboutRow {
  key: string;
  opening: number;
  category: string | null;
  accountable_role: string;
  accountable_person: string;
  clock_from: Date;
  reported: Date;
  ended_at: Date | null;
  how: string;
  seconds: number;
}

/**
 * Since when the patient has waited: where a report was replaced before they were told of it, since that one. One that was
 * replaced is therefore not counted by itself.
 */
const WAITED_SINCE = `
  cross join lateral (
    select min(r.clock_from) as reported from obligation r
    where r.journey = o.journey and r.kind = 'tell-patient' and r.opened_at <= o.opened_at
      and ((r.key = o.key and r.opening = o.opening) or (r.ended_how = 'overtaken'
        and not exists (select 1 from obligation t where t.journey = o.journey and t.kind = 'tell-patient'
          and t.ended_how = 'discharged' and t.ended_at between r.opened_at and o.opened_at)))
  ) w`;

/** From a report until the patient was told: what took too long, and how often that was. */
@Injectable()
export class ReportToToldReader {
  constructor(
    private readonly db: DataSource,
    private readonly clock: ClockPort,
  ) {}

  /** The journeys that took longer, by when the report was issued. */
  async page(q: ReportToToldQuery): Promise<Page<ReportToTold>> {
    const { where, over, waited } = await this.picked(q);
    where.only(over);
    const place = placeOf(q.cursor, PLACE);
    if (place)
      where.only(
        `(o.clock_from, o.journey, o.key, o.opening) > (${place.map((part) => where.param(part)).join(', ')})`,
      );
    const rows = await this.db.query<Row[]>(
      `select o.key, o.opening, o.category, o.accountable_role, o.accountable_person, o.clock_from, w.reported, o.ended_at,
         coalesce(o.ended_how, 'open') as how, floor(extract(epoch from ${waited}))::float8 as seconds, ${ABOUT}
       from obligation o ${journeyOf('o')} ${WAITED_SINCE} ${where}
       order by o.clock_from, o.journey, o.key, o.opening limit ${where.param(q.limit + 1)}`,
      where.params,
    );
    return pageOf(rows, q.limit, viewOf, (row) => [
      row.clock_from.toISOString(),
      row.about,
      row.key,
      row.opening,
    ]);
  }

  /** How many there were and how many took longer: in all, and by site, specialty and modality. */
  async counts(q: ReportToToldQuery): Promise<Count[]> {
    const { where, over } = await this.picked(q);
    const rows = await this.db.query<
      { by: Count['by']; value: string | null; reports: number; over: number }[]
    >(
      `select case grouping(j.site, j.specialty, j.modality) when 3 then 'site' when 5 then 'specialty' when 6 then 'modality'
           else 'all' end as by, coalesce(j.site, j.specialty, j.modality) as value, count(*)::int as reports,
         count(*) filter (where ${over})::int as over
       from obligation o ${journeyOf('o')} ${WAITED_SINCE} ${where}
       group by grouping sets ((), (j.site), (j.specialty), (j.modality)) order by 1, 2`,
      where.params,
    );
    return rows.map((row) => present(row) as Count);
  }

  private async picked(q: ReportToToldQuery): Promise<{ where: Where; over: string; waited: string }> {
    const where = new Where()
      .only(`o.kind = 'tell-patient' and o.ended_how is distinct from 'overtaken'`)
      .and('o.clock_from >= ?', q.from)
      .and('o.clock_from < ?', q.to);
    ofExamination(where, q, 'o.category');
    const now = where.param(q.asOf ?? (await this.clock.now()));
    const waited = `(coalesce(o.ended_at, ${now}::timestamptz) - w.reported)`;
    return { where, waited, over: `${waited} > ${where.param(q.over)}::interval` };
  }
}

const viewOf = (row: Row): ReportToTold =>
  present({
    journey: aboutOf(row),
    key: row.key,
    category: row.category,
    accountable: { role: row.accountable_role, person: row.accountable_person },
    reportedAt: row.reported.toISOString(),
    toldAt: row.how === 'discharged' ? row.ended_at?.toISOString() : undefined,
    how: row.how,
    seconds: row.seconds,
  }) as ReportToTold;
