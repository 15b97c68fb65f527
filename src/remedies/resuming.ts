import { Inject, Injectable, Logger, Optional } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Problem } from '../api/problems';
import { LazyTemporal } from '../temporal/lazy-temporal';
import type { RemedyKind, Would } from './kind';
import { deliverNow, tryAsksNow, waitingOf } from './waiting';

const PATIENCE_MS = 5_000;

/** Whatever waits to be tried again is tried now: a row's next delivery, a record, an ask. Nothing is done that would not be done later. */
@Injectable()
export class Resuming implements RemedyKind {
  private readonly log = new Logger('remedies');

  constructor(@Optional() @Inject(LazyTemporal) private readonly temporal?: LazyTemporal) {}

  async look(m: EntityManager, journey: string): Promise<Would> {
    const waiting = await waitingOf(m, journey);
    if (waiting.rows + waiting.asks + waiting.stuck === 0) throw new Problem('nothing-waits');
    return { ...waiting };
  }

  async act(m: EntityManager, journey: string): Promise<object> {
    await deliverNow(m, journey);
    await tryAsksNow(m, journey);
    return {};
  }

  after(journey: string): Promise<void> {
    return this.wake(journey);
  }

  /** A record that fails waits up to a minute within the run. Where no run hears it, the row that was written begins one. */
  async wake(journey: string): Promise<void> {
    try {
      const client = this.temporal!.client;
      await client.withDeadline(Date.now() + PATIENCE_MS, () =>
        client.workflow.getHandle(journey).signal('tryAgain'),
      );
    } catch (err) {
      this.log.warn({ msg: 'no run could be woken; it tries again by itself', journey, err });
    }
  }
}
