import { z } from 'zod';
import {
  CATEGORIES,
  MODALITIES,
  NATIONS,
  PRIORITIES,
  SETTINGS,
  STAGES,
  SUBJECTS,
} from '../../domain/vocabulary';
import { paging } from '../api/paging';
import { id } from '../api/schemas/common';
import { anyOf, asOf, flag } from '../api/schemas/query';
import { NO_CANARY } from '../canaries/no-canary';
import { Where } from '../database/where';

/** What journeys can be picked by; the same for lists and for a re-plan of many. */
export const journeyFilter = z.strictObject({
  stage: anyOf(z.enum(STAGES)).optional(),
  accountable: id.optional().describe('Answers for an open obligation'),
  asked: id.optional().describe('Is asked about an open obligation now'),
  site: id.optional(),
  specialty: id.optional(),
  category: anyOf(z.enum(CATEGORIES)).optional(),
  priority: anyOf(z.enum(PRIORITIES)).optional(),
  setting: anyOf(z.enum(SETTINGS)).optional(),
  modality: anyOf(z.enum(MODALITIES)).optional(),
  subject: z.enum(SUBJECTS).optional(),
});
export type JourneyFilter = z.output<typeof journeyFilter>;

export const listQuery = journeyFilter.extend({
  overdue: flag.optional().describe('Has an open obligation past its limit'),
  closed: flag.optional(),
  unreported: flag.optional().describe('Has images that nobody has reported'),
  asOf,
  ...paging,
});
export type ListQuery = z.output<typeof listQuery>;

export const journeyItem = z.object({
  id: z.string(),
  subject: z.enum(SUBJECTS),
  stage: z.enum(STAGES),
  closed: z.boolean(),
  closedAt: z.string().optional(),
  mergedInto: z.string().optional(),
  receivedAt: z.string(),
  lastEventAt: z.string().optional(),
  version: z.int().describe('Counts what changed clinically: the ETag'),
  policy: z.string().describe('The hash of the policy it is pinned to'),
  category: z.enum(CATEGORIES).optional(),
  priority: z.enum(PRIORITIES).optional(),
  setting: z.enum(SETTINGS).optional(),
  modality: z.enum(MODALITIES).optional(),
  specialty: z.string().optional(),
  site: z.string().optional(),
  nation: z.enum(NATIONS).optional(),
  unreported: z.boolean(),
  onHold: z.boolean(),
  openObligations: z.int(),
  nextDueAt: z.string().optional().describe('When a ladder acts next'),
});
export type JourneyItem = z.output<typeof journeyItem>;

/** A journey's row, as Postgres gives it. */
export interface JourneyRow {
  id: string;
  subject: string;
  stage: string;
  closed: boolean;
  closed_at: Date | null;
  merged_into: string | null;
  received_at: Date;
  last_event_at: Date | null;
  clinical: number;
  policy: string;
  patient: string | null;
  category: string | null;
  priority: string | null;
  setting: string | null;
  modality: string | null;
  specialty: string | null;
  site: string | null;
  nation: string | null;
  unreported: boolean;
  on_hold: boolean;
  open_obligations: number;
  next_due_at: Date | null;
}

/** The columns of an item; the state is large, and lists do not show it. */
export const COLUMNS = `j.id, j.subject, j.stage, j.closed, j.closed_at, j.merged_into, j.received_at, j.last_event_at,
  j.clinical, j.policy, j.patient, j.category, j.priority, j.setting, j.modality, j.specialty, j.site, j.nation, j.unreported,
  j.on_hold, j.open_obligations, j.next_due_at`;

const known = <T extends object>(fields: T): { [K in keyof T]?: NonNullable<T[K]> } =>
  Object.fromEntries(
    Object.entries(fields)
      .filter(([, value]) => value !== null && value !== undefined)
      .map(([name, value]) => [name, value instanceof Date ? value.toISOString() : (value as unknown)]),
  ) as { [K in keyof T]?: NonNullable<T[K]> };

export const itemOf = (row: JourneyRow): JourneyItem =>
  known({
    id: row.id,
    subject: row.subject,
    stage: row.stage,
    closed: row.closed,
    closedAt: row.closed_at,
    mergedInto: row.merged_into,
    receivedAt: row.received_at,
    lastEventAt: row.last_event_at,
    version: row.clinical,
    policy: row.policy,
    category: row.category,
    priority: row.priority,
    setting: row.setting,
    modality: row.modality,
    specialty: row.specialty,
    site: row.site,
    nation: row.nation,
    unreported: row.unreported,
    onHold: row.on_hold,
    openObligations: row.open_obligations,
    nextDueAt: row.next_due_at,
  }) as unknown as JourneyItem;

const OWING = 'exists (select 1 from obligation o where o.journey = j.id and o.ended_at is null and';

/** The filter's conditions on `journey j`. */
export const matching = (f: JourneyFilter): Where =>
  new Where()
    .and('j.stage = any(?)', f.stage)
    .and(`${OWING} o.accountable_person = ?)`, f.accountable)
    .and(`${OWING} o.asked_person = ?)`, f.asked)
    .and('j.site = ?', f.site)
    .and('j.specialty = ?', f.specialty)
    .and('j.category = any(?)', f.category)
    .and('j.priority = any(?)', f.priority)
    .and('j.setting = any(?)', f.setting)
    .and('j.modality = any(?)', f.modality)
    .and('j.subject = ?', f.subject)
    .only(f.subject === undefined && NO_CANARY);

/** As `matching`, with what a list can also be asked for. */
export const listed = (q: ListQuery, asOf: string): Where =>
  matching(q)
    .and(`${OWING} o.limit_at < ?)`, q.overdue === true ? asOf : undefined)
    .and(`not ${OWING} o.limit_at < ?)`, q.overdue === false ? asOf : undefined)
    .and('j.closed = ?', q.closed)
    .and('j.unreported = ?', q.unreported);
