import { DataSource } from 'typeorm';
import { ClockPort } from '../intake/clock';
import type { GoneEndpoints } from './channels/webhook-channel';

/** Receivers that answered 410 Gone, by a hash of their address: they are called no more until the directory names another. */
export class KeptGoneEndpoints implements GoneEndpoints {
  constructor(
    private readonly db: DataSource,
    private readonly clock: ClockPort,
  ) {}

  async has(endpoint: string): Promise<boolean> {
    const rows = await this.db.query<unknown[]>('select 1 from endpoint_gone where endpoint = $1', [
      endpoint,
    ]);
    return rows.length > 0;
  }

  async add(endpoint: string): Promise<void> {
    await this.db.query('insert into endpoint_gone (endpoint, at) values ($1, $2) on conflict do nothing', [
      endpoint,
      await this.clock.now(),
    ]);
  }
}
