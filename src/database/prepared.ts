import type { Duplex } from 'node:stream';
import { Client } from 'pg';
import type { ClientConfig } from 'pg';

const names = new Map<string, string>();

/**
 * Marks a statement that runs for every message: each connection has Postgres parse and plan it once, and not every time.
 * For texts that never vary; each one stays in the memory of every connection.
 */
export const prepared = (sql: string): string => {
  names.set(sql, `failsafe_${names.size + 1}`);
  return sql;
};

type Query = (query: unknown, values?: unknown, done?: unknown) => unknown;

/** How a connection is made, and for how many milliseconds it waits for an answer. */
export type PreparingConfig = ClientConfig & { answerWithinMs?: number };

/**
 * A connection that knows these statements by name. Where no answer comes in time it is cut off, whatever is under way fails,
 * and the pool makes another: a network that swallows packets ends nothing by itself, and a connection that waits for ever
 * takes its place in the pool, and whoever waits for it, along.
 */
export class PreparingClient extends Client {
  private readonly answerWithinMs: number | undefined;

  constructor(config: PreparingConfig) {
    super(config);
    this.answerWithinMs = config.answerWithinMs;
  }

  // The base's overloads cannot be written again here, and none of them changes.
  override query = ((query: unknown, values?: unknown, done?: unknown): unknown => {
    const name = typeof query === 'string' ? names.get(query) : undefined;
    const send = super.query.bind(this) as Query;
    const answer = name === undefined ? send(query, values, done) : send({ name, text: query, values }, done);
    if (answer instanceof Promise) this.expect(answer);
    return answer;
  }) as Client['query'];

  private expect(answer: Promise<unknown>): void {
    if (this.answerWithinMs === undefined) return;
    const silent = new Error(`Postgres has not answered for ${this.answerWithinMs} ms.`);
    const { stream } = (this as unknown as { connection: { stream: Duplex } }).connection;
    const timer = setTimeout(() => stream.destroy(silent), this.answerWithinMs);
    const over = (): void => clearTimeout(timer);
    answer.then(over, over);
  }
}
