import { Client } from 'pg';

/** Rows fetched at once: memory stays flat however many there are. */
const PAGE = 500;

/**
 * One view of a database for a whole verification: what is recorded meanwhile does not come into it. It writes nothing but
 * tables of its own, which are gone with it.
 */
export class Snapshot {
  private present: Client | undefined;

  private constructor(
    private readonly client: Client,
    private readonly url: string,
  ) {}

  static async open(url: string): Promise<Snapshot> {
    const client = new Client({ connectionString: url, application_name: 'imaging-failsafe verify' });
    await client.connect();
    await client.query('begin isolation level repeatable read');
    return new Snapshot(client, url);
  }

  async close(): Promise<void> {
    await this.client.query('rollback');
    await this.client.end();
    await this.present?.end();
  }

  /** As the database is now, and not as it was when this began. */
  async now<T>(sql: string, params: readonly unknown[] = []): Promise<T[]> {
    if (!this.present) {
      this.present = new Client({ connectionString: this.url, application_name: 'imaging-failsafe verify' });
      await this.present.connect();
    }
    return (await this.present.query(sql, [...params])).rows as T[];
  }

  async query<T>(sql: string, params: readonly unknown[] = []): Promise<T[]> {
    return (await this.client.query(sql, [...params])).rows as T[];
  }

  async one<T>(sql: string, params: readonly unknown[] = []): Promise<T> {
    return (await this.query<T>(sql, params))[0]!;
  }

  /** All rows of a query, page by page, through a cursor. */
  async *stream<T>(name: string, sql: string): AsyncGenerator<T> {
    await this.client.query(`declare ${name} no scroll cursor for ${sql}`);
    for (;;) {
      const rows = await this.query<T>(`fetch ${PAGE} from ${name}`);
      yield* rows;
      if (rows.length < PAGE) break;
    }
    await this.client.query(`close ${name}`);
  }
}
