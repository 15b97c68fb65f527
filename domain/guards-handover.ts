import type { Actor, Commands } from './inputs';
import type { Journey } from './journey';
import { accountableClinician } from './known';
import { acknowledge, open } from './guards-results';
import type { Guard } from './guards-results';
import { PATIENT, findOffer, isReceiver, offerKey } from './offers';
import type { Offer } from './offers';
import type { RefusalCode } from './refusals';
import type { RoleKey } from './vocabulary';
import { CLINICIANS } from './vocabulary';

/** What stands against an offer, its answer, and a call. See `guards.ts`. */

/** The report version, or flag, that a call which was said back acknowledges. */
export const acknowledgedBy = ({ duty, outcome }: Commands['call']): string | undefined =>
  outcome === 'read-back' && duty.startsWith('acknowledge:') ? duty.slice('acknowledge:'.length) : undefined;

/** Said back, a call is an acknowledgement by whoever was rung: it needs what one needs. Nobody rings themselves. */
export const call: Guard<'call'> = (j, data, by, rules) => {
  if (!open(j, data.duty)) return 'unknown-duty';
  if (data.whom.person === by.person) return 'second-person-must-differ';
  if (data.outcome !== 'read-back') return undefined;
  const version = acknowledgedBy(data);
  if (version === undefined) return 'not-acknowledged-by-call';
  if (!isClinician(data.whom.role)) return 'role-not-permitted';
  const findings = data.findings ?? [];
  return acknowledge(j, { version, findings, how: 'voice', readBack: true }, data.whom, rules);
};

const isClinician = (role: RoleKey): boolean => (CLINICIANS as readonly RoleKey[]).includes(role);
const LEADS: readonly RoleKey[] = ['clinical-lead', 'medical-lead'];

/** Whoever answers for it may offer it, and a lead in their place; not to whom it belongs already. */
export const offer: Guard<'offer'> = (j, data, by) => {
  const duty = data.duty === undefined ? undefined : j.obligations[data.duty];
  if (data.duty !== undefined && (!duty || duty.kind === 'accept-handover')) return 'unknown-duty';
  if (duty === undefined && Object.keys(j.obligations).length === 0) return 'not-owed';
  const owner = duty?.accountable ?? accountableClinician(j);
  if (owner.person !== by.person && !LEADS.includes(by.role)) return 'not-yours';
  return data.to.person !== undefined && data.to.person === owner.person ? 'offer-to-owner' : undefined;
};

/** An offer that this person may answer now. */
const answerable = (j: Journey, id: string, by: Actor): Offer | RefusalCode => {
  const found = findOffer(j, id);
  if (!found) return 'unknown-offer';
  if (!open(j, offerKey(id))) return 'offer-over';
  return isReceiver(j, found, by) ? found : 'not-yours';
};

export const accept: Guard<'accept'> = (j, data, by) => {
  const found = answerable(j, data.offer, by);
  if (typeof found === 'string') return found;
  return found.of !== PATIENT || isClinician(by.role) ? undefined : 'role-not-permitted';
};

export const decline: Guard<'decline'> = (j, data, by) => {
  const found = answerable(j, data.offer, by);
  if (typeof found === 'string') return found;
  return data.instead?.person === by.person ? 'offer-to-owner' : undefined;
};
