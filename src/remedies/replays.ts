import { historyFromJSON } from '@temporalio/common/lib/proto-utils';
import type { WorkflowBundleOption } from '@temporalio/worker';
import { Worker } from '@temporalio/worker';

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
      if (error) return divergenceIn(error);
    return undefined;
  }
}

const divergenceIn = ({ message }: Error): Divergence => {
  const why = (message.split('\n')[0] ?? '').slice(0, LONGEST);
  const [, event] = /HistoryEvent\(id: (\d+)/.exec(why) ?? [];
  return { why, ...(event === undefined ? {} : { event: Number(event) }) };
};
