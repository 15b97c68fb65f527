import type { DataSource } from 'typeorm';

/** Something is being sent, is due to be, or has waited long enough for its proof. */
export const BUSY_CHANNELS = `exists (select 1 from ask
  where (status = 'waiting' and next_try_at <= now()) or status = 'sending' or prove_by <= now())`;

/**
 * The waits of the channels (for a proof, for the next try, for the mail of the day) are this machine's, and the clock of a
 * play is years from it. Here they pass with it: when time is skipped, each wait is shortened by as much.
 */
export class ChannelWaits {
  constructor(
    private readonly db: DataSource,
    /** How much mail has come back so far, or nothing while some is on its way. */
    readonly returned: () => number | undefined = () => 0,
  ) {}

  /** Milliseconds until the next wait is over; infinite where nothing waits. */
  async next(): Promise<number> {
    const [{ ms }] = await this.db.query<[{ ms: string | null }]>(
      `select ceil(extract(epoch from least(min(next_try_at) filter (where status = 'waiting'), min(prove_by)) - now()) * 1000) as ms
       from ask`,
    );
    return ms === null ? Infinity : Number(ms);
  }

  async passed(ms: number): Promise<void> {
    await this.db.query(
      `update ask set next_try_at = next_try_at - $1 * interval '1 millisecond', prove_by = prove_by - $1 * interval '1 millisecond'
       where status = 'waiting' or prove_by is not null`,
      [ms],
    );
    await this.db.query(`select pg_notify('failsafe_ask', '')`);
  }
}
