import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { z } from 'zod';
import { completed, emptyJourney } from '../../domain/journey';
import type { Journey } from '../../domain/journey';
import type { Subject } from '../../domain/vocabulary';
import { Answer } from '../api/answer';
import type { Principal } from '../api/authenticator';
import { etag } from '../api/headers';
import type { Page } from '../api/paging';
import { pageOf, placeOf } from '../api/paging';
import { may } from '../api/permissions';
import { Problem } from '../api/problems';
import { instant, uuid } from '../api/schemas/common';
import { ClockPort } from '../intake/clock';
import type { Identifier } from '../intake/matching';
import type { PatientDetails } from '../intake/patients';
import { ObligationsReader } from '../obligations/obligations.reader';
import type { JourneyItem, JourneyRow, ListQuery } from './journey-list';
import { COLUMNS, itemOf, listed } from './journey-list';
import { refsIn, viewState } from './journey-view';

interface WholeRow extends JourneyRow {
  state: Journey | null;
  waiting: number;
  identifiers: Identifier[];
}

const ONE = `
select ${COLUMNS}, j.state, coalesce(d.last_n - d.finished_n, 0) as waiting,
  coalesce((select jsonb_agg(jsonb_build_object('assigner', i.assigner, 'type', i.type, 'value', i.value)
                             order by i.type, i.assigner, i.value)
            from identifier i where i.journey = j.id), '[]') as identifiers
from journey j left join delivery d on d.journey = j.id where j.id = $1`;

const PLACE = z.tuple([instant, uuid]);

/** Journeys as they are known in Postgres; never asked of the workflow, which may be asleep. */
@Injectable()
export class JourneysReader {
  constructor(
    private readonly db: DataSource,
    private readonly clock: ClockPort,
    private readonly obligations: ObligationsReader,
  ) {}

  /** One journey, with its ETag. One that was only received yet is shown as such. */
  async one(id: string, by: Principal, at: string | undefined): Promise<Answer> {
    const [row] = await this.db.query<WholeRow[]>(ONE, [id]);
    if (!row) throw new Problem('unknown-journey');
    const state = row.state ? completed(row.state) : emptyJourney(id, row.subject as Subject);
    const sees = may(by.role, 'patient:read');
    const patient = sees ? await this.patient(row.patient) : undefined;
    const view = {
      ...itemOf(row),
      waiting: row.waiting,
      identifiers: row.identifiers,
      ...(patient === undefined ? {} : { patient }),
      obligations: await this.obligations.of(id, at),
      ...viewState(state, sees ? await this.texts(refsIn(state)) : new Map()),
    };
    return new Answer(200, view, { etag: etag(row.clinical) });
  }

  /** Journeys that match, the newest first. */
  async list(q: ListQuery): Promise<Page<JourneyItem>> {
    const where = listed(q, q.asOf ?? (await this.clock.now()));
    const place = placeOf(q.cursor, PLACE);
    if (place) where.only(`(j.received_at, j.id) < (${place.map((part) => where.param(part)).join(', ')})`);
    const rows = await this.db.query<JourneyRow[]>(
      `select ${COLUMNS} from journey j ${where}
       order by j.received_at desc, j.id desc limit ${where.param(q.limit + 1)}`,
      where.params,
    );
    return pageOf(rows, q.limit, itemOf, (row) => [row.received_at.toISOString(), row.id]);
  }

  private async patient(id: string | null): Promise<PatientDetails | undefined> {
    if (id === null) return undefined;
    const [row] = await this.db.query<{ body: string }[]>(
      'select s.body from patient p join sealed s on s.ref = p.sealed where p.id = $1',
      [id],
    );
    return row && (JSON.parse(row.body) as PatientDetails);
  }

  private async texts(refs: readonly string[]): Promise<Map<string, string>> {
    if (refs.length === 0) return new Map();
    const rows = await this.db.query<{ ref: string; body: string }[]>(
      'select ref, body from sealed where ref = any($1::uuid[])',
      [refs],
    );
    return new Map(rows.map(({ ref, body }) => [ref, body]));
  }
}
