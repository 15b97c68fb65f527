import { Injectable } from '@nestjs/common';
import { Client, WorkflowIdReusePolicy } from '@temporalio/client';
import type { RowArrived } from '../../workflows/messages';

/** The task queue of journeys. */
export const TASK_QUEUE = 'imaging-journeys';

/**
 * Signals a journey's workflow, starting a run where none is open. A closed, lost or terminated run is no obstacle: the new
 * one loads what was recorded and goes on.
 */
@Injectable()
export class JourneyStarter {
  constructor(
    private readonly client: Client,
    private readonly taskQueue: string = TASK_QUEUE,
  ) {}

  /** Resolves once Temporal has stored it, or fails after `timeoutMs`. */
  async signal(journey: string, message: RowArrived, timeoutMs: number): Promise<void> {
    await this.client.withDeadline(Date.now() + timeoutMs, () =>
      this.client.workflow.signalWithStart('imagingJourney', {
        workflowId: journey,
        taskQueue: this.taskQueue,
        args: [journey],
        signal: 'rowArrived',
        signalArgs: [message],
        workflowIdReusePolicy: WorkflowIdReusePolicy.ALLOW_DUPLICATE,
      }),
    );
  }
}
