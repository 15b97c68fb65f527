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

/** Replays histories one after another, and tells of each as it is done. */
export async function* replay(
  bundle: WorkflowBundleOption,
  histories: readonly Recorded[],
): AsyncIterable<Replayed> {
  const named = histories.map(({ name, history }) => ({ workflowId: name, history }));
  const events = new Map(histories.map(({ name, history }) => [name, history.events?.length ?? 0]));
  for await (const { workflowId: name, error } of Worker.runReplayHistories(
    { workflowBundle: bundle },
    named,
  ))
    yield { name, events: events.get(name) ?? 0, ...(error ? { error } : {}) };
}
