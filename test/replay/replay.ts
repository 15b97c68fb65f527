import type { WorkflowBundleOption } from '@temporalio/worker';
import { Worker } from '@temporalio/worker';
import type { Recorded } from './histories';

/** How one history fared against a workflow's code. */
export interface Replayed {
  name: string;
  events: number;
  /** Why it cannot be replayed: a run of that release would be stuck under this code. */
  error?: Error;
}

/** Replays histories one after another as they come, and tells of each as it is done. */
export async function* replay(
  bundle: WorkflowBundleOption,
  histories: Iterable<Recorded> | AsyncIterable<Recorded>,
): AsyncIterable<Replayed> {
  const events = new Map<string, number>();
  async function* named() {
    for await (const { name, history } of histories) {
      events.set(name, history.events?.length ?? 0);
      yield { workflowId: name, history };
    }
  }
  for await (const { workflowId: name, error } of Worker.runReplayHistories(
    { workflowBundle: bundle },
    named(),
  )) {
    yield { name, events: events.get(name) ?? 0, ...(error ? { error } : {}) };
    events.delete(name);
  }
}
