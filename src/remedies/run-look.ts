import { Inject, Injectable, Optional } from '@nestjs/common';
import { WorkflowNotFoundError } from '@temporalio/client';
import { z } from 'zod';
import { Problem } from '../api/problems';
import { HistoriesReader } from '../histories/histories.reader';
import type { HistoryEvent } from '../histories/history-copy';
import { eventsIn } from '../histories/history-copy';
import { HistoryGone, TemporalHistories } from '../histories/temporal-histories';
import { LazyTemporal } from '../temporal/lazy-temporal';
import { Replays } from './replays';

export const runLook = z.object({
  run: z.string().optional(),
  state: z
    .enum(['running', 'failing', 'ended', 'none'])
    .describe('`failing`: its last workflow task failed; `none`: Temporal has no run of this journey'),
  ended: z.string().optional().describe('How, as Temporal says it'),
  failure: z.string().optional().describe('Why its last task failed'),
  source: z.enum(['temporal', 'archive', 'none']).describe('Where its history was read'),
  events: z.int(),
  fits: z
    .boolean()
    .optional()
    .describe('Whether its history replays on the code that runs now; absent without a history'),
  divergence: z.object({ event: z.int().optional(), why: z.string() }).optional(),
});
export type RunLook = z.output<typeof runLook>;

const PATIENCE_MS = 5_000;
const TASK = 'EVENT_TYPE_WORKFLOW_TASK_';

/** How a journey's newest run stands, and whether it can go on with the code that runs now. */
@Injectable()
export class RunLooks {
  constructor(
    private readonly archive: HistoriesReader,
    private readonly replays: Replays,
    @Optional() @Inject(LazyTemporal) private readonly temporal?: LazyTemporal,
    @Optional() @Inject(TemporalHistories) private readonly histories?: TemporalHistories,
  ) {}

  /** @throws Problem `temporal-away` where nobody can say */
  async look(journey: string): Promise<RunLook> {
    const newest = await this.newest(journey);
    if (!newest) return this.archived(journey, { state: 'none' });
    const { run, ended } = newest;
    const how =
      ended === undefined ? { run, state: 'running' as const } : { run, state: 'ended' as const, ended };
    const text = await this.textOf(journey, run);
    if (text === undefined) return this.archived(journey, how);
    const events = eventsIn(text);
    const failure = ended === undefined ? failureIn(events) : undefined;
    return {
      ...how,
      ...(failure === undefined ? {} : { state: 'failing' as const, failure }),
      source: 'temporal',
      ...(await this.fit(journey, text, events.length)),
    };
  }

  /** Ends a run, so that another can begin. One that has ended is as good. */
  async end(journey: string, run: string): Promise<void> {
    try {
      await this.inTime(() =>
        this.temporal!.client.workflow.getHandle(journey, run).terminate('replaced by a run from evidence'),
      );
    } catch (error) {
      if (!(error instanceof WorkflowNotFoundError)) throw new Problem('temporal-away');
    }
  }

  private async newest(journey: string): Promise<{ run: string; ended?: string } | undefined> {
    if (!this.temporal) throw new Problem('temporal-away');
    try {
      const { runId, status } = await this.inTime(() =>
        this.temporal!.client.workflow.getHandle(journey).describe(),
      );
      return { run: runId, ...(status.name === 'RUNNING' ? {} : { ended: status.name.toLowerCase() }) };
    } catch (error) {
      if (error instanceof WorkflowNotFoundError) return undefined;
      throw new Problem('temporal-away');
    }
  }

  private async textOf(journey: string, run: string): Promise<string | undefined> {
    try {
      return (await this.histories!.copy(journey, run)).text;
    } catch (error) {
      if (error instanceof HistoryGone) return undefined;
      throw new Problem('temporal-away');
    }
  }

  /** By the newest copy that is what it was when it was kept. */
  private async archived(journey: string, how: Pick<RunLook, 'run' | 'state' | 'ended'>): Promise<RunLook> {
    const copies = await this.archive.archivedOf(journey);
    const copy = copies.findLast(
      ({ run, text }) => text !== undefined && (how.run === undefined || run === how.run),
    );
    if (copy?.text === undefined) return { ...how, source: 'none', events: 0 };
    return { ...how, run: copy.run, source: 'archive', ...(await this.fit(journey, copy.text, copy.events)) };
  }

  private async fit(
    journey: string,
    text: string,
    events: number,
  ): Promise<Pick<RunLook, 'events' | 'fits' | 'divergence'>> {
    const divergence = await this.replays.divergence(journey, text);
    return { events, fits: divergence === undefined, ...(divergence ? { divergence } : {}) };
  }

  private inTime<T>(act: () => Promise<T>): Promise<T> {
    return this.temporal!.client.withDeadline(Date.now() + PATIENCE_MS, act);
  }
}

/** Why the last task failed, where none was completed since: Temporal writes the first of such failures down, and not each. */
const failureIn = (events: readonly HistoryEvent[]): string | undefined => {
  const last = events.findLast(
    ({ eventType: type }) => type === `${TASK}FAILED` || type === `${TASK}COMPLETED`,
  );
  if (last?.eventType !== `${TASK}FAILED`) return undefined;
  const { cause, failure } = last['workflowTaskFailedEventAttributes'] as {
    cause?: string;
    failure?: { message?: string };
  };
  const why = failure?.message?.split('\n')[0]?.slice(0, 400) ?? '';
  return `${cause ?? 'unknown'}: ${why}`;
};
