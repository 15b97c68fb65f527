import { historyFromJSON } from '@temporalio/common/lib/proto-utils';
import type { WorkflowBundleOption } from '@temporalio/worker';
import { Worker } from '@temporalio/worker';
import type { HistoryEvent } from '../histories/history-copy';
import { eventsIn } from '../histories/history-copy';

/** Where a history and the code part, as far as Temporal says. */
export interface Divergence {
  /** The event at which they do. */
  event?: number;
  why: string;
}

/** Longer than any reason is worth; what Temporal says holds ids and codes only. */
const LONGEST = 400;

/** Replays histories against the workflow code that runs now, one at a time: each takes a thread and a fold of a whole history. */
export class Replays {
  private last: Promise<unknown> = Promise.resolve();

  /** @param bundle the one that this installation's workers have */
  constructor(private readonly bundle: () => Promise<WorkflowBundleOption>) {}

  /** @returns nothing where the code asks of Temporal what the history says that it asked */
  divergence(journey: string, history: string): Promise<Divergence | undefined> {
    const turn = this.last.then(() => this.replay(journey, history));
    this.last = turn.catch(() => undefined);
    return turn;
  }

  private async replay(journey: string, history: string): Promise<Divergence | undefined> {
    const one = { workflowId: journey, history: historyFromJSON(JSON.parse(history)) };
    for await (const { error } of Worker.runReplayHistories({ workflowBundle: await this.bundle() }, [one]))
      if (error) return divergenceIn(error, history);
    return undefined;
  }
}

/** Temporal wraps what its native part says into two other sentences; that part is what tells. */
const divergenceIn = ({ message }: Error, history: string): Divergence => {
  const [, inner] = /message: \\?"(.*?)\\?", source:/s.exec(message) ?? [];
  const why = (inner ?? message.split('\n')[0] ?? '').slice(0, LONGEST);
  const [, event] = /HistoryEvent\(id: (\d+)/.exec(why) ?? [];
  const [, act] = /LocalActivity\((\d+)\)/.exec(why) ?? [];
  const at = event ?? (act === undefined ? undefined : markerOf(Number(act), eventsIn(history)));
  return { why, ...(at === undefined ? {} : { event: Number(at) }) };
};

interface Marker {
  details?: { data?: { payloads?: { data?: string }[] } };
}

/** The event that holds the outcome of a local activity, which Temporal names by its number in the run. */
const markerOf = (act: number, events: readonly HistoryEvent[]): string | undefined =>
  events.find((e) => {
    const data = (e['markerRecordedEventAttributes'] as Marker | undefined)?.details?.data?.payloads?.[0]
      ?.data;
    return data !== undefined && (JSON.parse(atob(data)) as { seq?: number }).seq === act;
  })?.eventId;
