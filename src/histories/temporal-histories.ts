import { WorkflowNotFoundError, isGrpcServiceError } from '@temporalio/client';
import type { Client } from '@temporalio/client';
import type { HistoryCopy } from './history-copy';
import { copyOf } from './history-copy';

/** Temporal is there and has no such run: retention, or somebody, has deleted it. */
export class HistoryGone extends Error {}

const NOT_FOUND = 5;

/** Histories as Temporal has them now. */
export class TemporalHistories {
  /** @param patienceMs for one whole history */
  constructor(
    private readonly client: () => Client,
    private readonly patienceMs: number,
  ) {}

  /**
   * A run's complete history.
   * @throws HistoryGone where it is not there any more; anything else means that it could not be had now
   */
  async copy(journey: string, run: string): Promise<HistoryCopy> {
    const client = this.client();
    try {
      return copyOf(await this.inTime(() => client.workflow.getHandle(journey, run).fetchHistory()));
    } catch (error) {
      if (!isGrpcServiceError(error) || Number(error.code) !== NOT_FOUND) throw error;
      // A namespace that is not there is "not found" too, and says nothing of its runs.
      await this.inTime(() =>
        client.workflowService.describeNamespace({ namespace: client.options.namespace }),
      );
      throw new HistoryGone(`Temporal has no run ${run} of ${journey}`);
    }
  }

  /** The journey's newest run, where Temporal has one. */
  newestRun(journey: string): Promise<string | undefined> {
    return this.runOf(journey);
  }

  /** Whether Temporal still has this run. */
  async has(journey: string, run: string): Promise<boolean> {
    return (await this.runOf(journey, run)) !== undefined;
  }

  private async runOf(journey: string, run?: string): Promise<string | undefined> {
    try {
      const { runId } = await this.inTime(() => this.client().workflow.getHandle(journey, run).describe());
      return runId;
    } catch (error) {
      if (error instanceof WorkflowNotFoundError) return undefined;
      throw error;
    }
  }

  /** Whether it answers at all. */
  async isThere(): Promise<boolean> {
    return this.inTime(() => this.client().workflowService.getSystemInfo({})).then(
      () => true,
      () => false,
    );
  }

  private inTime<T>(act: () => Promise<T>): Promise<T> {
    return this.client().withDeadline(Date.now() + this.patienceMs, act);
  }
}
