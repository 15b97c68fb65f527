import { Injectable, Logger } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { EntityManager } from 'typeorm';
import { prepared } from '../database/prepared';
import { ClockPort } from '../intake/clock';
import type { ProblemCode } from './problems';
import type { ApiRequest } from './request';
import { journeyOf, routeOf } from './request';

/** What came of a request, for the append-only access log. */
export interface Access {
  status: number;
  code?: ProblemCode;
  /** Where the address does not say it. */
  journey?: string;
}

const NOTE = prepared(`
with noted as (
  insert into access_log (at, principal, role, method, route, status, code, journey, request, purpose, filters)
  values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) returning id)
insert into anchor_queue (chain, seq, hash) select 'access', id, '' from noted`);

/**
 * Who opened or sent what and for what purpose, and what was refused at the edge. Codes, templates, ids and the names of
 * filters; never an address as typed, a filter's value or a body.
 */
@Injectable()
export class AccessLog {
  private readonly log = new Logger('access');

  constructor(
    private readonly db: DataSource,
    private readonly clock: ClockPort,
  ) {}

  /** @param m the transaction that the access is part of, if any */
  async note(request: ApiRequest, access: Access, m: EntityManager = this.db.manager): Promise<void> {
    await m.query(NOTE, [
      await this.clock.now(),
      request.principal?.person ?? null,
      request.principal?.role ?? null,
      request.method,
      routeOf(request),
      access.status,
      access.code ?? null,
      access.journey ?? journeyOf(request) ?? null,
      request.id,
      request.purpose ?? null,
      request.filters ?? null,
    ]);
    request.onRecord = true;
  }

  /** As `note`, for a refusal: it must be answered even where the database is away, and then this program's log has it. */
  async refused(request: ApiRequest, access: Access): Promise<void> {
    try {
      await this.note(request, access);
    } catch {
      this.log.warn({ msg: 'a refusal is not in the access log', request: request.id, ...access });
    }
  }
}
