import {
  CancellationScope,
  condition,
  continueAsNew,
  proxyLocalActivities,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import type { JourneyActivities, Kept, Loaded } from '../activities';
import { closed, nextObligation } from '../domain/closing';
import { decide, dueCause } from '../domain/decide';
import type { Cause } from '../domain/events';
import { fold } from '../domain/evolve';
import { nextInstant } from '../domain/obligation';
import { Alarm } from './alarm';
import { WaitingRows } from './inbox';
import { rowArrived } from './messages';

/** Short and on the same database; tried for ever: a run waits where it cannot record, it never fails. */
const { load, record } = proxyLocalActivities<JourneyActivities>({
  startToCloseTimeout: '5 s',
  localRetryThreshold: '1 s',
  retry: { initialInterval: '200 ms', backoffCoefficient: 2, maximumInterval: '60 s' },
});

const now = (): string => new Date(Date.now()).toISOString();

/**
 * The durable loop of one journey, from its first message until nothing is owed. It waits for a cause or a deadline,
 * decides, records, and believes only what was recorded. First start, reopening, continue-as-new and replay are one act:
 * `load`. The argument of a run is the journey's id, nothing else.
 */
export async function imagingJourney(journey: string): Promise<void> {
  const waiting = new WaitingRows();
  const alarm = new Alarm();
  setHandler(rowArrived, (message) => waiting.put(message));

  let { state, rules, epoch } = await load(journey);
  waiting.raise(epoch);
  const restored = (): boolean => waiting.epoch > epoch;
  const nextRow = () => waiting.next(state.highWater);

  const reload = async (): Promise<void> => {
    const loaded: Loaded = await load(journey);
    // A reading older than the epoch we were told of would start the loop over.
    ({ state, rules } = loaded);
    epoch = Math.max(loaded.epoch, waiting.epoch);
  };

  /** Waiting rows first, then deadlines that have come: an acknowledgement is judged before the ask it makes needless. */
  const nextCause = async (): Promise<Cause | undefined> => {
    const row = nextRow();
    if (row) return { kind: 'row', id: `row:${row.n}`, row };
    const due = dueCause(state, now());
    if (due) return due;
    const next = nextObligation(state);
    await alarm.until(next && nextInstant(next), () => nextRow() !== undefined || restored());
    return undefined;
  };

  for (;;) {
    if (restored()) await reload();
    const idle = nextRow() === undefined;
    if (idle && closed(state)) return;
    if (idle && workflowInfo().continueAsNewSuggested) await continueAsNew<typeof imagingJourney>(journey);

    const cause = await nextCause();
    if (!cause) continue;
    const ref = cause.kind === 'row' ? { id: cause.id, row: cause.row.n } : { id: cause.id };
    let kept: Kept | undefined;
    do {
      kept = await unless(restored, () => record(journey, state.seq, ref, decide(state, cause, now(), rules)));
      if (kept) state = fold(state, kept.events);
    } while (kept && !kept.events.some((e) => e.cause === cause.id)); // the journey had moved on: decide again
  }
}

/** Runs an act, and gives it up when `interrupted`: a record that waits for lost evidence must not wait for ever. */
async function unless<T>(interrupted: () => boolean, act: () => Promise<T>): Promise<T | undefined> {
  const scope = new CancellationScope();
  try {
    return await scope.run(() => Promise.race([act(), condition(interrupted).then(() => undefined)]));
  } finally {
    scope.cancel();
  }
}
