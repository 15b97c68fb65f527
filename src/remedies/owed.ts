import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { z } from 'zod';
import { nextObligation } from '../../domain/closing';
import type { JourneyEvent } from '../../domain/events';
import { fold } from '../../domain/evolve';
import { emptyJourney } from '../../domain/journey';
import type { Journey } from '../../domain/journey';
import { nextInstant } from '../../domain/obligation';
import type { Subject } from '../../domain/vocabulary';
import { ROLE_KEYS } from '../../domain/vocabulary';

const party = z.object({ role: z.enum(ROLE_KEYS), person: z.string() });

export const owedView = z.object({
  seq: z.int().describe('How many events its evidence has'),
  closed: z.boolean(),
  next: z
    .string()
    .optional()
    .describe('When a new run would ask next; in the past, it would do so at once, as late'),
  duties: z.array(
    z.object({
      key: z.string(),
      accountable: party,
      askedNow: party,
      limitAt: z.string(),
      dueAt: z.string(),
      asks: z.int(),
    }),
  ),
});
export type Owed = z.output<typeof owedView>;

/** What a run that begins anew would start from: the fold of everything recorded, read from the evidence itself. */
@Injectable()
export class OwedReader {
  constructor(private readonly db: DataSource) {}

  async of(journey: string): Promise<Owed> {
    const [known] = await this.db.query<{ subject: Subject }[]>('select subject from journey where id = $1', [
      journey,
    ]);
    const rows = await this.db.query<{ body: JourneyEvent }[]>(
      'select body from evidence where journey = $1 order by seq',
      [journey],
    );
    return owedBy(
      fold(
        emptyJourney(journey, known!.subject),
        rows.map(({ body }) => body),
      ),
    );
  }
}

const owedBy = (j: Journey): Owed => {
  const next = nextObligation(j);
  return {
    seq: j.seq,
    closed: j.closed,
    ...(next === undefined ? {} : { next: nextInstant(next) }),
    duties: Object.values(j.obligations).map(({ key, accountable, askedNow, limitAt, dueAt, asks }) => ({
      key,
      accountable,
      askedNow,
      limitAt,
      dueAt,
      asks,
    })),
  };
};
