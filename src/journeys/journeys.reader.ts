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
import { Sealing } from '../sealing/sealing';
import type { Unsealed } from '../sealing/sealing';
import { ObligationsReader } from '../obligations/obligations.reader';
import type { JourneyItem, JourneyRow, ListQuery } from './journey-list';
import { COLUMNS, itemOf, listed } from './journey-list';
import { refsIn, viewState } from './journey-view';

interface WholeRow extends JourneyRow {
  state: Journey | null;
  waiting: number;
  /** The reference of the patient's details. */
  sealed: string | null;
  identifiers: Identifier[];
}

const ONE = `
select ${COLUMNS}, j.state, coalesce(d.last_n - d.finished_n, 0) as waiting,
  (select p.sealed from patient p where p.id = j.patient) as sealed,
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
    private readonly sealing: Sealing,
  ) {}

  /** One journey, with its ETag. One that was only received yet is shown as such. */
  async one(id: string, by: Principal, at: string | undefined): Promise<Answer> {
    const [row] = await this.db.query<WholeRow[]>(ONE, [id]);
    if (!row) throw new Problem('unknown-journey');
    const state = row.state ? completed(row.state) : emptyJourney(id, row.subject as Subject);
    const sees = may(by.role, 'patient:read');
    const unsealed = sees
      ? await this.sealing.unsealed([...(row.sealed === null ? [] : [row.sealed]), ...refsIn(state)])
      : new Map<string, Unsealed>();
    const patient = row.sealed === null ? undefined : patientIn(unsealed.get(row.sealed));
    const view = {
      ...itemOf(row),
      waiting: row.waiting,
      identifiers: row.identifiers,
      ...(patient === undefined ? {} : { patient }),
      obligations: await this.obligations.of(id, at),
      ...viewState(state, unsealed),
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
}

/** A patient's details, or that they were erased; nothing for whoever may not see them. */
const patientIn = (details: Unsealed | undefined): PatientDetails | { erased: true } | undefined =>
  details && (details.text === undefined ? { erased: true } : (JSON.parse(details.text) as PatientDetails));
