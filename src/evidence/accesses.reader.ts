import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { z } from 'zod';
import { ROLE_KEYS } from '../../domain/vocabulary';
import type { Page } from '../api/paging';
import { pageOf, placeOf } from '../api/paging';
import { Problem } from '../api/problems';
import { PURPOSES } from '../api/purpose';
import { Where } from '../database/where';
import { IN_ORDER, inOrder, parts, present } from './questions';

export const accessesQuery = z
  .strictObject({ ...parts.period, ...parts.who, ...parts.paging })
  .refine(inOrder, IN_ORDER);
export type AccessesQuery = z.output<typeof accessesQuery>;

export const accessView = z.object({
  at: z.string(),
  person: z.string().optional(),
  role: z.enum(ROLE_KEYS).optional(),
  purpose: z.enum(Object.keys(PURPOSES)).optional().describe('Absent where it was not said'),
  method: z.string(),
  route: z.string(),
  filters: z.array(z.string()).optional().describe('The names of what it was picked by'),
  status: z.int(),
  code: z.string().optional().describe('Why it was refused'),
  journey: z.string().describe('This journey, or one that was merged into it'),
  request: z.string().describe('The trace id of its answer'),
});
export type AccessView = z.output<typeof accessView>;

export const ACCESS_COLUMNS = [
  ...[
    'at',
    'person',
    'role',
    'purpose',
    'method',
    'route',
    'filters',
    'status',
    'code',
    'journey',
    'request',
  ],
];

const PLACE = z.tuple([z.int().min(0).max(Number.MAX_SAFE_INTEGER)]);

interface Row {
  id: string;
  at: Date;
  principal: string | null;
  role: string | null;
  purpose: string | null;
  method: string;
  route: string;
  filters: string[] | null;
  status: number;
  code: string | null;
  journey: string;
  request: string;
}

/** Who looked at a record or sent something to it, when and why. A list that showed it among others does not name it. */
@Injectable()
export class AccessesReader {
  constructor(private readonly db: DataSource) {}

  async of(journey: string, q: AccessesQuery): Promise<Page<AccessView>> {
    const place = placeOf(q.cursor, PLACE);
    const where = new Where()
      .and('a.journey = any(?)', await journeysOf(this.db, journey))
      .and('a.at >= ?', q.from)
      .and('a.at < ?', q.to)
      .and('a.principal = ?', q.person)
      .and('a.role = ?', q.role)
      .and('a.id > ?', place?.[0]);
    const rows = await this.db.query<Row[]>(
      `select a.* from access_log a ${where} order by a.id limit ${where.param(q.limit + 1)}`,
      where.params,
    );
    return pageOf(rows, q.limit, viewOf, (row) => [Number(row.id)]);
  }
}

/** A journey and all that were merged into it. Throws where there is no such journey. */
export const journeysOf = async (db: DataSource, journey: string): Promise<string[]> => {
  const rows = await db.query<{ id: string }[]>(
    `with recursive its as (
       select id from journey where id = $1 union select a.loser from alias a join its on a.survivor = its.id)
     select id from its`,
    [journey],
  );
  if (rows.length === 0) throw new Problem('unknown-journey');
  return rows.map(({ id }) => id);
};

const viewOf = ({ id: _, at, principal, filters, ...row }: Row): AccessView =>
  present({
    ...row,
    at: at.toISOString(),
    person: principal,
    filters: filters?.length ? filters : undefined,
  }) as AccessView;
