import { Controller, Get } from '@nestjs/common';
import { z } from 'zod';
import { Describe, ValidQuery } from '../api/describe';
import { API } from '../api/paths';
import { Permit } from '../api/permit';
import { PolicyHash } from './policy-hash';
import type { KeptPolicy, PolicySummary } from './policies.reader';
import { PoliciesReader, keptPolicy, policySummary } from './policies.reader';
import type { WhoOwesWhat } from './who-owes-what';

const areaQuery = z.strictObject({
  area: z
    .string()
    .regex(/^[a-z][a-z0-9-]{0,63}$/, 'the code of an area')
    .optional()
    .describe('One clinical area alone, by its code'),
});

/** The policies that are kept, and what they say. `current` names the one that stands. */
@Controller(`${API}/policies`)
export class PoliciesController {
  constructor(private readonly policies: PoliciesReader) {}

  @Get()
  @Permit('policy:read')
  @Describe({
    tag: 'Policies',
    summary: 'Every policy that is kept, the newest first',
    answers: { 200: z.object({ items: z.array(policySummary) }) },
  })
  async list(): Promise<{ items: PolicySummary[] }> {
    return { items: await this.policies.list() };
  }

  @Get(':policy')
  @Permit('policy:read')
  @Describe({
    tag: 'Policies',
    summary: 'A policy by its hash, or the `current` one',
    answers: { 200: keptPolicy },
    problems: ['unknown-policy'],
  })
  one(@PolicyHash() hash: string): Promise<KeptPolicy> {
    return this.policies.one(hash);
  }

  @Get(':policy/who-owes-what')
  @Permit('policy:read')
  @Describe({
    tag: 'Policies',
    summary: 'Who owes what by when, area by area',
    query: areaQuery,
    answers: {
      200: z.looseObject({ policy: z.looseObject({}), areas: z.array(z.looseObject({ code: z.string() })) }),
    },
    problems: ['unknown-policy'],
  })
  whoOwesWhat(
    @PolicyHash() hash: string,
    @ValidQuery() query: z.output<typeof areaQuery>,
  ): Promise<WhoOwesWhat> {
    return this.policies.whoOwesWhat(hash, query.area);
  }
}
