import {
  CancellationScope,
  TemporalFailure,
  condition,
  continueAsNew,
  proxyLocalActivities,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import type { CauseRef, JourneyActivities, Kept, Loaded } from '../activities';
import { closed, nextObligation } from '../domain/closing';
import { decide, dueCause } from '../domain/decide';
import type { Cause } from '../domain/events';
import { fold } from '../domain/evolve';
import { completed } from '../domain/journey';
import { nextInstant } from '../domain/obligation';
import { Alarm } from './alarm';
import { WaitingRows } from './inbox';
import { rowArrived, tryAgain } from './messages';

/**
 * Short and on the same database. Each is tried a few times as it is, and then anew for ever: a run waits where it cannot
 * record, it never fails. What takes longer is decided again, since a record says when it was decided.
 */
const { load, record } = proxyLocalActivities<JourneyActivities>({
  startToCloseTimeout: '5 s',
  localRetryThreshold: '1 s',
  retry: { initialInterval: '200 ms', backoffCoefficient: 2, maximumAttempts: 3 },
});
const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 60_000;

/** How long a deadline waits for rows that were received before it is recorded: an ask that they make needless is not made. */
const ROWS_FIRST_MS = 10_000;

/** How long an act may fail before a long history is left behind: its retries make it longer still. */
const PATIENCE_MS = 60_000;

const now = (): string => new Date(Date.now()).toISOString();
const crowded = (): boolean => workflowInfo().continueAsNewSuggested;

/**
 * The durable loop of one journey, from its first message until nothing is owed. It waits for a cause or a deadline,
 * decides, records, and believes only what was recorded. First start, reopening, continue-as-new and replay are one act:
 * `load`. The argument of a run is the journey's id, nothing else. A request to cancel is not heard: while something is
 * owed, somebody must be asked.
 */
export const imagingJourney = (journey: string): Promise<void> =>
  CancellationScope.nonCancellable(() => loop(journey));

async function loop(journey: string): Promise<void> {
  const waiting = new WaitingRows();
  const alarm = new Alarm();
  const { insist, goOn } = patience();
  setHandler(rowArrived, (message) => waiting.put(message));
  setHandler(tryAgain, goOn);

  /** Rows that wait here are delivered again, so nothing is lost that a run leaves behind. */
  const startAfresh = () => continueAsNew<typeof imagingJourney>(journey);

  const reload = async (): Promise<Loaded> => {
    const loaded = (await insist(() => load(journey), failingTooLong())) ?? (await startAfresh());
    waiting.raise(loaded.epoch);
    // A reading older than the epoch we were told of would start the loop over.
    return { ...loaded, state: completed(loaded.state), epoch: waiting.epoch };
  };

  let { state, rules, epoch } = await reload();
  const restored = (): boolean => waiting.epoch > epoch;
  /** Rows of a newer epoch are measured against what is loaded under it, not against what we knew before. */
  const nextRow = () => (restored() ? undefined : waiting.next(state.highWater));

  /** Waiting rows first, then deadlines that have come: an acknowledgement is judged before the ask it makes needless. */
  const causeNow = (): Cause | undefined => {
    const row = nextRow();
    return row ? { kind: 'row', id: `row:${row.n}`, row } : dueCause(state, now());
  };
  const untilThereIsOne = (): Promise<void> => {
    const next = nextObligation(state);
    return alarm.until(next && nextInstant(next), () => nextRow() !== undefined || restored());
  };

  /** Decides and records until this cause is on record; `false` where that had to be given up for now. */
  const settle = async (cause: Cause): Promise<boolean> => {
    let ref = refOf(cause);
    const tooLong = failingTooLong();
    let kept: Kept | undefined;
    do {
      kept = await insist(
        () => record(journey, { epoch, seq: state.seq }, ref, decide(state, cause, now(), rules)),
        () => restored() || tooLong(),
      );
      if (!kept) return false;
      waiting.raise(kept.restored ?? 0);
      if (restored()) return false;
      if (kept.rowsFirst) {
        if (await condition(() => nextRow() !== undefined || restored(), ROWS_FIRST_MS)) return true;
        ref = { ...ref, rowsOverdue: true };
      }
      state = fold(state, kept.events);
      // A new policy brings new rules.
      if (kept.events.some((e) => e.type === 'replan')) ({ state, rules, epoch } = await reload());
    } while (!kept.events.some((e) => e.cause === cause.id)); // the journey had moved on: decide again
    return true;
  };

  for (let going = true; ;) {
    if (restored()) ({ state, rules, epoch } = await reload());
    const idle = nextRow() === undefined;
    if (idle && closed(state)) return;
    if (crowded() && (idle || !going)) await startAfresh();
    const cause = causeNow();
    if (!cause) await untilThereIsOne();
    going = cause === undefined || (await settle(cause));
  }
}

/** How a record is told of its cause; a row is followed by the trace that came with it, of which nothing is made here. */
const refOf = (cause: Cause): CauseRef => {
  if (cause.kind !== 'row') return { id: cause.id };
  const { n, id, trace } = cause.row;
  return { id: cause.id, row: { n, id, ...(trace === undefined ? {} : { trace }) } };
};

/** Made when an act begins: whether it has failed for so long, in so long a history, that a new run must go on with it. */
const failingTooLong = (): (() => boolean) => {
  const began = Date.now();
  return () => crowded() && Date.now() - began > PATIENCE_MS;
};

/** How an act is insisted on, and what ends its present wait. */
const patience = () => {
  let told = 0;
  const goOn = (): void => {
    told += 1;
  };

  /**
   * Does an act anew until it succeeds, ever more seldom, and gives it up when `interrupted`: a record that waits for lost
   * evidence must not wait for ever. An ask that could not be recorded at its deadline is thus recorded with the time at which
   * it could: late, with its next step counted from then.
   */
  const insist = async <T>(act: () => Promise<T>, interrupted: () => boolean): Promise<T | undefined> => {
    for (let wait = FIRST_WAIT_MS; ; wait = Math.min(2 * wait, LONGEST_WAIT_MS)) {
      const before = told;
      try {
        return await act();
      } catch (error) {
        // The act itself has noted what is amiss, for people to see. A mistake of this code must show as a failing task.
        if (!(error instanceof TemporalFailure)) throw error;
      }
      const heard = await condition(() => interrupted() || told > before, wait);
      if (heard && interrupted()) return undefined;
    }
  };
  return { insist, goOn };
};
