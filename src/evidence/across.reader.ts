import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { z } from 'zod';
import type { EventType, JourneyEvent } from '../../domain/events';
import { COMMAND_TYPES, FACT_TYPES } from '../../domain/inputs';
import type { Page } from '../api/paging';
import { pageOf, placeOf } from '../api/paging';
import { uuid } from '../api/schemas/common';
import { anyOf } from '../api/schemas/query';
import { Where } from '../database/where';
import type { EvidenceView } from './evidence.reader';
import { evidenceView } from './evidence.reader';
import type { About, AboutRow } from './questions';
import {
  ABOUT,
  ABOUT_COLUMNS,
  IN_ORDER,
  aboutOf,
  aboutView,
  inOrder,
  moment,
  ofExamination,
  parts,
} from './questions';
import { Words } from './text-search';

const EVENT_TYPES = [
  ...FACT_TYPES,
  ...COMMAND_TYPES,
  'merged',
  'absorb',
  'directory',
  'opened',
  'ended',
  'asked',
  'accountable',
  'rescheduled',
  'lease-ended',
  'offer-expired',
  'supervised',
  'lapsed',
  'noted',
  'refused',
  'closed',
  'reopened',
] as const satisfies readonly EventType[];

export const acrossQuery = z
  .strictObject({
    type: anyOf(z.enum(EVENT_TYPES)).optional(),
    ...parts.period,
    ...parts.who,
    ...parts.kind,
    ...parts.examination,
    ...parts.words,
    ...parts.paging,
  })
  .refine(inOrder, IN_ORDER);
export type AcrossQuery = z.output<typeof acrossQuery>;

export const acrossView = evidenceView.extend({ journey: aboutView });
export type AcrossView = EvidenceView & { journey: About };

export const ACROSS_COLUMNS = [
  ...ABOUT_COLUMNS,
  ...['seq', 'at', 'type', 'cause', 'by.person', 'by.role', 'receivedAt', 'key', 'opening', 'rung', 'asks'],
  ...['askedNow.person', 'askedNow.role', 'accountable.person', 'accountable.role', 'to.person', 'to.role'],
  ...['limitAt', 'dueAt', 'how', 'why', 'late', 'input', 'code', 'data', 'previous', 'hash'],
];

const PLACE = z.tuple([moment, uuid, z.int().min(0).max(2_147_483_647)]);

interface Row extends AboutRow {
  body: JourneyEvent;
  previous: string;
  hash: string;
  at: Date;
}

/** Events across all journeys, in the order in which they were recorded. */
@Injectable()
export class AcrossReader {
  constructor(
    private readonly db: DataSource,
    private readonly words: Words,
  ) {}

  async page(q: AcrossQuery): Promise<Page<AcrossView>> {
    const found = await this.words.find(q.q);
    const where = new Where()
      .and('e.type = ?', q.type?.length === 1 ? q.type[0] : undefined)
      .and('e.type = any(?)', q.type?.length === 1 ? undefined : q.type)
      .and('e.at >= ?', q.from)
      .and('e.at < ?', q.to)
      .and('event_person(e.body) = ?', q.person)
      .and('event_role(e.body) = ?', q.role)
      .and(`split_part(event_duty(e.body), ':', 1) = any(?)`, q.kind)
      .and('e.journey = any(?)', found?.journeys)
      .and(`(e.body #>> '{data,note,ref}' = any(?) or e.body #>> '{data,text,ref}' = any(?))`, found?.refs);
    ofExamination(where, q);
    const place = placeOf(q.cursor, PLACE);
    if (place)
      where.only(`(e.at, e.journey, e.seq) > (${place.map((part) => where.param(part)).join(', ')})`);
    const rows = await this.db.query<Row[]>(
      `select e.body, e.previous, e.hash, e.at, ${ABOUT} from evidence e join journey j on j.id = e.journey ${where}
       order by e.at, e.journey, e.seq limit ${where.param(q.limit + 1)}`,
      where.params,
    );
    return pageOf(
      rows,
      q.limit,
      (row) => ({ ...row.body, previous: row.previous, hash: row.hash, journey: aboutOf(row) }),
      (row) => [row.at.toISOString(), row.about, row.body.seq],
    );
  }
}
