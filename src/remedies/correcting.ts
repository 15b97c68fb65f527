import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { InputType } from '../../domain/inputs';
import { FACT_TYPES } from '../../domain/inputs';
import type { Journey } from '../../domain/journey';
import type { RefusalCode } from '../../domain/refusals';
import { unusableCode } from '../../domain/refusals';
import { Problem } from '../api/problems';
import type { Whose } from '../api/schemas/inputs';
import { INPUTS } from '../api/schemas/inputs';
import { valid } from '../api/validate';
import type { Submission } from '../intake/intake.service';
import { IntakeService } from '../intake/intake.service';
import type { Applying, Correction, Options, RemedyKind, Would } from './kind';

const UNUSED = `
select i.type, i.outcome->>'code' as code, j.state from inbox i join journey j on j.id = i.journey
where i.journey = $1 and i.n = $2 and i.outcome->>'result' = 'refused'`;

/**
 * Another fact in the stead of one that could not be used, by the ordinary intake and under the name of whoever corrects it. The
 * row that tells of it names both and ends the desk's duty. A person's command is not corrected for them: they send it again.
 */
@Injectable()
export class Correcting implements RemedyKind {
  constructor(private readonly intake: IntakeService) {}

  async look(m: EntityManager, journey: string, { row }: Options): Promise<Would> {
    const { type, code } = await this.unused(m, journey, row);
    return { row: row!, type, reason: code };
  }

  async act(
    m: EntityManager,
    journey: string,
    { options: { row }, correction, by }: Applying,
  ): Promise<{ row: number; settles: string }> {
    const { query } = await this.unused(m, journey, row);
    const { identifiers, patient, note, text, ...data } = correctionBody(correction!) as Whose & {
      note?: string;
      text?: string;
    };
    const submission = {
      type: correction!.type,
      data,
      texts: { note, text },
      by,
      journey,
      identifiers,
      patient,
    };
    await this.intake.submit(submission as Submission, m);
    return { row: row!, settles: query };
  }

  private async unused(
    m: EntityManager,
    journey: string,
    row: number | undefined,
  ): Promise<{ type: InputType; code: RefusalCode; query: string }> {
    const [found] = await m.query<{ type: InputType; code: RefusalCode; state: Journey }[]>(UNUSED, [
      journey,
      row,
    ]);
    const query = found && `${found.code}:row:${row}`;
    const open = found?.state.queries.some(({ id, explained }) => id === query && !explained);
    if (!found || !query || !open || !unusableCode(found.code) || !isFact(found.type))
      throw new Problem('nothing-to-correct');
    return { type: found.type, code: found.code, query };
  }
}

const isFact = (type: InputType): boolean => (FACT_TYPES as readonly string[]).includes(type);

/** What its own route would take. @throws Problem `invalid-body` */
export const correctionBody = ({ type, data }: Correction): object =>
  valid(INPUTS.find((spec) => spec.type === type)!.schema, data, 'invalid-body');
