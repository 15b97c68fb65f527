import type { OnApplicationShutdown } from '@nestjs/common';
import { Connection } from '@temporalio/client';
import type { ConnectionOptions } from '@temporalio/client';
import { TemporalProbe } from '../api/health-probe';

/** How to reach Temporal. */
export interface ReachableTemporal {
  connectionOptions: ConnectionOptions;
}

const PATIENCE_MS = 1_000;

/** Asks Temporal whether it is there, on a connection of its own that is made when it is first asked. */
export class TemporalConnectionProbe extends TemporalProbe implements OnApplicationShutdown {
  private connection: Connection | undefined;

  constructor(private readonly target: ReachableTemporal) {
    super();
  }

  async look(): Promise<'up' | 'down'> {
    this.connection ??= Connection.lazy(this.target.connectionOptions);
    const { connection } = this;
    return connection
      .withDeadline(Date.now() + PATIENCE_MS, () => connection.workflowService.getSystemInfo({}))
      .then(
        () => 'up',
        () => 'down',
      );
  }

  async onApplicationShutdown(): Promise<void> {
    await this.connection?.close();
  }
}
