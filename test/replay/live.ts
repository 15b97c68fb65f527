import type { Client } from '@temporalio/client';
import type { Recorded } from './histories';

const OURS = `WorkflowType = 'imagingJourney'`;
const OPEN = `${OURS} and ExecutionStatus = 'Running'`;
const CLOSED = `${OURS} and ExecutionStatus != 'Running'`;

/** How many histories a Temporal has for us. */
export const liveCount = async (client: Client, closed: number): Promise<number> => {
  const [open, ended] = await Promise.all([client.workflow.count(OPEN), client.workflow.count(CLOSED)]);
  return open.count + Math.min(closed, ended.count);
};

/**
 * The histories of all open runs, and of those that closed last: an amendment opens such a journey again under the same code.
 * Each is fetched when it is replayed, so memory stays flat.
 * @param closed how many of the closed ones
 */
export async function* liveHistories(client: Client, closed: number): AsyncGenerator<Recorded> {
  yield* fetched(client, OPEN, Infinity);
  if (closed > 0) yield* fetched(client, CLOSED, closed);
}

async function* fetched(client: Client, query: string, most: number): AsyncGenerator<Recorded> {
  let n = 0;
  for await (const { workflowId, runId } of client.workflow.list({ query })) {
    yield {
      name: `${workflowId}/${runId}`,
      history: await client.workflow.getHandle(workflowId, runId).fetchHistory(),
    };
    if (++n === most) return;
  }
}
