import type { Row } from '../domain/inputs';
import type { RowArrived } from './messages';

/**
 * Rows that were delivered and not yet recorded. Delivery may repeat and overtake; the numbers put it right: a row at or
 * below the high-water mark is done, and one beyond a gap waits until the missing one is delivered again.
 */
export class WaitingRows {
  private readonly rows = new Map<number, Row>();

  /** The newest epoch heard of. */
  epoch = 0;

  /** Takes a delivery in; one from an older epoch speaks of rows that may no longer exist. */
  put({ epoch, row }: RowArrived): void {
    if (epoch < this.epoch) return;
    this.raise(epoch);
    this.rows.set(row.n, row);
  }

  /** A newer epoch makes every row of the older one void. */
  raise(epoch: number): void {
    if (epoch > this.epoch) this.rows.clear();
    this.epoch = Math.max(epoch, this.epoch);
  }

  /** The row that comes next after the high-water mark, if it is here. */
  next(highWater: number): Row | undefined {
    for (const n of this.rows.keys()) if (n <= highWater) this.rows.delete(n);
    return this.rows.get(highWater + 1);
  }
}
