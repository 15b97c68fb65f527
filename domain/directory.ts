import type { Owner, Party } from './inputs';
import type { Journey } from './journey';
import { accountableClinician } from './known';
import type { RoleKey } from './vocabulary';

/**
 * Whom a role means. The directory is looked up at the moment of asking, inside the transaction that records the ask, and
 * what it said is kept on the event.
 */
export interface Directory {
  /** The named lead of a pool, department, site or desk. */
  leads: Partial<Record<RoleKey, string>>;
  /** Everybody who can be reached. */
  people: Record<string, { roles: RoleKey[] }>;
}

/** Who sits at the desk when not even its lead is in the directory: the worklist of the desk itself. */
export const NOBODY_NAMED = 'desk';

const desk = (directory: Directory): Party => ({
  role: 'desk',
  person: directory.leads.desk ?? NOBODY_NAMED,
});

/** An owner with a person: the one named, else the role's named lead, else the desk's. */
export const named = (owner: Owner, directory: Directory): Party => {
  if (owner.person !== undefined) return { role: owner.role, person: owner.person };
  const lead = directory.leads[owner.role];
  return lead === undefined ? desk(directory) : { role: owner.role, person: lead };
};

/** Whether somebody can be asked. The desk always can: its worklist is there even where nobody is named. */
export const isReachable = (party: Party, directory: Directory): boolean =>
  party.role === 'desk' || directory.people[party.person] !== undefined;

/** Whether an offer to them leaves the trust. General practice does. */
export const isExternal = (to: Owner, _directory: Directory): boolean => to.role === 'gp';

/** A consultant who took the patient over. Who merely requested is no consultant's stand-in: the lead consultant is asked. */
const consultantWhoAccepted = (j: Journey): string | undefined => {
  const clinician = accountableClinician(j);
  return clinician.role === 'consultant' ? clinician.person : undefined;
};

/** The journey's own people in a role, before the directory's leads. */
const ofJourney = (j: Journey, role: RoleKey): string | undefined => {
  if (role === 'requester') return j.request?.requester.person;
  if (role === 'consultant') return j.request?.consultant ?? consultantWhoAccepted(j);
  if (role === 'gp' && j.request?.gp.status === 'registered') return j.request.gp.person;
  return undefined;
};

/** Whom a rung reaches in this journey; nobody (`undefined`) where the role has no person who can be reached. */
export const reach = (
  j: Journey,
  rung: RoleKey | 'accountable',
  accountable: Party,
  directory: Directory,
): Party | undefined => {
  if (rung === 'desk') return desk(directory);
  const person = rung === 'accountable' ? accountable.person : (ofJourney(j, rung) ?? directory.leads[rung]);
  if (person === undefined) return undefined;
  const party = { role: rung === 'accountable' ? accountable.role : rung, person };
  return isReachable(party, directory) ? party : undefined;
};
