import { Injectable } from '@nestjs/common';
import { Client, WorkflowIdReusePolicy, WorkflowNotFoundError } from '@temporalio/client';
import { SearchAttributeType, defineSearchAttributeKey } from '@temporalio/common';
import type { Subject } from '../../domain/vocabulary';
import type { RowArrived } from '../../workflows/messages';

/** The task queue of journeys. */
export const TASK_QUEUE = 'imaging-journeys';

/** What a journey is about. */
export const SUBJECT = defineSearchAttributeKey('FailsafeSubject', SearchAttributeType.KEYWORD);

/**
 * What journeys can be searched by in Temporal: ids and codes only, since search attributes are never encrypted. Set at a
 * run's start and not again, for each later set is history; worklists read Postgres.
 */
export const SEARCH_ATTRIBUTES = { [SUBJECT.name]: 'Keyword' } as const;

/**
 * Signals a journey's workflow, starting a run where none is open. A closed, lost or terminated run is no obstacle: the new
 * one loads what was recorded and goes on.
 */
@Injectable()
export class JourneyStarter {
  constructor(
    private readonly client: Client,
    private readonly taskQueue: string = TASK_QUEUE,
    /** Whether the namespace has our search attributes; the program sees to it, a bare test server knows none. */
    private readonly searchable: boolean = false,
    /** Told which run has it. */
    private readonly answered: (journey: string, run: string) => Promise<void> = () => Promise.resolve(),
  ) {}

  /** Resolves once Temporal has stored it, or fails after `timeoutMs`. @returns the run that has it */
  async signal(journey: string, subject: Subject, message: RowArrived, timeoutMs: number): Promise<string> {
    const { signaledRunId } = await this.client.withDeadline(Date.now() + timeoutMs, () =>
      this.client.workflow.signalWithStart('imagingJourney', {
        workflowId: journey,
        taskQueue: this.taskQueue,
        args: [journey],
        signal: 'rowArrived',
        signalArgs: [message],
        ...(this.searchable ? { typedSearchAttributes: [{ key: SUBJECT, value: subject }] } : {}),
        workflowIdReusePolicy: WorkflowIdReusePolicy.ALLOW_DUPLICATE,
      }),
    );
    await this.answered(journey, signaledRunId);
    return signaledRunId;
  }

  /** Ends the journey's open run, where there is one: whatever it was doing, a new one loads what is recorded. */
  async end(journey: string, timeoutMs: number): Promise<void> {
    const { client } = this;
    try {
      await client.withDeadline(Date.now() + timeoutMs, () =>
        client.workflow.getHandle(journey).terminate('the journey goes on in a new run'),
      );
    } catch (error) {
      if (!(error instanceof WorkflowNotFoundError)) throw error;
    }
  }
}
