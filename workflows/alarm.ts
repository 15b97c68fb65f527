import { CancellationScope, condition, isCancellation, sleep } from '@temporalio/workflow';
import type { Instant } from '../domain/vocabulary';

/**
 * One timer at a time, kept while the instant stays the same: a message that moves no deadline costs no timer events.
 */
export class Alarm {
  private set: { at: Instant; rang: boolean; scope: CancellationScope } | undefined;

  /** Waits until the instant has come or `interrupted` says so. Without an instant, only the latter. */
  until(at: Instant | undefined, interrupted: () => boolean): Promise<void> {
    if (this.set && (this.set.at !== at || this.set.rang)) {
      if (!this.set.rang) this.set.scope.cancel();
      this.set = undefined;
    }
    if (at !== undefined && !this.set) this.set = this.ring(at);
    const alarm = this.set;
    return condition(() => interrupted() || alarm?.rang === true);
  }

  private ring(at: Instant): { at: Instant; rang: boolean; scope: CancellationScope } {
    const scope = new CancellationScope();
    const alarm = { at, rang: false, scope };
    void scope
      .run(() => sleep(Math.max(1, Date.parse(at) - Date.now())))
      .then(() => {
        alarm.rang = true;
      })
      .catch((error: unknown) => {
        if (!isCancellation(error)) throw error;
      });
    return alarm;
  }
}
