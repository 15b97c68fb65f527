import type { EntityManager } from 'typeorm';
import type { Proof } from '../../domain/reach';
import { proves } from '../../domain/reach';
import type { Instant, RoleKey } from '../../domain/vocabulary';
import { appendRow } from '../intake/inbox';
import { randomUUIDv7 } from '../ids';
import { ADD_POINTS } from './outbox-sql';
import type { Contact, Reach } from './reach';
import { EARLIER, nextPoints, pointsOf } from './reach';
import { afterPermanent } from './retry';

/** What was done about an ask that failed, or that nothing proved in time. */
export type Proceeded =
  /** The same person's next contact point is tried. */
  | 'next'
  /** Another contact point of the same person may still prove that they were reached. */
  | 'wait'
  /** Nobody is above the desk: it is tried again, from the first contact point on. */
  | 'again'
  /** No contact point is left: the journey was told, and its ladder goes up. */
  | 'given-up'
  /** The duty has ended, another ask took this one's place, or the person was reached. */
  | 'over';

/** One contact point of a question: all contact points tried for one ask to one person. */
interface Point {
  id: string;
  key: string;
  opening: number;
  ask: number;
  recipient: string;
  role: RoleKey;
  channel: string;
  status: 'waiting' | 'sending' | 'sent' | 'failed' | 'cancelled';
  attempts: number;
  reach: Reach | null;
  proof: Proof | null;
  given_up: boolean;
  overdue: boolean;
  hopeful: boolean;
  live: boolean;
  rung: number | null;
  email: string | null;
  contacts: Contact[];
}

/** Whoever takes both takes the journey first, as a record does: none waits in a circle. */
export const lockJourney = (m: EntityManager, journey: string): Promise<unknown> =>
  m.query('select 1 from journey where id = $1 for no key update', [journey]);

const QUESTION = `
select a.id, a.key, a.opening, a.ask, a.recipient, a.role, a.channel, a.status, a.attempts, a.reach, a.proof, a.given_up,
  coalesce(a.prove_by <= now(), false) as overdue,
  a.status in ('waiting', 'sending') or (a.status = 'sent' and coalesce(a.prove_by > now(), false)) as hopeful,
  coalesce(o.ended_at is null and o.asks = a.ask, false) as live, o.rung, p.email, coalesce(p.contacts, '[]') as contacts
from ask x join ask a on a.journey = x.journey and a.key = x.key and a.opening = x.opening and a.ask = x.ask
  and a.recipient = x.recipient and a.purpose = x.purpose
left join obligation o on o.journey = a.journey and o.key = a.key and o.opening = a.opening
left join recipient p on p.id = a.recipient and p.canary = is_canary(a.journey)
where x.id = $1 and x.purpose = 'ask' order by a.created_at, a.id for update of a`;

const SETTLE = 'update ask set prove_by = null where id = any($1) and prove_by <= now()';

/**
 * One contact point of an ask failed for good, or was not proved in time: the same person's next one, else the journey hears
 * it, once. Called with the journey's lock held. A stand-down has no ladder: nothing follows from its failure.
 */
export const proceed = async (
  m: EntityManager,
  journey: string,
  ask: string,
  code: string,
  at: Instant,
): Promise<Proceeded> => {
  const question = await m.query<Point[]>(QUESTION, [ask]);
  const first = question[0];
  if (!first) return 'over';
  const reach = first.reach ?? EARLIER;
  const ids = question.map((point) => point.id);
  const reached = question.some((p) => p.status === 'sent' && proves(p.proof, reach.proof));
  await m.query(SETTLE, [ids]);
  if (!first.live || reached) return 'over';

  const next = nextPoints(reach, pointsOf(first), new Set(question.map((p) => p.channel)));
  if (next.length > 0) {
    await m.query(ADD_POINTS, [first.id, next.map(() => randomUUIDv7()), next]);
    return 'next';
  }
  if (question.some((point) => point.hopeful)) return 'wait';
  if (isLast(first)) return again(m, question);
  return giveUp(m, journey, question, code, at);
};

/**
 * Above the desk there is nobody: to tell the journey that the desk was not reached would only ask the desk again, without
 * end. Where the desk is asked first, as who is accountable, others may stand above it: then the journey is told, once.
 */
export const isLast = ({ role, rung, ask }: Pick<Point, 'role' | 'rung' | 'ask'>): boolean =>
  role === 'desk' && ((rung ?? 0) > 0 || ask > 1);

/** What reached nobody so far may do so after somebody mended the directory; what was sent and not proved goes out again, marked. */
const again = async (m: EntityManager, question: readonly Point[]): Promise<Proceeded> => {
  for (const { id, status, attempts } of question)
    if (status === 'failed' || status === 'sent')
      await m.query(
        `update ask set status = 'waiting', next_try_at = now() + $2::int * interval '1 second' where id = $1`,
        [id, status === 'failed' ? afterPermanent(attempts) : 0],
      );
  await m.query(`select pg_notify('failsafe_ask', '')`);
  return 'again';
};

const giveUp = async (
  m: EntityManager,
  journey: string,
  question: readonly Point[],
  code: string,
  at: Instant,
): Promise<Proceeded> => {
  if (question.some((point) => point.given_up)) return 'over';
  await m.query('update ask set given_up = true where id = any($1)', [question.map((p) => p.id)]);
  const { key, opening, ask } = question[0]!;
  await appendRow(m, journey, {
    type: 'delivery-failed',
    data: { at, key, opening, ask, code },
    by: { person: 'imaging-failsafe', role: 'system' },
    receivedAt: at,
  });
  return 'given-up';
};
