import type { JourneyEvent } from '../../domain/events';
import type { Category, Instant } from '../../domain/vocabulary';
import type { Words } from './words';
import { kindOf } from './words';

/** One duty, from when it was owed until it ended: who answered, by when, and whether that was kept. */
export interface OwnedDuty {
  duty: string;
  category?: Category;
  /** Who answered for it, from when on; the last one is who answers now, or did at its end. */
  accountable: { who: string; from: Instant }[];
  from: Instant;
  limit: Instant;
  ended?: { at: Instant; how: string };
  /** `met` and `late` are done; the others say what became of it. */
  state: 'met' | 'late' | 'open' | 'overdue' | 'let off' | 'withdrawn' | 'not accepted';
  /** How often somebody was asked. */
  asks: number;
  /** The event at which it was opened. */
  seq: number;
  key: string;
}

interface Ongoing extends Omit<OwnedDuty, 'state'> {
  late?: boolean;
}

/** Every opening of every duty, in the order in which they were opened. */
export const ownersOf = (events: readonly JourneyEvent[], w: Words, madeAt: Instant): OwnedDuty[] => {
  const duties = new Map<string, Ongoing>();
  for (const e of events) {
    if (e.type === 'opened') duties.set(`${e.key}/${e.opening}`, opened(e, w));
    if (!('key' in e) || !('opening' in e)) continue;
    const duty = duties.get(`${e.key}/${e.opening}`);
    if (duty) apply(duty, e, w);
  }
  return [...duties.values()].map(({ late, ...duty }) => ({ ...duty, state: stateOf(duty, late, madeAt) }));
};

const opened = (e: JourneyEvent & { type: 'opened' }, w: Words): Ongoing => ({
  duty: w.duty(e.key),
  ...(e.category === undefined ? {} : { category: e.category }),
  accountable: [{ who: w.party(e.accountable), from: e.at }],
  from: e.from,
  limit: e.limitAt,
  asks: e.asks,
  seq: e.seq,
  key: e.key,
});

const apply = (duty: Ongoing, e: JourneyEvent, w: Words): void => {
  if (e.type === 'accountable') duty.accountable.push({ who: w.party(e.to), from: e.at });
  if (e.type === 'rescheduled') duty.limit = e.limitAt;
  if (e.type === 'asked') duty.asks = e.asks;
  if (e.type === 'ended') {
    duty.ended = { at: e.at, how: e.how };
    duty.late = e.late === true;
  }
};

const stateOf = (
  { ended, limit, key }: Omit<Ongoing, 'late'>,
  late: boolean | undefined,
  madeAt: Instant,
): OwnedDuty['state'] => {
  if (ended === undefined) return madeAt > limit ? 'overdue' : 'open';
  if (ended.how === 'waived') return 'let off';
  if (ended.how === 'withdrawn') return kindOf(key) === 'accept-handover' ? 'not accepted' : 'withdrawn';
  return late === true || (ended.how === 'overtaken' && ended.at > limit) ? 'late' : 'met';
};
