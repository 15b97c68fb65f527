import { Client, Connection, WorkflowNotFoundError, isGrpcServiceError } from '@temporalio/client';
import type { temporal } from '@temporalio/proto';
import { defaultNamespace } from '../../src/local/temporal';
import type { Witness } from './checker/seen';

/** What Temporal's own histories tell of a journey: the second witness of its evidence chain. */
export class Witnesses {
  private constructor(
    private readonly connection: Connection,
    private readonly client: Client,
  ) {}

  static async at(address: string): Promise<Witnesses> {
    const connection = await Connection.connect({ address, connectTimeout: '20 s' });
    return new Witnesses(connection, new Client({ connection, namespace: defaultNamespace }));
  }

  close(): Promise<void> {
    return this.connection.close();
  }

  /** Whether a run is open, and the chain's head as the last record of the newest run was told it. */
  async of(journey: string): Promise<Witness> {
    const handle = this.client.workflow.getHandle(journey);
    try {
      const { status } = await handle.describe();
      return { running: status.name === 'RUNNING', head: await this.lastHead(journey) };
    } catch (error) {
      if (error instanceof WorkflowNotFoundError) return { running: false, head: undefined };
      throw error;
    }
  }

  private async lastHead(journey: string): Promise<string | undefined> {
    return (await this.results(journey)).map(({ head }) => head).findLast((head) => head !== undefined);
  }

  /** What each local activity of the newest run returned, in order. */
  async results(journey: string): Promise<{ head?: string; events?: { cause: string }[] }[]> {
    const { events } = await this.client.workflow.getHandle(journey).fetchHistory();
    return (events ?? []).flatMap((event) => {
      const data = event.markerRecordedEventAttributes?.details?.['result']?.payloads?.[0]?.data;
      return data ? [JSON.parse(Buffer.from(data).toString('utf8')) as { head?: string }] : [];
    });
  }

  /** How the newest run stands, for people who must find out why: the task that is under way, and the last events. */
  async standing(journey: string): Promise<object> {
    const handle = this.client.workflow.getHandle(journey);
    const { raw, status } = await handle.describe();
    const task = raw.pendingWorkflowTask;
    const { events = [] } = await handle.fetchHistory();
    return {
      status: status.name,
      task: task && {
        attempt: Number(task.attempt ?? 1),
        state: task.state,
        scheduled: instantOf(task.scheduledTime),
        started: instantOf(task.startedTime),
      },
      tail: events!.slice(-TAIL).map((e) => `${instantOf(e.eventTime)} ${nameOf(e)}`),
    };
  }

  /** The types of a journey's newest history, as Temporal names them, and how large it is; nothing where it has none. */
  async history(journey: string): Promise<{ types: string[]; bytes: number }> {
    const handle = this.client.workflow.getHandle(journey);
    const found = await handle.fetchHistory().catch((error: unknown) => {
      if (isNotFound(error)) return undefined;
      throw error;
    });
    if (found === undefined) return { types: [], bytes: 0 };
    const { events } = found;
    const { raw } = await handle.describe();
    const bytes = Number(raw.workflowExecutionInfo?.historySizeBytes ?? 0);
    return { types: (events ?? []).map((event) => String(event.eventType)), bytes };
  }
}

const TAIL = 20;
type Event = temporal.api.history.v1.IHistoryEvent;

const instantOf = (time: Event['eventTime']): string | undefined =>
  time ? new Date(Number(time.seconds ?? 0) * 1000 + Number(time.nanos ?? 0) / 1e6).toISOString() : undefined;

/** `timerStarted`, with why a task failed where it did. */
const nameOf = (event: Event): string => {
  const attributes = Object.keys(event).find((key) => key.endsWith('Attributes')) ?? 'unknown';
  const failure = event.workflowTaskFailedEventAttributes?.failure?.message;
  return `${attributes.replace('EventAttributes', '')}${failure ? `: ${failure}` : ''}`;
};

const NOT_FOUND = 5;
const isNotFound = (error: unknown): boolean =>
  error instanceof WorkflowNotFoundError || (isGrpcServiceError(error) && Number(error.code) === NOT_FOUND);
