import { Client, Connection } from '@temporalio/client';
import { Listener } from '../../src/database/listener';
import type { BareSettings } from './settings';
import { BARE_QUEUE } from './settings';
import { DONE } from './tables';
import type { Command } from './workflow';

/** Signals a bare workflow and waits until its row is kept: by notification, as ours does. */
export class BareDriver {
  private readonly waiting = new Map<string, () => void>();

  private constructor(
    readonly client: Client,
    private readonly listener: Listener,
  ) {
    listener.on(DONE, (key) => this.done(key));
  }

  static async start(settings: BareSettings): Promise<BareDriver> {
    const connection = await Connection.connect({ address: settings.address });
    const listener = new Listener(settings.databaseUrl, [DONE]);
    const driver = new BareDriver(new Client({ connection, namespace: settings.namespace }), listener);
    await listener.start();
    return driver;
  }

  /** The first command starts the workflow. */
  async send(journey: string, command: Command, commands: number): Promise<void> {
    const kept = new Promise<void>((resolve) => this.waiting.set(`${journey}/${command.n}`, resolve));
    if (command.n === 1)
      await this.client.workflow.signalWithStart('bareJourney', {
        workflowId: journey,
        taskQueue: BARE_QUEUE,
        args: [journey, commands],
        signal: 'command',
        signalArgs: [command],
      });
    else await this.client.workflow.getHandle(journey).signal('command', command);
    await kept;
  }

  async stop(): Promise<void> {
    await this.listener.stop();
    await this.client.connection.close();
  }

  private done(key: string | undefined): void {
    if (key === undefined) return;
    this.waiting.get(key)?.();
    this.waiting.delete(key);
  }
}
