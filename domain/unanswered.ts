import { withDuties } from './difference';
import type { ProposedEvent } from './events';
import type { Inputs } from './inputs';
import type { Journey } from './journey';
import { accountableClinician } from './known';
import type { Obligation } from './obligation';
import { risk } from './obligation';
import { PATIENT, findOffer, offerOf } from './offers';
import type { Instant } from './vocabulary';

/** What follows at once when an offer is not taken, or nobody picks up the telephone. */

/** An offer ends unanswered: the responsibility stays where it is, and the sender is asked at once. */
export const expired = (
  j: Journey,
  o: Obligation,
  why: 'deadline' | 'delivery-failed',
  now: Instant,
): ProposedEvent[] => [
  ...withDuties(j, [{ type: 'offer-expired', key: o.key, opening: o.opening, why }], now),
  ...senderAsked(j, offerOf(o.key)!, 'offer-expired'),
];

/**
 * Who offered a duty is asked about it; who offered the patient, about the most pressing of what they still answer for: one
 * question, not one a duty.
 */
export const senderAsked = (
  j: Journey,
  id: string,
  why: 'offer-declined' | 'offer-expired',
): ProposedEvent[] => {
  const offer = findOffer(j, id);
  if (!offer) return [];
  const open = Object.values(j.obligations).filter((o) => o.kind !== 'accept-handover');
  const theirs = accountableClinician(j);
  const about =
    offer.of === PATIENT
      ? open
          .filter((o) => o.accountable.role === theirs.role && o.accountable.person === theirs.person)
          .sort((a, b) => risk(a.category) - risk(b.category) || (a.limitAt < b.limitAt ? -1 : 1))[0]
      : open.find((o) => o.key === offer.of);
  return about ? [{ type: 'asked', key: about.key, opening: about.opening, why, offeredTo: offer.to }] : [];
};

/** Whoever was rung and not reached, while they are the one who is asked: the next one is, at once. */
export const onCall = (j: Journey, call: Inputs['call']): ProposedEvent[] => {
  const o = j.obligations[call.duty];
  return o && call.outcome === 'unable-to-reach' && call.whom.person === o.askedNow.person
    ? [{ type: 'asked', key: o.key, opening: o.opening, why: 'unable-to-reach' }]
    : [];
};
