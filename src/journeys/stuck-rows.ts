import { Injectable, Logger } from '@nestjs/common';
import { DataSource } from 'typeorm';

/** Why something could not be recorded, in a word that carries no data of the journey. */
const reasonOf = (error: unknown): string => {
  const { code: own, driverError } = error as { code?: string; driverError?: { code?: string } };
  const code = driverError?.code ?? own;
  const name = error instanceof Error ? error.constructor.name : 'unknown';
  return code === undefined ? name : `${name}:${code}`;
};

/**
 * What could not be recorded, for the desk and the engineers. Written by a transaction of its own, since the one that
 * failed is gone; where Postgres itself is away only the log can say so.
 */
@Injectable()
export class StuckRows {
  private readonly log = new Logger('stuck');

  constructor(private readonly db: DataSource) {}

  /** @returns the reason that was noted */
  async note(journey: string, cause: string, error: unknown): Promise<string> {
    const reason = reasonOf(error);
    try {
      await this.db.query(
        `insert into stuck (journey, cause, reason) values ($1, $2, $3)
         on conflict (journey, cause) do update set reason = excluded.reason, last_at = now(), times = stuck.times + 1`,
        [journey, cause, reason],
      );
    } catch {
      this.log.error({
        msg: 'ALARM: Postgres cannot be written; no deadline can be recorded or asked',
        journey,
        cause,
      });
    }
    return reason;
  }
}
