import { Controller, Get, Inject, Optional } from '@nestjs/common';
import { z } from 'zod';
import { CANARY_STATUSES } from '../canaries/canary-watch';
import { Answer } from './answer';
import { Describe } from './describe';
import { HealthProbe, TemporalProbe } from './health-probe';
import { Public } from './permit';

const part = z.enum(['up', 'down']);
const ready = z.object({
  status: part,
  postgres: part,
  migrations: z.enum(['current', 'behind', 'unknown']),
  policy: z.enum(['stands', 'none', 'unknown']),
  anchoring: z
    .object({
      status: z.enum(['current', 'late', 'unknown']).describe('Late: something waits for over a minute'),
      oldestSeconds: z.int().describe('How long what is not anchored yet has waited'),
      exports: z
        .enum(['current', 'failing', 'unknown'])
        .describe('Failing: for an hour, or what is elsewhere contradicts the ledger'),
    })
    .describe('Warnings for whoever watches; nobody is turned away for them'),
  watchdog: z
    .object({
      status: z
        .enum(['alive', 'silent', 'unknown'])
        .describe('Silent: not heard of for five minutes, or never'),
      heardSeconds: z.int().nullable(),
      sweptSeconds: z.int().nullable().describe('Since it last looked at everything'),
      open: z.int().describe('How much it found that is not gone'),
    })
    .describe('The watchdog of the service itself; nobody is turned away for it'),
  canaries: z
    .enum(CANARY_STATUSES)
    .describe(
      'Off: no mailbox is set up for them, and nothing proves the path. Failed: one of the last day. Missing: none was started for a day',
    ),
  downtimeList: z
    .object({
      status: z.enum(['current', 'old', 'none', 'unknown']).describe('Old: three rounds have failed'),
      ageSeconds: z.int().optional(),
    })
    .describe('The list on disk of what is owed, for the hours when nothing works'),
  temporal: z.enum(['up', 'down', 'not asked']),
});

/** For load balancers and supervisors. */
@Controller('health')
@Public()
export class HealthController {
  constructor(
    private readonly probe: HealthProbe,
    @Optional() @Inject(TemporalProbe) private readonly temporal?: TemporalProbe,
  ) {}

  @Get('live')
  @Describe({
    tag: 'Health',
    summary: 'The process answers',
    answers: { 200: z.object({ status: z.literal('up') }) },
  })
  live(): { status: 'up' } {
    return { status: 'up' };
  }

  @Get('ready')
  @Describe({
    tag: 'Health',
    summary: 'The API can accept what is sent. Temporal away does not hinder that: rows wait.',
    answers: { 200: ready, 503: ready },
  })
  async ready(): Promise<Answer> {
    const health = await this.probe.look();
    const temporal = this.temporal ? await this.temporal.look() : 'not asked';
    return new Answer(health.status === 'up' ? 200 : 503, { ...health, temporal });
  }
}
