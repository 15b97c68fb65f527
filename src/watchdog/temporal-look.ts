import type { Client } from '@temporalio/client';
import { isGrpcServiceError } from '@temporalio/client';
import { temporal } from '@temporalio/proto';

const NOT_FOUND = 5;
const PATIENCE_MS = 5_000;
const LISTING_MS = 60_000;
const { TaskQueueType, WorkflowExecutionStatus, WorkflowTaskFailedCause } = temporal.api.enums.v1;

const OURS = `WorkflowType = 'imagingJourney'`;

/** What Temporal says of a journey's newest run. */
export type RunLook =
  | { state: 'missing' }
  | { state: 'ended'; run: string; how: string }
  | {
      state: 'running';
      run: string;
      /** The workflow task that waits: how often it was tried, and since when. */
      task?: { attempt: number; sinceMs: number; taken: boolean };
    };

/** What the watchdog asks Temporal. Every question has its time. */
export class TemporalLook {
  /** @param listable whether it can be asked for lists; a bare test server cannot */
  constructor(
    private readonly client: () => Client,
    private readonly taskQueue: string,
    readonly listable: boolean = true,
  ) {}

  /** Whether it answers for our namespace. */
  answers(): Promise<boolean> {
    return this.within(PATIENCE_MS, (client, namespace) =>
      client.workflowService.describeNamespace({ namespace }),
    ).then(
      () => true,
      () => false,
    );
  }

  async run(journey: string): Promise<RunLook> {
    try {
      const { workflowExecutionInfo: info, pendingWorkflowTask: task } = await this.within(
        PATIENCE_MS,
        (client, namespace) =>
          client.workflowService.describeWorkflowExecution({ namespace, execution: { workflowId: journey } }),
      );
      const run = info!.execution!.runId!;
      if (info!.status !== WorkflowExecutionStatus.WORKFLOW_EXECUTION_STATUS_RUNNING)
        return {
          state: 'ended',
          run,
          how: word(WorkflowExecutionStatus[info!.status!], 'EXECUTION_STATUS_'),
        };
      if (!task) return { state: 'running', run };
      const asked = instantOf(task.originalScheduledTime ?? task.scheduledTime);
      const sinceMs = asked === undefined ? 0 : Date.now() - asked;
      const taken = task.startedTime != null;
      return { state: 'running', run, task: { attempt: task.attempt ?? 1, sinceMs, taken } };
    } catch (error) {
      if (isGrpcServiceError(error) && Number(error.code) === NOT_FOUND) return { state: 'missing' };
      throw error;
    }
  }

  /** Why the last workflow task of a run failed, as Temporal's own code; its message may say anything and stays there. */
  async failure(journey: string, run: string): Promise<string | undefined> {
    const { history } = await this.within(PATIENCE_MS, (client, namespace) =>
      client.workflowService.getWorkflowExecutionHistoryReverse({
        namespace,
        execution: { workflowId: journey, runId: run },
        maximumPageSize: 20,
      }),
    );
    const failed = history?.events?.find((e) => e.workflowTaskFailedEventAttributes);
    const cause = failed?.workflowTaskFailedEventAttributes?.cause;
    return cause == null ? undefined : word(WorkflowTaskFailedCause[cause], 'TASK_FAILED_CAUSE_');
  }

  /** Journeys whose run has ended since then, however it ended. The list is a moment behind. */
  async endedSince(since: Date): Promise<string[]> {
    const query = `${OURS} and ExecutionStatus != 'Running' and ExecutionStatus != 'ContinuedAsNew' and CloseTime > '${since.toISOString()}'`;
    return [...(await this.listed(query))];
  }

  openRuns(): Promise<Set<string>> {
    return this.listed(`${OURS} and ExecutionStatus = 'Running'`);
  }

  async countOpen(): Promise<number> {
    const { count } = await this.within(PATIENCE_MS, (client) =>
      client.workflow.count(`${OURS} and ExecutionStatus = 'Running'`),
    );
    return count;
  }

  /** How long ago a worker last asked for work; nothing where none is known. */
  async lastPollMs(): Promise<number | undefined> {
    const { pollers } = await this.within(PATIENCE_MS, (client, namespace) =>
      client.workflowService.describeTaskQueue({
        namespace,
        taskQueue: { name: this.taskQueue },
        taskQueueType: TaskQueueType.TASK_QUEUE_TYPE_WORKFLOW,
      }),
    );
    const at = (pollers ?? []).flatMap((poller) => instantOf(poller.lastAccessTime) ?? []);
    return at.length === 0 ? undefined : Date.now() - Math.max(...at);
  }

  private listed(query: string): Promise<Set<string>> {
    return this.within(LISTING_MS, async (client) => {
      const ids = new Set<string>();
      for await (const { workflowId } of client.workflow.list({ query })) ids.add(workflowId);
      return ids;
    });
  }

  private within<T>(ms: number, act: (client: Client, namespace: string) => Promise<T>): Promise<T> {
    const client = this.client();
    return client.withDeadline(Date.now() + ms, () => act(client, client.options.namespace));
  }
}

interface ProtoTime {
  seconds?: unknown;
  nanos?: number | null;
}
const instantOf = (time: ProtoTime | null | undefined): number | undefined =>
  time?.seconds == null ? undefined : Number(time.seconds) * 1_000 + (time.nanos ?? 0) / 1e6;

/** `WORKFLOW_TASK_FAILED_CAUSE_NON_DETERMINISTIC_ERROR` is "non-deterministic-error". */
const word = (name: string | undefined, prefix: string): string =>
  (name ?? 'unknown').replace(`WORKFLOW_${prefix}`, '').toLowerCase().replaceAll('_', '-');
