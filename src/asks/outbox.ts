import { DataSource } from 'typeorm';
import type { EntityManager } from 'typeorm';
import type { Category, ObligationKind, RoleKey } from '../../domain/vocabulary';
import type { Proof } from '../../domain/reach';
import { ClockPort } from '../intake/clock';
import { randomUUIDv7 } from '../ids';
import type { Proceeded } from './next-point';
import { lockJourney, proceed } from './next-point';
import {
  ADD_POINTS,
  HOLD,
  LOCK_DUE,
  LOCK_HELD,
  MARK_FAILED,
  MARK_SENT,
  MARK_WAITING,
  SPREAD_STAND_DOWN,
  TAKE,
  UNPROVEN,
} from './outbox-sql';
import type { Contact, Reach } from './reach';
import { EARLIER, companionsOf, pointsOf } from './reach';
import type { PreferenceRow } from './routine-hours';

/** An ask that is ours to send until its lease ends, with what its message says. */
export interface TakenAsk {
  id: string;
  journey: string;
  key: string;
  opening: number;
  ask: number;
  purpose: 'ask' | 'stand-down';
  kind: ObligationKind;
  category: Category | null;
  recipient: string;
  role: RoleKey;
  /** The contact point: `mail`, `sms#2`. */
  channel: string;
  reach: Reach | null;
  /** The W3C traceparent of the record that asked, where it was traced. */
  trace: string | null;
  createdAt: Date;
  attempts: number;
  /** It waited for the mail of the day. */
  held: boolean;
  /** Whether the recipient is in the directory, and their address there. */
  known: boolean;
  address: string | null;
  /** What the recipient wants to hear when, of the routine. */
  preference: PreferenceRow | null;
  limitAt: Date;
  dueAt: Date;
  accountable: string;
  /** The rung of the ladder that is asked. */
  rung: number;
}

export interface Taken {
  asks: TakenAsk[];
  /** Asks that were not sent, since their duty had ended or a newer ask had taken their place. */
  cancelled: number;
}

/** An ask that was sent, and that nothing has proved in its time. */
export interface Unproven {
  id: string;
  journey: string;
  channel: string;
  providerId: string | null;
}

type Row = TakenAsk & { status: string; email: string | null; contacts: Contact[] };

/** Longer than any send may take, so that a live dispatcher never loses an ask in the middle. */
export const LEASE_SECONDS = 90;

/** The table `ask` as the dispatcher sees it: take what is due, say what became of it. */
export class Outbox {
  constructor(
    private readonly db: DataSource,
    private readonly clock: ClockPort,
  ) {}

  /**
   * Takes up to `limit` due asks under a lease, the most urgent first, and cancels those that nobody needs any more. What is
   * held for the same person's mail of the day comes along. Other contact points of an ask's first step join it here.
   */
  async take(limit: number, alertsOnly: boolean): Promise<Taken> {
    return this.db.transaction(async (m) => {
      const due = (await m.query<{ id: string }[]>(LOCK_DUE, [limit, alertsOnly])).map((row) => row.id);
      if (due.length === 0) return { asks: [], cancelled: 0 };
      const held = alertsOnly ? [] : await m.query<{ id: string }[]>(LOCK_HELD, [due]);
      const ids = [...due, ...held.map((row) => row.id)];
      const rows = await m.query<Row[]>(TAKE, [ids, LEASE_SECONDS]);
      const asks = rows.filter((row) => row.status === 'sending').map(addressed);
      await this.joinOthers(m, rows);
      return { asks, cancelled: rows.length - asks.length };
    });
  }

  private async joinOthers(m: EntityManager, rows: readonly Row[]): Promise<void> {
    const standDowns = rows.filter((row) => row.purpose === 'stand-down').map((row) => row.id);
    if (standDowns.length > 0) await m.query(SPREAD_STAND_DOWN, [standDowns]);
    for (const row of rows) {
      if (row.purpose !== 'ask' || row.status !== 'sending' || row.attempts > 1) continue;
      const others = companionsOf(row.reach ?? EARLIER, pointsOf(row), row.channel);
      if (others.length > 0) await m.query(ADD_POINTS, [row.id, others.map(() => randomUUIDv7()), others]);
    }
  }

  /**
   * It was accepted. `sent_at` stands beside the ask's clinical instants, so it is read from the clock of the edge.
   * @param digest the ask under whose id one mail went out for several
   */
  async sent(
    ask: TakenAsk,
    providerId: string | undefined,
    proof: Proof = 'sent',
    digest?: string,
  ): Promise<void> {
    const at = await this.clock.now();
    await this.db.query(MARK_SENT, [ask.id, providerId ?? null, at, proof, digest ?? null]);
  }

  /** It is tried again after a while. */
  async waits(ask: TakenAsk, code: string, seconds: number): Promise<void> {
    await this.db.query(MARK_WAITING, [ask.id, ask.attempts, code, seconds, await this.clock.now()]);
  }

  /** It is routine, and waits for the morning. */
  async hold(ask: TakenAsk, until: Date): Promise<void> {
    await this.db.query(HOLD, [ask.id, ask.attempts, until]);
  }

  /**
   * It cannot be delivered there. The next contact point follows in the same transaction; where none is left the journey
   * hears of it, so that the ladder goes up at once.
   */
  async failed(ask: TakenAsk, code: string): Promise<Proceeded> {
    const at = await this.clock.now();
    return this.db.transaction(async (m) => {
      await lockJourney(m, ask.journey);
      const marked = await m.query<unknown[]>(MARK_FAILED, [ask.id, ask.attempts, code, at]);
      return marked.length === 0 ? 'over' : proceed(m, ask.journey, ask.id, code, at);
    });
  }

  /** Asks whose proof has not come in time. */
  unproven(limit: number): Promise<Unproven[]> {
    return this.db.query<Unproven[]>(UNPROVEN, [limit]);
  }

  /** Its time for a proof is over: the next contact point, or up. */
  async lapsed({ id, journey }: Unproven): Promise<Proceeded> {
    const at = await this.clock.now();
    return this.db.transaction(async (m) => {
      await lockJourney(m, journey);
      const noted = await m.query<unknown[]>(
        `insert into ask_log (ask, at, attempt, what, code, source)
         select id, $2, attempts, 'unproven', reach->>'proof', channel from ask where id = $1 and prove_by <= now()
         returning id`,
        [id, at],
      );
      return noted.length === 0 ? 'over' : proceed(m, journey, id, 'unproven', at);
    });
  }
}

const addressed = ({ email, contacts, ...ask }: Row): TakenAsk => ({
  ...ask,
  address: pointsOf({ email, contacts }).get(ask.channel) ?? null,
});
