import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { EntityManager } from 'typeorm';
import { z } from 'zod';
import type { Actor, Inputs } from '../../domain/inputs';
import { AccessLog } from '../api/access-log';
import { Answer } from '../api/answer';
import type { ApiRequest } from '../api/request';
import { patient } from '../api/schemas/common';
import { FACTS } from '../api/schemas/facts';
import { ClockPort } from '../intake/clock';
import { appendRow, lockInboxes } from '../intake/inbox';
import { knownPatient } from '../intake/patients';

/**
 * What happens to a patient happens in all their journeys: an admissions system knows of people and not of examinations.
 * `open` alone where it only concerns what is still owed; a death or a hold counts also where a closed journey reopens.
 */
const REACHES = { moved: 'open', discharged: 'open', died: 'all', hold: 'all' } as const;
export type PatientFact = keyof typeof REACHES;
export const PATIENT_FACTS = Object.keys(REACHES) as PatientFact[];

/** A patient by number. */
export const whose = patient.refine((p) => p.nhsNumber !== undefined || p.hospitalNumber !== undefined, {
  message: 'needs an NHS number, or a hospital number and who gave it out',
});

/** A fact, and whose it is. */
export const patientFactBody = (type: PatientFact) =>
  FACTS[type].extend({ patient: whose }).meta({ title: `Patient${type[0]!.toUpperCase()}${type.slice(1)}` });
export type PatientFactBody = z.output<ReturnType<typeof patientFactBody>>;

export const reachedView = z
  .object({
    items: z.array(
      z.object({
        journey: z.string(),
        command: z.string().describe('Its outcome is found at /api/v1/commands/{command}'),
      }),
    ),
  })
  .meta({ title: 'Reached' });

/** Takes in what happened to a patient, in one transaction for all their journeys. The same again changes nothing. */
@Injectable()
export class PatientFacts {
  constructor(
    private readonly db: DataSource,
    private readonly clock: ClockPort,
    private readonly accesses: AccessLog,
  ) {}

  async take(request: ApiRequest, type: PatientFact, body: PatientFactBody): Promise<Answer> {
    const { patient: details, ...data } = body;
    const receivedAt = await this.clock.now();
    return this.db.transaction(async (m) => {
      const id = await knownPatient(m, details);
      const journeys = id === undefined ? [] : await journeysOf(m, id, REACHES[type]);
      await lockInboxes(m, journeys);
      const items: { journey: string; command: string }[] = [];
      for (const journey of journeys) {
        const row = { type, data: data as Inputs[PatientFact], by: request.principal as Actor, receivedAt };
        items.push({ journey, command: (await appendRow(m, journey, row)).id });
      }
      await this.accesses.note(request, { status: 202 }, m);
      return new Answer(202, { items });
    });
  }
}

const journeysOf = async (m: EntityManager, id: string, which: 'open' | 'all'): Promise<string[]> => {
  const rows = await m.query<{ id: string }[]>(
    `select id from journey where patient = $1 and merged_into is null and ($2 = 'all' or not closed) order by id`,
    [id, which],
  );
  return rows.map((row) => row.id);
};
