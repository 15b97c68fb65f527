import type { Actor, Owner } from './inputs';
import type { Journey } from './journey';
import { since } from './journey';
import { accountableClinician } from './known';
import type { Duty } from './obligation';
import type { Instant } from './vocabulary';

/**
 * Offers of responsibility. A forward is not a handover: whoever is accountable stays so until the receiver accepts. Each
 * offer is a duty of its own, `accept-handover:<id>`, with one deadline and no ladder; declined, expired or overtaken it ends,
 * and the clock of what was offered never stopped.
 */

/** What is offered, by whom it came about, and to whom. */
export interface Offer {
  id: string;
  /** A duty's key, or the patient: the accountable clinician and every open duty that follows them. */
  of: string;
  to: Owner;
  from: Instant;
  seq: number;
}

/** The patient, as what is offered. */
export const PATIENT = 'patient';
const KEY = 'accept-handover:';

export const offerKey = (id: string): string => `${KEY}${id}`;
/** The offer that a duty's key stands for; nothing where it is no offer. */
export const offerOf = (key: string): string | undefined =>
  key.startsWith(KEY) ? key.slice(KEY.length) : undefined;

/** The patient moved, or was discharged: whoever has them now is offered what is still owed. */
const ofMoves = (j: Journey): Offer[] => [
  ...lastSaid(j.moves).map((m) => ({
    id: `move:${m.id}:${receiver(m.to)}`,
    of: PATIENT,
    to: m.to,
    from: since(m),
    seq: m.seq,
  })),
  ...lastSaid(j.discharges).flatMap((d): Offer[] => {
    const to = d.to ?? registeredGp(j);
    return to
      ? [{ id: `discharge:${d.id}:${receiver(to)}`, of: PATIENT, to, from: since(d), seq: d.seq }]
      : [];
  }),
];

/** Part of the offer's id, so that one that is corrected to somebody else is another offer, of which that person hears. */
const receiver = (to: Owner): string => to.person ?? to.role;

/** A source may say the same move again, corrected: its last word counts. */
const lastSaid = <T extends { id: string }>(facts: readonly T[]): T[] =>
  facts.filter((fact, i) => facts.findLastIndex((f) => f.id === fact.id) === i);

const registeredGp = (j: Journey): Owner | undefined => {
  const gp = j.request?.gp;
  if (gp?.status !== 'registered') return undefined;
  return gp.person === undefined ? { role: 'gp' } : { role: 'gp', person: gp.person };
};

/** Each action planned for somebody other than who planned it. */
const ofActions = (j: Journey): Offer[] =>
  j.plans.flatMap((p) =>
    (p.actions ?? [])
      .filter(
        ({ owner }) =>
          owner.person !== p.by.person && !(owner.person === undefined && owner.role === p.by.role),
      )
      .map(({ id, owner }) => {
        const action = `${p.version}:${p.finding}:${id}`;
        return {
          id: `action:${action}`,
          of: `complete:${action}`,
          to: owner,
          from: p.receivedAt,
          seq: p.seq,
        };
      }),
  );

const byPeople = (j: Journey): Offer[] =>
  j.offers.map((o) => ({ id: o.offerId!, of: o.duty ?? PATIENT, to: o.to, from: o.receivedAt, seq: o.seq }));

/** Who declined and named who has it instead: that person is offered it. */
const reRouted = (j: Journey, offers: readonly Offer[]): Offer[] =>
  j.declines.flatMap((d): Offer[] => {
    const declined = offers.find((o) => o.id === d.offer);
    if (!declined || d.instead === undefined) return [];
    return [{ ...declined, id: `${d.offer}/${d.seq}`, to: d.instead, from: d.receivedAt, seq: d.seq }];
  });

/** Every offer that was ever made in a journey, in their own order: of two at one instant by id, never by arrival. */
export const offersIn = (j: Journey): Offer[] => {
  let all = [...ofMoves(j), ...ofActions(j), ...byPeople(j)];
  // A re-routed offer may be declined in turn, each time by a person's own act.
  for (let found = reRouted(j, all); found.length > 0;) {
    all = [...all, ...found];
    const known = new Set(all.map((o) => o.id));
    found = reRouted(j, all).filter((o) => !known.has(o.id));
  }
  return all.sort((a, b) => (`${a.from} ${a.id}` < `${b.from} ${b.id}` ? -1 : 1));
};

/** Of offers of one and the same thing only the newest stands. */
const isNewest = (offer: Offer, all: readonly Offer[]): boolean =>
  all.findLast((o) => o.of === offer.of)!.id === offer.id;

/**
 * Accept handover: each offer that nobody has answered, while what it offers is owed. A duty's offer is as pressing as the
 * duty; a patient's is as pressing as the setting, and what presses more has a ladder of its own that goes on.
 * @param others what the rest of the pathway says
 * @param ended whether the journey has reached an end, so that an offer of the patient has nothing left to hand over
 */
export const acceptHandover = (j: Journey, others: readonly Duty[], ended: boolean): Duty[] => {
  const all = offersIn(j);
  const owed = new Map(others.filter((d) => d.status === 'owed').map((d) => [d.key, d]));
  const isOwed = (offer: Offer): boolean =>
    offer.of === PATIENT ? owed.size > 0 || !ended : owed.has(offer.of);
  const hasIt = (offer: Offer): boolean => {
    const now = offer.of === PATIENT ? accountableClinician(j) : owed.get(offer.of)?.accountable;
    return now !== undefined && now.person !== undefined && now.person === offer.to.person;
  };
  // A lead has given it to somebody since, or it was accepted under another offer.
  const movedSince = (offer: Offer): boolean =>
    (j.reassigned[offer.of === PATIENT ? 'clinician' : offer.of]?.seq ?? 0) > offer.seq;
  const status = (offer: Offer): Duty['status'] => {
    if (j.acceptances.some((a) => a.offer === offer.id)) return 'discharged';
    if (j.declines.some((d) => d.offer === offer.id) || j.expired.includes(offer.id)) return 'withdrawn';
    if (movedSince(offer)) return 'overtaken';
    return isNewest(offer, all) && isOwed(offer) && !hasIt(offer) ? 'owed' : 'overtaken';
  };
  return all.map((offer) => {
    const category = owed.get(offer.of)?.category;
    return {
      key: offerKey(offer.id),
      kind: 'accept-handover' as const,
      ...(category === undefined ? {} : { category }),
      from: offer.from,
      accountable: offer.to,
      basis: offer.seq,
      status: status(offer),
    };
  });
};

/** The offer of that id, if it was ever made. */
export const findOffer = (j: Journey, id: string): Offer | undefined => offersIn(j).find((o) => o.id === id);

/** Is this the person to whom it was offered, or who is asked in their stead? A role without a name means whoever is in it. */
export const isReceiver = (j: Journey, offer: Offer, by: Actor): boolean => {
  const o = j.obligations[offerKey(offer.id)];
  return (
    by.person === offer.to.person ||
    by.person === o?.accountable.person ||
    by.person === o?.askedNow.person ||
    (offer.to.person === undefined && by.role === offer.to.role)
  );
};
