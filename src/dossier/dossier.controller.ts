import { Controller, Get } from '@nestjs/common';
import { z } from 'zod';
import { Answer } from '../api/answer';
import type { Principal } from '../api/authenticator';
import { By, Describe, JourneyId, Sent, ValidQuery } from '../api/describe';
import { API } from '../api/paths';
import { may } from '../api/permissions';
import { Permit } from '../api/permit';
import { Problem } from '../api/problems';
import type { ApiRequest } from '../api/request';
import { header } from '../api/request';
import { flag } from '../api/schemas/query';
import { Dossiers } from './dossier.service';
import { formFor, MEDIA } from './media';

const dossierQuery = z.strictObject({
  redacted: flag
    .optional()
    .describe(
      '`true`: for the family, without names of staff, notes and technical ids; it says what is left out',
    ),
});

const ENDING = { pdf: 'pdf', bundle: 'json', fhir: 'fhir.json' };

/** A journey as it is handed to somebody who was not there. */
@Controller(API)
export class DossierController {
  constructor(private readonly dossiers: Dossiers) {}

  @Get('journeys/:journey/dossier')
  @Permit('dossier:read')
  @Describe({
    tag: 'Journeys',
    summary: 'A journey’s dossier: a PDF, a bundle that a stranger can check, or FHIR, as Accept says',
    query: dossierQuery,
    answers: { 200: undefined },
    gives: Object.values(MEDIA),
    problems: ['unknown-journey', 'not-acceptable'],
  })
  async one(
    @JourneyId() journey: string,
    @ValidQuery() { redacted = false }: z.output<typeof dossierQuery>,
    @By() by: Principal,
    @Sent() request: ApiRequest,
  ): Promise<Answer> {
    const form = formFor(header(request, 'accept'));
    if (form === undefined) throw new Problem('not-acceptable');
    const seesPatient = may(by.role, 'patient:read');
    const body = await this.dossiers.of(journey, form, { redacted, seesPatient });
    const name = `${journey}${redacted ? '-redacted' : ''}.${ENDING[form]}`;
    return new Answer(200, body, {
      'content-type': MEDIA[form],
      'content-disposition': `inline; filename="${name}"`,
      vary: 'accept',
    });
  }
}
