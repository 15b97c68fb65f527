import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { z } from 'zod';
import { Where } from '../database/where';
import { ClockPort } from '../intake/clock';
import { IN_ORDER, inOrder, journeyOf, ofExamination, parts, present } from './questions';
import { reportPeriod } from './report-to-told.reader';

export const xr510Query = z.strictObject({ ...reportPeriod, ...parts.examination }).refine(inOrder, IN_ORDER);
export type Xr510Query = z.output<typeof xr510Query>;

const share = z.object({
  n: z.int(),
  percent: z.number().optional().describe('Of the alerts; absent where there are none'),
});

const line = z.object({
  by: z.enum(['all', 'category', 'site', 'specialty']),
  value: z.string().optional(),
  alerts: z.int().describe('Report versions and flags that alert, and that nothing replaced or withdrew'),
  replaced: z
    .int()
    .describe('Those that were replaced or withdrawn before anybody had to act on them: not counted'),
  acknowledged: z.object({
    inTime: share,
    late: share,
    not: share.describe('Open, waived or withdrawn unread'),
  }),
  acted: z.object({
    inTime: share.describe('Each finding planned for, and each action proved, all within their limits'),
    late: share.describe('The same, but not all within their limits'),
    not: share.describe('Not acknowledged, not planned for, or not proved'),
  }),
});
export type Xr510Line = z.output<typeof line>;
export const xr510View = z.object({
  from: z.string(),
  to: z.string(),
  asOf: z.string(),
  items: z.array(line),
});
export type Xr510 = z.output<typeof xr510View>;

const SHARES = [
  'acknowledged.inTime',
  'acknowledged.late',
  'acknowledged.not',
  'acted.inTime',
  'acted.late',
  'acted.not',
];
export const XR_510_COLUMNS = [
  ...['by', 'value', 'alerts', 'replaced'],
  ...SHARES.flatMap((name) => [`${name}.n`, `${name}.percent`]),
];

interface Row {
  by: Xr510Line['by'];
  value: string | null;
  alerts: number;
  replaced: number;
  read_in_time: number;
  read_late: number;
  acted_in_time: number;
  acted_late: number;
}

/** What followed from an alert: its findings' plans, and the actions planned. What was overtaken or withdrawn is not wanted any more. */
const FOLLOWED = `
  cross join lateral (
    select count(*) filter (where f.kind = 'plan' and f.ended_how = 'discharged') as planned,
      count(*) filter (where f.ended_how is null or f.ended_how = 'waived') as undone,
      count(*) filter (where f.ended_how in ('overtaken', 'withdrawn')) as replaced,
      coalesce(bool_or(f.late), false) as late
    from obligation f
    where f.journey = o.journey and f.kind in ('plan', 'complete')
      and (starts_with(f.key, 'plan:' || substr(o.key, 13) || ':') or starts_with(f.key, 'complete:' || substr(o.key, 13) || ':'))
  ) then_`;

/**
 * Are alerts read and acted on: the question of the Royal College of Radiologists' audit XR-510, from the duties to acknowledge
 * an alert, to plan for each of its findings and to prove each action. What is counted is ours; see docs/EVIDENCE.md.
 */
@Injectable()
export class Xr510Reader {
  constructor(
    private readonly db: DataSource,
    private readonly clock: ClockPort,
  ) {}

  async report(q: Xr510Query): Promise<Xr510> {
    const now = await this.clock.now();
    const where = new Where()
      .only(`o.kind = 'acknowledge' and o.category <> 'routine'`)
      .and('o.clock_from >= ?', q.from)
      .and('o.clock_from < ?', q.to);
    ofExamination(where, q, 'o.category');
    const rows = await this.db.query<Row[]>(
      `with alert as (
         select o.category, j.site, j.specialty, coalesce(o.ended_how in ('overtaken', 'withdrawn'), false)
             or (then_.planned = 0 and then_.undone = 0 and then_.replaced > 0) as replaced,
           coalesce(o.ended_how = 'discharged', false) as read, o.late as read_late,
           then_.planned > 0 and then_.undone = 0 as acted, o.late or then_.late as acted_late
         from obligation o ${journeyOf('o')} ${FOLLOWED} ${where})
       select case grouping(category, site, specialty) when 3 then 'category' when 5 then 'site' when 6 then 'specialty'
           else 'all' end as by, coalesce(category, site, specialty) as value,
         count(*) filter (where not replaced)::int as alerts,
         count(*) filter (where replaced)::int as replaced,
         count(*) filter (where not replaced and read and not read_late)::int as read_in_time,
         count(*) filter (where not replaced and read and read_late)::int as read_late,
         count(*) filter (where not replaced and read and acted and not acted_late)::int as acted_in_time,
         count(*) filter (where not replaced and read and acted and acted_late)::int as acted_late
       from alert group by grouping sets ((), (category), (site), (specialty)) order by 1, 2`,
      where.params,
    );
    return { from: q.from, to: q.to, asOf: now, items: rows.map(lineOf) };
  }
}

const lineOf = (row: Row): Xr510Line => {
  const of = (n: number): z.output<typeof share> =>
    row.alerts === 0 ? { n } : { n, percent: Math.round((1000 * n) / row.alerts) / 10 };
  const three = (inTime: number, late: number) => ({
    inTime: of(inTime),
    late: of(late),
    not: of(row.alerts - inTime - late),
  });
  return present({
    by: row.by,
    value: row.value,
    alerts: row.alerts,
    replaced: row.replaced,
    acknowledged: three(row.read_in_time, row.read_late),
    acted: three(row.acted_in_time, row.acted_late),
  }) as Xr510Line;
};
