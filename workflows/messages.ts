import { defineSignal } from '@temporalio/workflow';
import type { Row } from '../domain/inputs';

/**
 * An inbox row has come. A signal, not an update: it is stored by the server even while no worker lives, and a person's
 * answer comes from the row's recorded outcome, which outlives any run.
 */
export interface RowArrived {
  /** The database's epoch: a restored database raises it. */
  epoch: number;
  row: Row;
}
export const rowArrived = defineSignal<[RowArrived]>('rowArrived');

/** Somebody has mended something: whatever waits to be tried again is tried now. */
export const tryAgain = defineSignal('tryAgain');
