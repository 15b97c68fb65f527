import { Controller, Get, Post } from '@nestjs/common';
import { z } from 'zod';
import type { Policy } from '../../domain/policy';
import { Answer } from '../api/answer';
import type { Principal } from '../api/authenticator';
import { By, Describe, ValidBody } from '../api/describe';
import { API, policyPath } from '../api/paths';
import { Permit } from '../api/permit';
import { policyHash } from '../api/schemas/common';
import { journeyFilter } from '../journeys/journey-list';
import type { BankHolidays } from '../policy/bank-holidays';
import { bankHolidaysSchema } from '../policy/bank-holidays';
import { policySchema } from '../policy/policy-schema';
import { RulebookService } from '../policy/rulebook.service';
import type { Replanned } from './replanning.service';
import { Replanning } from './replanning.service';

const replanBody = z.strictObject({ filter: journeyFilter, policy: policyHash.optional() });
const replanned = z.object({ journeys: z.int().describe('How many open journeys were given a re-plan row') });

/** What administrators change. Each change is made in one transaction with the rows that it makes necessary. */
@Controller(`${API}/admin`)
export class OperationsController {
  constructor(
    private readonly replanning: Replanning,
    private readonly rulebooks: RulebookService,
  ) {}

  @Post('policies')
  @Permit('policy:load')
  @Describe({
    tag: 'Administration',
    summary: 'Keep a policy by its hash, and make it stand for new journeys',
    body: policySchema,
    answers: { 201: z.object({ hash: z.string() }) },
  })
  async loadPolicy(@ValidBody() policy: Policy): Promise<Answer> {
    const hash = await this.replanning.loadPolicy(policy);
    return new Answer(201, { hash }, { location: policyPath(hash) });
  }

  @Get('calendar')
  @Permit('operations:read')
  @Describe({
    tag: 'Administration',
    summary: 'The table of bank holidays that stands',
    answers: { 200: bankHolidaysSchema },
  })
  async calendar(): Promise<BankHolidays> {
    return this.rulebooks.calendar((await this.rulebooks.standing()).calendar);
  }

  @Post('calendar')
  @Permit('calendar:load')
  @Describe({
    tag: 'Administration',
    summary: 'Make a table of bank holidays stand, and re-plan the open journeys that its changes touch',
    body: bankHolidaysSchema,
    answers: { 200: replanned.extend({ hash: z.string() }) },
  })
  loadCalendar(@ValidBody() table: BankHolidays, @By() by: Principal): Promise<Replanned & { hash: string }> {
    return this.replanning.loadCalendar(table, by);
  }

  @Post('replan')
  @Permit('journey:replan-many')
  @Describe({
    tag: 'Administration',
    summary: 'Re-plan the open journeys that a filter picks',
    body: replanBody,
    example: { filter: { site: 'site-1' } },
    answers: { 202: replanned },
  })
  async replan(@ValidBody() body: z.output<typeof replanBody>, @By() by: Principal): Promise<Answer> {
    return new Answer(202, await this.replanning.replanMany(body.filter, body.policy, by));
  }
}
