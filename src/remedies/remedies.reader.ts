import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { z } from 'zod';
import type { Page } from '../api/paging';
import { pageOf, placeOf } from '../api/paging';
import { Problem } from '../api/problems';
import { Where } from '../database/where';
import type { RemediesQuery, RemedyView } from './remedy-schema';

interface Row {
  id: string;
  remedy: RemedyView['remedy'];
  reason: RemedyView['reason'];
  status: RemedyView['status'];
  asked_by: string;
  asked_role: RemedyView['asked']['role'];
  asked_at: Date;
  approved_by: string | null;
  approved_role: RemedyView['asked']['role'] | null;
  approved_at: Date | null;
  items: RemedyView['items'];
}

const SELECT = `
select r.*, (select jsonb_agg(jsonb_strip_nulls(jsonb_build_object('journey', i.journey, 'critical', i.critical,
    'command', i.command, 'did', i.did, 'refused', i.refused)) order by i.journey)
  from remedy_journey i where i.remedy = r.id) as items
from remedy r`;
const PLACE = z.tuple([z.iso.datetime(), z.uuid()]);

const viewOf = (row: Row): RemedyView => ({
  id: row.id,
  remedy: row.remedy,
  reason: row.reason,
  status: row.status,
  asked: { person: row.asked_by, role: row.asked_role },
  askedAt: row.asked_at.toISOString(),
  ...(row.approved_by === null || row.approved_role === null || row.approved_at === null
    ? {}
    : {
        approved: { person: row.approved_by, role: row.approved_role },
        approvedAt: row.approved_at.toISOString(),
      }),
  items: row.items,
});

/** What was done about journeys, by whom and why. */
@Injectable()
export class RemediesReader {
  constructor(private readonly db: DataSource) {}

  /** The newest first. */
  async list({ remedy, status, journey, limit, cursor }: RemediesQuery): Promise<Page<RemedyView>> {
    const after = placeOf(cursor, PLACE);
    const where = new Where().and('r.remedy = ?', remedy).and('r.status = ?', status);
    where.and('exists (select 1 from remedy_journey i where i.remedy = r.id and i.journey = ?)', journey);
    if (after) where.only(`(r.asked_at, r.id) < (${where.param(after[0])}, ${where.param(after[1])})`);
    const rows = await this.db.query<Row[]>(
      `${SELECT} ${where} order by r.asked_at desc, r.id desc limit ${limit + 1}`,
      where.params,
    );
    return pageOf(rows, limit, viewOf, (row) => [row.asked_at.toISOString(), row.id]);
  }

  /** @throws Problem `unknown-remedy` */
  async one(id: string): Promise<RemedyView> {
    const [row] = await this.db.query<Row[]>(`${SELECT} where r.id = $1`, [id]);
    if (!row) throw new Problem('unknown-remedy');
    return viewOf(row);
  }
}
