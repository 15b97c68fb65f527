import { Logger } from '@nestjs/common';
import type { NativeConnection, WorkflowBundleOption, WorkerOptions } from '@temporalio/worker';
import { Worker } from '@temporalio/worker';
import type { JourneyActivities } from '../../activities';

/** How long a running record may take to finish after SIGTERM; Temporal's own default is not to wait at all. */
const GRACE = '10 s';
const FORCE = '20 s';

export interface WorkerSettings {
  connection: NativeConnection;
  namespace: string;
  taskQueue: string;
  /** Workflow code: bundled beforehand, or bundled now from its source. */
  workflows: { workflowBundle: WorkflowBundleOption } | { workflowsPath: string };
  /** Workflows kept in memory; one that is not is read back from its history when it wakes. */
  maxCachedWorkflows?: number;
  tuning?: Partial<WorkerOptions>;
}

/** Runs journeys: the workflow code, and the two acts on Postgres. */
export class WorkerService {
  private readonly log = new Logger('worker');
  private worker: Worker | undefined;
  private running: Promise<void> = Promise.resolve();

  constructor(
    private readonly settings: WorkerSettings,
    private readonly activities: JourneyActivities,
  ) {}

  /** Starts polling. Resolves once the worker is up; a later failure is fatal to the process and is reported. */
  async start(onFailure: (error: unknown) => void): Promise<void> {
    const { connection, namespace, taskQueue, workflows, maxCachedWorkflows, tuning } = this.settings;
    this.worker = await Worker.create({
      connection,
      namespace,
      taskQueue,
      ...workflows,
      activities: {
        load: (journey: string) => this.activities.load(journey),
        record: (...args: Parameters<JourneyActivities['record']>) => this.activities.record(...args),
      },
      shutdownGraceTime: GRACE,
      shutdownForceTime: FORCE,
      ...(maxCachedWorkflows === undefined ? {} : { maxCachedWorkflows }),
      ...tuning,
    });
    this.running = this.worker.run().catch((error: unknown) => {
      this.log.error({ msg: 'the worker failed', err: error });
      onFailure(error);
    });
  }

  /** Takes no new work and finishes what is running. */
  async stop(): Promise<void> {
    if (this.worker?.getState() === 'RUNNING') this.worker.shutdown();
    await this.running;
  }
}
