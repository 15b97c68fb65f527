import { Controller, Post } from '@nestjs/common';
import { z } from 'zod';
import { ERASURE_REASONS, HOLD_REASONS, LIFT_REASONS } from '../../domain/inputs';
import type { Answer } from '../api/answer';
import { Describe, Sent, ValidBody } from '../api/describe';
import { API } from '../api/paths';
import { Permit } from '../api/permit';
import type { ProblemCode } from '../api/problems';
import type { ApiRequest } from '../api/request';
import { reachedView, whose } from '../journeys/patient-facts';
import { Erasing } from './erasing';
import { LegalHolds } from './legal-holds';

const erasureBody = z
  .strictObject({ patient: whose, reason: z.enum(ERASURE_REASONS) })
  .meta({ title: 'Erasure' });
const askedView = z.object({ reason: z.enum(ERASURE_REASONS), askedBy: z.string() }).meta({ title: 'Asked' });
const holdBody = z
  .strictObject({ patient: whose, reason: z.enum(HOLD_REASONS) })
  .meta({ title: 'LegalHold' });
const liftBody = z
  .strictObject({
    patient: whose,
    hold: z.enum(HOLD_REASONS).describe('The reason for which it was set'),
    reason: z.enum(LIFT_REASONS),
  })
  .meta({ title: 'LegalHoldLifted' });

const patient = { nhsNumber: '9990000018' };
const erasure = { patient, reason: 'retention-over' };
const AGAINST: ProblemCode[] = [
  'unknown-patient',
  'legal-hold-stands',
  'journey-not-closed',
  'retention-runs',
];

/** What must be kept of a patient, and what must not be any longer. */
@Controller(`${API}/patients`)
export class ErasingController {
  constructor(
    private readonly erasing: Erasing,
    private readonly holds: LegalHolds,
  ) {}

  @Post('erase')
  @Permit('patient:erase')
  @Describe({
    tag: 'Patients',
    summary: 'Ask that all texts and details of a patient be destroyed; another person approves it',
    body: erasureBody,
    example: erasure,
    answers: { 202: askedView },
    problems: AGAINST,
  })
  ask(@ValidBody() body: z.output<typeof erasureBody>, @Sent() request: ApiRequest): Promise<Answer> {
    return this.erasing.ask(request, body);
  }

  @Post('erase/approve')
  @Permit('patient:erase')
  @Describe({
    tag: 'Patients',
    summary: 'Destroy, for good, all texts and details of a patient, as another person asked',
    body: erasureBody,
    example: erasure,
    answers: { 202: reachedView },
    problems: [...AGAINST, 'erasure-not-asked', 'second-person-must-differ'],
  })
  approve(@ValidBody() body: z.output<typeof erasureBody>, @Sent() request: ApiRequest): Promise<Answer> {
    return this.erasing.approve(request, body);
  }

  @Post('legal-hold')
  @Permit('patient:legal-hold')
  @Describe({
    tag: 'Patients',
    summary: 'Set a legal hold: nothing of the patient is destroyed while it stands',
    body: holdBody,
    example: { patient, reason: 'inquest' },
    answers: { 202: reachedView },
    problems: ['unknown-patient', 'legal-hold-stands'],
  })
  hold(@ValidBody() body: z.output<typeof holdBody>, @Sent() request: ApiRequest): Promise<Answer> {
    return this.holds.set(request, body);
  }

  @Post('legal-hold/lift')
  @Permit('patient:legal-hold')
  @Describe({
    tag: 'Patients',
    summary: 'Lift a legal hold',
    body: liftBody,
    example: { patient, hold: 'inquest', reason: 'concluded' },
    answers: { 202: reachedView },
    problems: ['unknown-patient', 'no-legal-hold'],
  })
  lift(@ValidBody() body: z.output<typeof liftBody>, @Sent() request: ApiRequest): Promise<Answer> {
    return this.holds.lift(request, body);
  }
}
