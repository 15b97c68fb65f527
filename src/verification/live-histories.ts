import type { Client } from '@temporalio/client';
import { historyToJSON } from '@temporalio/common/lib/proto-utils';
import type { Findings } from './findings';
import type { TemporalHistory } from './histories';
import { witness } from './histories';
import type { Snapshot } from './snapshot';

/**
 * Every history that Temporal still has, held against the chains: what was rewritten, cut or dropped shows at once, anchored or
 * not. What is recorded while this runs is in the evidence before it is in a history, so evidence is read afterwards, as it is then.
 */
export const verifyLive = async (db: Snapshot, findings: Findings, { workflow }: Client): Promise<void> => {
  for await (const { workflowId, runId } of workflow.list({ query: `WorkflowType = 'imagingJourney'` })) {
    const history = await workflow.getHandle(workflowId, runId).fetchHistory();
    findings.count('histories in Temporal');
    await witness(
      (sql, params) => db.now(sql, params),
      findings,
      workflowId,
      runId,
      JSON.parse(historyToJSON(history)) as TemporalHistory,
    );
  }
};
