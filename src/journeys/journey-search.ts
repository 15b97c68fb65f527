import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { z } from 'zod';
import { id } from '../api/schemas/common';
import { bareNhsNumber } from '../intake/nhs-number';
import type { JourneyItem, JourneyRow } from './journey-list';
import { COLUMNS, itemOf } from './journey-list';

const number = z.string().min(1).max(128);
const MOST = 200;

export const searchBody = z
  .strictObject({
    nhsNumber: z.string().min(10).max(32).optional(),
    hospitalNumber: number.optional(),
    order: number.optional(),
    accession: number.optional(),
    study: number.optional(),
    assigner: id
      .optional()
      .describe('Who gave out the number, where that is known; needed for a hospital number'),
  })
  .refine(({ assigner: _, ...numbers }) => Object.keys(numbers).length === 1, 'give exactly one number')
  .refine((s) => s.hospitalNumber === undefined || s.assigner !== undefined, {
    path: ['assigner'],
    message: 'a hospital number needs to say who gave it out',
  });
export type SearchBody = z.output<typeof searchBody>;

const BY_PATIENT = `j.patient in (select patient from patient_identifier where assigner = $1 and value = $2)`;
const BY_IDENTIFIER = `j.id in (select journey from identifier where type = $1 and value = $2 and ($3::text is null or assigner = $3))`;

/** Finds journeys by a number that somebody has in hand. The number travels in the body, so that no log has it. */
@Injectable()
export class JourneySearch {
  constructor(private readonly db: DataSource) {}

  async find(s: SearchBody): Promise<{ items: JourneyItem[] }> {
    const [condition, params] = conditionOf(s);
    const rows = await this.db.query<JourneyRow[]>(
      `select ${COLUMNS} from journey j where ${condition} order by j.received_at desc, j.id desc limit ${MOST}`,
      params,
    );
    return { items: rows.map(itemOf) };
  }
}

const conditionOf = (s: SearchBody): [string, (string | null)[]] => {
  if (s.nhsNumber !== undefined) return [BY_PATIENT, ['nhs', bareNhsNumber(s.nhsNumber)]];
  if (s.hospitalNumber !== undefined) return [BY_PATIENT, [`local:${s.assigner}`, s.hospitalNumber]];
  const type = (['order', 'accession', 'study'] as const).find((name) => s[name] !== undefined)!;
  return [BY_IDENTIFIER, [type, s[type]!, s.assigner ?? null]];
};
