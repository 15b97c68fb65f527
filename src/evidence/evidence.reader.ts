import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { z } from 'zod';
import type { JourneyEvent } from '../../domain/events';
import type { Page } from '../api/paging';
import { pageOf, paging, placeOf } from '../api/paging';
import { Problem } from '../api/problems';

export const eventsQuery = z.strictObject({ ...paging });
export type EventsQuery = z.output<typeof eventsQuery>;

export const evidenceView = z
  .looseObject({
    seq: z.int(),
    type: z.string().describe('A fact or command, or what followed from it for the duties'),
    at: z.string().describe('The workflow’s time'),
    cause: z.string().describe('The inbox row or the deadline that it was recorded for'),
    previous: z.string(),
    hash: z.string().describe('SHA-256 over the RFC 8785 JSON of journey, previous hash and event'),
  })
  .describe('With the fields of the event itself. Free text and patient data are salted commitments.');
export type EvidenceView = JourneyEvent & { previous: string; hash: string };

const PLACE = z.tuple([z.int().min(0).max(2_147_483_647)]);

/** A journey's evidence, as it was recorded. */
@Injectable()
export class EvidenceReader {
  constructor(private readonly db: DataSource) {}

  async of(journey: string, { limit, cursor }: EventsQuery): Promise<Page<EvidenceView>> {
    const [known] = await this.db.query<unknown[]>('select 1 from journey where id = $1', [journey]);
    if (!known) throw new Problem('unknown-journey');
    const [after] = placeOf(cursor, PLACE) ?? [0];
    const rows = await this.db.query<{ body: JourneyEvent; previous: string; hash: string }[]>(
      'select body, previous, hash from evidence where journey = $1 and seq > $2 order by seq limit $3',
      [journey, after, limit + 1],
    );
    return pageOf(
      rows,
      limit,
      ({ body, previous, hash }) => ({ ...body, previous, hash }),
      ({ body }) => [body.seq],
    );
  }
}
