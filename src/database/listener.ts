import { Logger } from '@nestjs/common';
import { Client } from 'pg';

/** What a notification said; `undefined` after a (re)connection, when anything may have been missed: look for yourself. */
export type Heard = (payload: string | undefined) => void;

const FIRST_RETRY_MS = 250;
const SLOWEST_RETRY_MS = 5_000;
/** A connection that died without a word (a firewall, a failover) is found out by asking it. */
const HEARTBEAT_MS = 15_000;
const TIMEOUT_MS = 5_000;

/**
 * Postgres's LISTEN on a connection of its own, since a pooled one forgets its channels. A notification is only a hint
 * that saves waiting for the next poll: those sent while the connection was away are lost, so every handler is called
 * once after each (re)connection, and whoever uses this polls as well.
 */
export class Listener {
  private readonly log = new Logger('listener');
  private readonly handlers = new Map<string, Heard[]>();
  private client: Client | undefined;
  private connecting: Promise<void> = Promise.resolve();
  private timer: NodeJS.Timeout | undefined;
  private retryMs = FIRST_RETRY_MS;
  private running = false;

  constructor(
    private readonly url: string,
    private readonly channels: readonly string[],
  ) {}

  /** Registers what to do when the channel is notified. Handlers must be quick; what they throw is logged. */
  on(channel: string, heard: Heard): this {
    if (!this.channels.includes(channel)) throw new Error(`this listener does not listen to ${channel}`);
    this.handlers.set(channel, [...(this.handlers.get(channel) ?? []), heard]);
    return this;
  }

  /** Listens from now on. Resolves after the first attempt, whether or not Postgres was there: it goes on trying. */
  async start(): Promise<void> {
    if (this.running) return;
    this.running = true;
    await this.connect();
  }

  async stop(): Promise<void> {
    this.running = false;
    clearTimeout(this.timer);
    await this.connecting;
    const { client } = this;
    this.client = undefined;
    if (client) await ended(client);
  }

  private connect(): Promise<void> {
    this.connecting = this.tryToConnect();
    return this.connecting;
  }

  private async tryToConnect(): Promise<void> {
    const client = new Client({
      connectionString: this.url,
      application_name: 'imaging-failsafe listener',
      keepAlive: true,
      connectionTimeoutMillis: TIMEOUT_MS,
      query_timeout: TIMEOUT_MS,
    });
    // Without a handler an error on an idle connection would end the process.
    client.on('error', (error) => this.lost(client, error));
    client.on('end', () => this.lost(client));
    client.on('notification', ({ channel, payload }) => this.tell(channel, payload));
    this.client = client;
    try {
      await client.connect();
      for (const channel of this.channels) await client.query(`listen ${client.escapeIdentifier(channel)}`);
    } catch (error) {
      this.lost(client, error);
      return;
    }
    if (!this.running || this.client !== client) return;
    this.retryMs = FIRST_RETRY_MS;
    this.beat(client);
    for (const channel of this.channels) this.tell(channel, undefined);
  }

  private tell(channel: string, payload: string | undefined): void {
    if (!this.running) return;
    for (const heard of this.handlers.get(channel) ?? []) {
      try {
        heard(payload);
      } catch (err) {
        this.log.error({ msg: 'a handler failed', channel, err });
      }
    }
  }

  private beat(client: Client): void {
    this.timer = setTimeout(() => {
      client.query('select 1').then(
        () => this.client === client && this.running && this.beat(client),
        (error: unknown) => this.lost(client, error),
      );
    }, HEARTBEAT_MS).unref();
  }

  /** Called for every sign that the connection is gone; only the first one of the current connection counts. */
  private lost(client: Client, error?: unknown): void {
    if (this.client !== client) return;
    this.client = undefined;
    void ended(client);
    clearTimeout(this.timer);
    if (!this.running) return;
    this.log.warn({
      msg: 'not listening; trying again',
      inMs: this.retryMs,
      why: error instanceof Error ? error.message : 'the connection ended',
    });
    this.timer = setTimeout(() => void this.connect(), this.retryMs).unref();
    this.retryMs = Math.min(this.retryMs * 2, SLOWEST_RETRY_MS);
  }
}

/** Ends a connection, but never waits long for one that no longer answers. */
const ended = async (client: Client): Promise<void> => {
  let patience: NodeJS.Timeout | undefined;
  await Promise.race([
    client.end().catch(() => undefined),
    new Promise<void>((resolve) => (patience = setTimeout(resolve, 1_000))),
  ]);
  clearTimeout(patience);
};
