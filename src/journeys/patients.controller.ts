import { Controller, Post } from '@nestjs/common';
import type { Answer } from '../api/answer';
import { Describe, Sent, ValidBody } from '../api/describe';
import { API } from '../api/paths';
import { Permit } from '../api/permit';
import type { ApiRequest } from '../api/request';
import { EXAMPLES } from '../api/schemas/examples';
import { SUMMARIES } from '../api/schemas/summaries';
import type { PatientFact, PatientFactBody } from './patient-facts';
import { PatientFacts, patientFactBody, reachedView } from './patient-facts';

const describe = (type: PatientFact) => ({
  tag: 'Patients',
  summary: `${SUMMARIES[type]}: for each journey of theirs that it concerns`,
  body: patientFactBody(type),
  example: { ...EXAMPLES[type], patient: { nhsNumber: '9990000018' } },
  answers: { 202: reachedView },
});

/** What an admissions system says of a patient, whose journeys it does not know. */
@Controller(`${API}/patients`)
export class PatientsController {
  constructor(private readonly facts: PatientFacts) {}

  @Post('moved')
  @Permit('fact:moved')
  @Describe(describe('moved'))
  moved(@ValidBody() body: PatientFactBody, @Sent() request: ApiRequest): Promise<Answer> {
    return this.facts.take(request, 'moved', body);
  }

  @Post('discharged')
  @Permit('fact:discharged')
  @Describe(describe('discharged'))
  discharged(@ValidBody() body: PatientFactBody, @Sent() request: ApiRequest): Promise<Answer> {
    return this.facts.take(request, 'discharged', body);
  }

  @Post('died')
  @Permit('fact:died')
  @Describe(describe('died'))
  died(@ValidBody() body: PatientFactBody, @Sent() request: ApiRequest): Promise<Answer> {
    return this.facts.take(request, 'died', body);
  }

  @Post('hold')
  @Permit('fact:hold')
  @Describe(describe('hold'))
  hold(@ValidBody() body: PatientFactBody, @Sent() request: ApiRequest): Promise<Answer> {
    return this.facts.take(request, 'hold', body);
  }
}
