import type { OnApplicationShutdown } from '@nestjs/common';
import { Client, Connection } from '@temporalio/client';
import type { ConnectionOptions } from '@temporalio/client';

/** How to reach Temporal. */
export interface ReachableTemporal {
  connectionOptions: ConnectionOptions;
  /** Temporal's `default`, unless said. */
  namespace?: string;
}

/** A client whose connection is made when it is first used: whoever has it starts also while Temporal is away. */
export class LazyTemporal implements OnApplicationShutdown {
  private made: { client: Client; connection: Connection } | undefined;

  constructor(private readonly target: ReachableTemporal) {}

  get client(): Client {
    if (!this.made) {
      const { connectionOptions, namespace } = this.target;
      const connection = Connection.lazy(connectionOptions);
      const client = new Client({ connection, ...(namespace === undefined ? {} : { namespace }) });
      this.made = { client, connection };
    }
    return this.made.client;
  }

  async onApplicationShutdown(): Promise<void> {
    await this.made?.connection.close();
  }
}
