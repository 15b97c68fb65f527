import { Controller, Get, Param, Post } from '@nestjs/common';
import { z } from 'zod';
import { dutyView } from '../obligations/duty-view';
import { Answer } from '../api/answer';
import type { Principal } from '../api/authenticator';
import { By, Describe, Sent } from '../api/describe';
import { etag } from '../api/headers';
import { API } from '../api/paths';
import { Permit } from '../api/permit';
import type { ProblemCode } from '../api/problems';
import type { ApiRequest } from '../api/request';
import { OUTCOMES, SUBMITTING } from '../journeys/input-routes';
import { DUTY_TEXTS } from '../policy/duty-texts';
import { Links } from './links.service';

const linkView = z.object({
  journey: z.string(),
  duty: dutyView.extend({
    limitAt: z.string(),
    accountable: z.string(),
  }),
  expiresAt: z.string(),
  act: z
    .object({ type: z.string(), body: z.record(z.string(), z.unknown()) })
    .optional()
    .describe('What POST to this address does; absent where the duty needs more than a click'),
});

const NOT_HELD: readonly ProblemCode[] = [
  'unknown-link',
  'link-not-yours',
  'link-expired',
  'link-over',
  'link-used',
];

/** The links in messages: what each is for, and the one act it offers. */
@Controller(`${API}/links`)
export class LinksController {
  constructor(private readonly links: Links) {}

  @Get(':token')
  @Permit('link:use')
  @Describe({
    tag: 'Links',
    summary: 'What a link in a message is for; changes nothing',
    answers: { 200: linkView },
    problems: NOT_HELD,
  })
  async read(@Param('token') token: string, @By() by: Principal): Promise<Answer> {
    const { row, expiresAt, act } = await this.links.read(token, by);
    const view = {
      journey: row.journey,
      duty: {
        key: row.key,
        opening: row.opening,
        kind: row.kind,
        name: DUTY_TEXTS[row.kind].name,
        ...(row.category === null ? {} : { category: row.category }),
        limitAt: row.limitAt!.toISOString(),
        accountable: row.accountable!,
      },
      expiresAt: expiresAt.toISOString(),
      ...(act ? { act } : {}),
    };
    return new Answer(200, view, { etag: etag(row.clinical) });
  }

  @Post(':token')
  @Permit('link:use')
  @Describe({
    tag: 'Links',
    summary: 'Does what the link offers, once, as the person it was sent to',
    answers: OUTCOMES,
    problems: [...NOT_HELD, 'link-offers-nothing', ...SUBMITTING],
    submits: 'command',
  })
  use(@Param('token') token: string, @Sent() request: ApiRequest): Promise<Answer> {
    return this.links.use(token, request);
  }
}
