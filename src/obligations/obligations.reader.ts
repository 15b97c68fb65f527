import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { z } from 'zod';
import { COLLECTIVE } from '../../domain/directory';
import {
  CATEGORIES,
  OBLIGATION_KINDS,
  PRIORITIES,
  ROLE_KEYS,
  SETTINGS,
  STAGES,
  SUBJECTS,
} from '../../domain/vocabulary';
import type { Page } from '../api/paging';
import { pageOf, paging, placeOf } from '../api/paging';
import { Problem } from '../api/problems';
import { id, instant, uuid } from '../api/schemas/common';
import { anyOf, asOf, flag } from '../api/schemas/query';
import { NO_CANARY } from '../canaries/no-canary';
import { Where } from '../database/where';
import { ClockPort } from '../intake/clock';
import type { ObligationRow, ObligationView } from './obligation-view';
import { obligationView, viewObligation } from './obligation-view';
import { SORTS, worklistSql } from './worklist-sql';

export const worklistQuery = z.strictObject({
  mine: flag.optional().describe('Only what the caller answers for or is asked about'),
  person: id.optional().describe('Who answers for it or is asked about it'),
  team: id
    .optional()
    .describe('A team of the directory, one of whom answers for it or is asked about it, in whosever stead'),
  role: z.enum(ROLE_KEYS).optional().describe('The role that answers for it or is asked about it'),
  accountable: id.optional(),
  asked: id.optional(),
  site: id.optional(),
  specialty: id.optional(),
  kind: anyOf(z.enum(OBLIGATION_KINDS)).optional(),
  category: anyOf(z.enum(CATEGORIES)).optional(),
  priority: anyOf(z.enum(PRIORITIES)).optional(),
  setting: anyOf(z.enum(SETTINGS)).optional(),
  subject: z
    .enum(SUBJECTS)
    .optional()
    .describe(
      '`unmatched` for messages that belong to no examination yet, `service` for what is amiss with the service',
    ),
  unowned: flag
    .optional()
    .describe(
      'Only what nobody has taken in person: it stands with the lead of a pool, a department, a site or the desk',
    ),
  overdue: flag.optional(),
  sort: z
    .enum(['breach', 'risk'])
    .default('breach')
    .describe('The next to breach first, or the most dangerous first'),
  asOf,
  ...paging,
});
export type WorklistQuery = z.output<typeof worklistQuery>;

export const worklistItem = obligationView.extend({
  journey: z.object({
    id: z.string(),
    subject: z.enum(SUBJECTS),
    stage: z.enum(STAGES),
    priority: z.enum(PRIORITIES).optional(),
    setting: z.enum(SETTINGS).optional(),
    modality: z.string().optional(),
    specialty: z.string().optional(),
    site: z.string().optional(),
    unreported: z.boolean(),
  }),
});
export type WorklistItem = z.output<typeof worklistItem>;

interface WorklistRow extends ObligationRow {
  subject: string;
  stage: string;
  priority: string | null;
  setting: string | null;
  modality: string | null;
  specialty: string | null;
  site: string | null;
  unreported: boolean;
}

const RISK = z.int().min(0).max(32_767);
const REST = [uuid, z.string().max(300)] as const;
/** Where a page ends, in the order of its columns. A cursor of the other order is refused. */
const PLACES = { breach: z.tuple([instant, RISK, ...REST]), risk: z.tuple([RISK, instant, ...REST]) };

/** What is owed: by one journey, or across all of them. */
@Injectable()
export class ObligationsReader {
  constructor(
    private readonly db: DataSource,
    private readonly clock: ClockPort,
  ) {}

  /** The obligations of one journey by limit; open ones only, unless the ended are wanted too. */
  async of(journey: string, at: string | undefined, ended = false): Promise<ObligationView[]> {
    const [known] = await this.db.query<unknown[]>('select 1 from journey where id = $1', [journey]);
    if (!known) throw new Problem('unknown-journey');
    const rows = await this.db.query<ObligationRow[]>(
      `select * from obligation where journey = $1 and (ended_at is null or $2) order by limit_at, risk, key, opening`,
      [journey, ended],
    );
    const asOf = at ?? (await this.clock.now());
    return rows.map((row) => viewObligation(row, asOf));
  }

  /** Everything open, the next to breach first and at one instant the more dangerous; or the most dangerous first. */
  async worklist(q: WorklistQuery, me: string): Promise<Page<WorklistItem>> {
    const asOf = q.asOf ?? (await this.clock.now());
    const where = new Where()
      .only('o.ended_at is null')
      .and('(o.accountable_role = ? or o.asked_role = ?)', q.role)
      .and('o.accountable_person = ?', q.accountable)
      .and('o.asked_person = ?', q.asked)
      .and('o.kind = any(?)', q.kind)
      .and('o.category = any(?)', q.category)
      .and('j.site = ?', q.site)
      .and('j.specialty = ?', q.specialty)
      .and('j.priority = any(?)', q.priority)
      .and('j.setting = any(?)', q.setting)
      .and('j.subject = ?', q.subject)
      .only(q.subject === undefined && NO_CANARY)
      .and('o.accountable_role = any(?)', q.unowned === true ? [...COLLECTIVE] : undefined)
      .and('not o.accountable_role = any(?)', q.unowned === false ? [...COLLECTIVE] : undefined)
      .and('o.limit_at < ?', q.overdue === true ? asOf : undefined)
      .and('o.limit_at >= ?', q.overdue === false ? asOf : undefined);
    const place = placeOf(q.cursor, PLACES[q.sort]);
    const columns = SORTS[q.sort].map((column) => `o.${column}`).join(', ');
    if (place) where.only(`(${columns}) > (${[...place].map((part) => where.param(part)).join(', ')})`);
    const concerned = [
      ...(q.mine ? [[me]] : []),
      ...(q.person === undefined ? [] : [[q.person]]),
      ...(q.team === undefined ? [] : [await this.members(q.team)]),
    ];
    const sql = worklistSql(where, concerned, q.limit + 1, q.sort);
    const rows = await this.db.query<WorklistRow[]>(sql, where.params);
    return pageOf(
      rows,
      q.limit,
      (row) => ({ ...viewObligation(row, asOf), journey: journeyOf(row) }),
      (row) =>
        q.sort === 'risk'
          ? [row.risk, row.limit_at.toISOString(), row.journey, row.key]
          : [row.limit_at.toISOString(), row.risk, row.journey, row.key],
    );
  }

  /** Everybody in a team. One that does not exist is refused: an empty list would read as if nothing were owed. */
  private async members(team: string): Promise<string[]> {
    const [row] = await this.db.query<{ body: { lead: string; members: string[] } }[]>(
      `select body from directory_part where part = 'teams' and id = $1`,
      [team],
    );
    if (!row)
      throw new Problem('invalid-query', {
        errors: [{ pointer: '/team', message: 'the directory has no team of that id' }],
      });
    return [...new Set([row.body.lead, ...row.body.members])];
  }
}

const journeyOf = ({
  journey,
  subject,
  stage,
  unreported,
  ...row
}: WorklistRow): WorklistItem['journey'] => ({
  id: journey,
  subject: subject as WorklistItem['journey']['subject'],
  stage: stage as WorklistItem['journey']['stage'],
  ...(row.priority === null
    ? {}
    : { priority: row.priority as NonNullable<WorklistItem['journey']['priority']> }),
  ...(row.setting === null
    ? {}
    : { setting: row.setting as NonNullable<WorklistItem['journey']['setting']> }),
  ...(row.modality === null ? {} : { modality: row.modality }),
  ...(row.specialty === null ? {} : { specialty: row.specialty }),
  ...(row.site === null ? {} : { site: row.site }),
  unreported,
});
