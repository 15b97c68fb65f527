import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { z } from 'zod';
import { ROLE_KEYS } from '../../domain/vocabulary';
import type { Page } from '../api/paging';
import { pageOf, placeOf } from '../api/paging';
import { PROBLEMS } from '../api/problems';
import type { ProblemCode } from '../api/problems';
import { anyOf } from '../api/schemas/query';
import { Where } from '../database/where';
import type { AboutRow } from './questions';
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
  present,
} from './questions';

const WHERE = ['edge', 'journey'] as const;
const CODES = Object.keys(PROBLEMS) as [ProblemCode, ...ProblemCode[]];

export const refusalsQuery = z
  .strictObject({
    where: z
      .enum(WHERE)
      .optional()
      .describe('Refused at the edge (form, permission), or by the journey itself'),
    code: anyOf(z.enum(CODES)).optional(),
    ...parts.period,
    ...parts.who,
    ...parts.examination,
    ...parts.paging,
  })
  .refine(inOrder, IN_ORDER);
export type RefusalsQuery = z.output<typeof refusalsQuery>;

export const refusalView = z.object({
  at: z.string(),
  where: z.enum(WHERE),
  code: z.string(),
  person: z.string().optional(),
  role: z.enum(ROLE_KEYS).optional(),
  journey: aboutView.optional(),
  event: z.int().optional().describe('The event that records it'),
  input: z.string().optional().describe('What was refused'),
  method: z.string().optional(),
  route: z.string().optional(),
  status: z.int().optional(),
  request: z.string().optional().describe('The trace id of its answer'),
});
export type RefusalView = z.output<typeof refusalView>;

export const REFUSAL_COLUMNS = [
  ...['at', 'where', 'code', 'person', 'role', 'event', 'input', 'method', 'route', 'status', 'request'],
  ...ABOUT_COLUMNS,
];

/** When, where, and the event's or the access's number; for an event its journey before that. */
const PLACE = z.tuple([
  moment,
  z.enum(WHERE),
  z.uuid().or(z.literal('')),
  z.int().min(0).max(Number.MAX_SAFE_INTEGER),
]);
type Place = z.output<typeof PLACE>;

interface Row extends Partial<AboutRow> {
  at: Date;
  kind: (typeof WHERE)[number];
  code: string;
  person: string | null;
  role: string | null;
  n: string;
  journey: string | null;
  input: string | null;
  method: string | null;
  route: string | null;
  status: number | null;
  request: string | null;
}

/** Every no: what journeys refused, and what was refused before it reached one, in one list by time. */
@Injectable()
export class RefusalsReader {
  constructor(private readonly db: DataSource) {}

  async page(q: RefusalsQuery): Promise<Page<RefusalView>> {
    const place = placeOf(q.cursor, PLACE);
    const params = new Where();
    const branches = [
      ...(q.where === 'journey' ? [] : [edge(params, q, place)]),
      ...(q.where === 'edge' ? [] : [inJourneys(params, q, place)]),
    ];
    const limit = params.param(q.limit + 1);
    const rows = await this.db.query<Row[]>(
      `select * from (${branches.map((sql) => `(${sql} limit ${limit})`).join(' union all ')}) refusal
       order by at, kind, journey nulls first, n limit ${limit}`,
      params.params,
    );
    return pageOf(rows, q.limit, viewOf, (row) => [
      row.at.toISOString(),
      row.kind,
      row.kind === 'journey' ? row.journey! : '',
      Number(row.n),
    ]);
  }
}

const edge = (params: Where, q: RefusalsQuery, place: Place | undefined): string => {
  const where = new Where(params.params)
    .only('a.code is not null')
    .and('a.at >= ?', q.from)
    .and('a.at < ?', q.to)
    .and('a.principal = ?', q.person)
    .and('a.role = ?', q.role)
    .and('a.code = any(?)', q.code);
  ofExamination(where, q);
  if (place?.[1] === 'edge')
    where.only(`(a.at, a.id) > (${params.param(place[0])}, ${params.param(place[3])})`);
  else where.and('a.at > ?', place?.[0]);
  return `select a.at, 'edge' as kind, a.code, a.principal as person, a.role, a.id as n, null::uuid as journey,
      null as input, a.method, a.route, a.status, a.request, ${ABOUT}
    from access_log a left join journey j on j.id = a.journey ${where} order by a.at, a.id`;
};

const inJourneys = (params: Where, q: RefusalsQuery, place: Place | undefined): string => {
  const where = new Where(params.params)
    .only(`e.type = 'refused'`)
    .and('e.at >= ?', q.from)
    .and('e.at < ?', q.to)
    .and('event_person(e.body) = ?', q.person)
    .and('event_role(e.body) = ?', q.role)
    .and(`e.body ->> 'code' = any(?)`, q.code);
  ofExamination(where, q);
  if (place?.[1] === 'journey')
    where.only(
      `(e.at, e.journey, e.seq) > (${params.param(place[0])}, ${params.param(place[2])}, ${params.param(place[3])})`,
    );
  else where.and('e.at >= ?', place?.[0]);
  return `select e.at, 'journey' as kind, e.body ->> 'code' as code, event_person(e.body) as person,
      event_role(e.body) as role, e.seq as n, e.journey, e.body ->> 'input' as input, null as method, null as route,
      null::int as status, null as request, ${ABOUT}
    from evidence e join journey j on j.id = e.journey ${where} order by e.at, e.journey, e.seq`;
};

const viewOf = (row: Row): RefusalView =>
  present({
    at: row.at.toISOString(),
    where: row.kind,
    code: row.code,
    person: row.person,
    role: row.role,
    journey: row.about ? aboutOf(row as AboutRow) : undefined,
    event: row.kind === 'journey' ? Number(row.n) : undefined,
    input: row.input,
    method: row.method,
    route: row.route,
    status: row.status,
    request: row.request,
  }) as RefusalView;
