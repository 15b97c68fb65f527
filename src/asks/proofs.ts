import { Injectable, Logger } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { EntityManager } from 'typeorm';
import type { Proof } from '../../domain/reach';
import { ClockPort } from '../intake/clock';
import type { Proceeded } from './next-point';
import { lockJourney, proceed } from './next-point';

/** Who said what became of a message: a report of a mail system, a provider, the person themselves. */
export type ProofSource = 'dsn' | 'notify' | 'link' | 'call';

/** One mail of the day stands for several asks: what is said of it is said of each. */
const CONCERNED = `select id, journey from ask where id = $1 or digest = $1 order by journey, id`;

/** The best proof stands, with when and from where; each one is in the log. `$1` ask, `$2` proof, `$3` when, `$4` source. */
const PROVE = `
with best as (
  update ask set proof = $2, proof_at = $3::timestamptz, proof_from = $4,
    prove_by = case when proof_rank($2) >= proof_rank(coalesce(reach->>'proof', 'sent')) then null else prove_by end
  where id = $1 and proof_rank($2) > proof_rank(proof)
)
insert into ask_log (ask, at, attempt, what, source) select id, $3, attempts, $2, $4 from ask where id = $1`;

/**
 * Whoever was reached in person was reached, whatever a mail system says afterwards. A report may be faster than the mail
 * server's own answer, and it may be about a try whose answer was lost: then that try needs no repetition.
 */
const BOUNCE = `
with marked as (
  update ask set status = 'failed', failure = $2, prove_by = null, lease_until = null
  where id = $1 and (status in ('sending', 'sent') or (status = 'waiting' and attempts > 0))
    and coalesce(proof_rank(proof), 0) < proof_rank('read') returning id
), noted as (
  insert into ask_log (ask, at, attempt, what, code, source)
  select id, $3::timestamptz, attempts, case when exists (select 1 from marked) then 'failed' else 'noted' end, $2, $4
  from ask where id = $1
)
select id from marked`;

/** What comes back about asks that were sent. It proves that they arrived, or makes the next contact point their turn; nothing more. */
@Injectable()
export class Proofs {
  private readonly log = new Logger('proofs');

  constructor(
    private readonly db: DataSource,
    private readonly clock: ClockPort,
  ) {}

  /** It arrived. @returns whether there is such an ask */
  async proved(
    ask: string,
    proof: Proof,
    source: ProofSource,
    m: EntityManager = this.db.manager,
  ): Promise<boolean> {
    const at = await this.clock.now();
    const asks = await this.concerned(ask);
    for (const { id } of asks) await m.query(PROVE, [id, proof, at, source]);
    return asks.length > 0;
  }

  /**
   * It was taken, and came back. The next contact point follows at once, or the ladder. A second report about the same try
   * changes nothing. @returns whether there is such an ask
   */
  async bounced(ask: string, code: string, source: ProofSource): Promise<boolean> {
    const at = await this.clock.now();
    const asks = await this.concerned(ask);
    for (const { id, journey } of asks) {
      const what = await this.db.transaction(async (m): Promise<Proceeded> => {
        await lockJourney(m, journey);
        const marked = await m.query<unknown[]>(BOUNCE, [id, code, at, source]);
        return marked.length === 0 ? 'over' : proceed(m, journey, id, code, at);
      });
      this.log.warn({ msg: 'an ask came back', ask: id, journey, code, source, what });
    }
    return asks.length > 0;
  }

  /** Something that proves nothing and is worth keeping: a delay, an answer that nobody reads. */
  async noted(ask: string, code: string, source: ProofSource): Promise<void> {
    await this.db.query(
      `insert into ask_log (ask, at, attempt, what, code, source)
       select id, $2, attempts, 'noted', $3, $4 from ask where id = $1 or digest = $1`,
      [ask, await this.clock.now(), code, source],
    );
  }

  /** A report that names no ask of ours, or names it without our mark: it changes nothing, and leaves this trace. */
  async stray(source: ProofSource, code: string): Promise<void> {
    this.log.warn({ msg: 'a report names no ask of ours', source, code });
    await this.db.query('insert into stray_report (at, source, code) values ($1, $2, $3)', [
      await this.clock.now(),
      source,
      code,
    ]);
  }

  private concerned(ask: string): Promise<{ id: string; journey: string }[]> {
    return this.db.query<{ id: string; journey: string }[]>(CONCERNED, [ask]);
  }
}
