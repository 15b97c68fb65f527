import { DataSource } from 'typeorm';
import type { Category, ObligationKind, RoleKey } from '../../domain/vocabulary';
import { ClockPort } from '../intake/clock';
import { appendRow } from '../intake/inbox';
import { LOCK_DUE, MARK_FAILED, MARK_SENT, MARK_WAITING, TAKE } from './outbox-sql';

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
  channel: string;
  createdAt: Date;
  attempts: number;
  /** Whether the recipient is in the directory, and their address there. */
  known: boolean;
  address: string | null;
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

/** Longer than any send may take, so that a live dispatcher never loses an ask in the middle. */
export const LEASE_SECONDS = 90;

/** The table `ask` as the dispatcher sees it: take what is due, say what became of it. */
export class Outbox {
  constructor(
    private readonly db: DataSource,
    private readonly clock: ClockPort,
  ) {}

  /** Takes up to `limit` due asks under a lease, the most urgent first, and cancels those that nobody needs any more. */
  async take(limit: number, alertsOnly: boolean): Promise<Taken> {
    return this.db.transaction(async (m) => {
      const due = await m.query<{ id: string }[]>(LOCK_DUE, [limit, alertsOnly]);
      if (due.length === 0) return { asks: [], cancelled: 0 };
      const rows = await m.query<(TakenAsk & { status: string })[]>(TAKE, [
        due.map((d) => d.id),
        LEASE_SECONDS,
      ]);
      const asks = rows.filter((row) => row.status === 'sending');
      return { asks, cancelled: rows.length - asks.length };
    });
  }

  /** It was accepted. `sent_at` stands beside the ask's clinical instants, so it is read from the clock of the edge. */
  async sent(ask: TakenAsk, providerId: string | undefined): Promise<void> {
    await this.db.query(MARK_SENT, [ask.id, providerId ?? null, await this.clock.now()]);
  }

  /** It is tried again after a while. */
  async waits(ask: TakenAsk, code: string, seconds: number): Promise<void> {
    await this.db.query(MARK_WAITING, [ask.id, ask.attempts, code, seconds]);
  }

  /**
   * It cannot be delivered. While it is the live ask of an open duty, the journey hears of it in the same transaction, so
   * that the ladder goes up at once. A stand-down has no ladder: its failure stays in the row.
   */
  async failed(ask: TakenAsk, code: string): Promise<void> {
    const at = await this.clock.now();
    await this.db.transaction(async (m) => {
      const [failed] = await m.query<{ live: boolean }[]>(MARK_FAILED, [ask.id, ask.attempts, code]);
      if (!failed?.live || ask.purpose !== 'ask') return;
      await appendRow(m, ask.journey, {
        type: 'delivery-failed',
        data: { at, key: ask.key, opening: ask.opening, ask: ask.ask, code },
        by: { person: 'imaging-failsafe', role: 'system' },
        receivedAt: at,
      });
    });
  }
}
