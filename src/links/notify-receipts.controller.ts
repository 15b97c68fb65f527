import { timingSafeEqual } from 'node:crypto';
import { Controller, Headers, Post } from '@nestjs/common';
import { z } from 'zod';
import { Answer } from '../api/answer';
import { Describe, ValidBody } from '../api/describe';
import { Public } from '../api/permit';
import { Problem } from '../api/problems';
import { isUuid } from '../api/request';
import { reportOfNotify } from '../asks/channels/notify-status';
import { Proofs } from '../asks/proofs';
import { Returning } from './returning';

/** What Notify says of a text; it also sends the number, which is neither read nor kept. */
const receipt = z.looseObject({ reference: z.string().nullable().optional(), status: z.string().max(100) });

const isSame = (a: string, b: string): boolean =>
  Buffer.byteLength(a) === Buffer.byteLength(b) && timingSafeEqual(Buffer.from(a), Buffer.from(b));

/** GOV.UK Notify's delivery receipts. Notify has a token of its own, and no role: it can do nothing else. */
@Controller('callbacks')
@Public()
export class NotifyReceiptsController {
  constructor(
    private readonly proofs: Proofs,
    private readonly returning: Returning,
  ) {}

  @Post('notify')
  @Describe({
    tag: 'Callbacks',
    summary: 'A delivery receipt of GOV.UK Notify (bearer token: NOTIFY_CALLBACK_TOKEN)',
    body: receipt,
    example: { reference: '0199a1b2-0000-7000-8000-000000000000', status: 'delivered' },
    answers: { 204: undefined },
  })
  async receive(
    @Headers('authorization') authorization: string | undefined,
    @ValidBody() { reference, status }: z.output<typeof receipt>,
  ): Promise<Answer> {
    const { notifyToken } = this.returning;
    if (notifyToken === undefined || !isSame(authorization ?? '', `Bearer ${notifyToken}`))
      throw new Problem('unauthenticated', { headers: { 'www-authenticate': 'Bearer' } });
    if (!isUuid(reference)) await this.proofs.stray('notify', 'reference-not-ours');
    else if (!(await this.settle(reference.toLowerCase(), status)))
      await this.proofs.stray('notify', 'ask-unknown');
    return new Answer(204, undefined);
  }

  /** @returns whether there is such an ask */
  private settle(ask: string, status: string): Promise<boolean> {
    const report = reportOfNotify(status);
    if (report === undefined) return Promise.resolve(true);
    return 'proof' in report
      ? this.proofs.proved(ask, report.proof, 'notify')
      : this.proofs.bounced(ask, report.failed, 'notify');
  }
}
