import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Problem } from '../api/problems';
import type { Applying, RemedyKind, Would } from './kind';
import { deliverNow, failedAsks, sendAgain, tryAsksNow, waitingOf } from './waiting';

/** Rows without an outcome are delivered, and asks that failed or wait go out. One that was sent is never sent again. */
@Injectable()
export class Redelivering implements RemedyKind {
  async look(m: EntityManager, journey: string): Promise<Would> {
    const { rows, asks } = await waitingOf(m, journey);
    const failed = await failedAsks(m, journey);
    if (rows + asks + failed.length === 0) throw new Problem('nothing-waits');
    return { rows, asks, again: failed.map(({ channel, attempts }) => ({ channel, attempts })) };
  }

  async act(m: EntityManager, journey: string, { at }: Applying): Promise<object> {
    await deliverNow(m, journey);
    await tryAsksNow(m, journey);
    await sendAgain(m, await failedAsks(m, journey), at);
    return {};
  }
}
