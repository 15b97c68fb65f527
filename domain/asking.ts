import type { Directory, Moment, Rota } from './directory';
import { COLLECTIVE, desk, leadOf, standIn, within } from './directory';
import type { Owner, Party } from './inputs';
import type { Journey } from './journey';
import { accountableClinician, supervisorOf } from './known';
import type { RoleKey } from './vocabulary';

/** Whom a ladder's rung reaches in a journey at an instant, and why it is not whom one would expect. */

/**
 * Why somebody is asked who would not be otherwise: on call for a role; the lead, since the rota has a hole; or in somebody's
 * stead who is absent, has left, is not in the directory, or was asked as often as policy allows.
 */
export const BECAUSE = ['on-call', 'rota-hole', 'absent', 'left', 'not-in-directory', 'ceiling'] as const;
export type Because = (typeof BECAUSE)[number];

/** Whom an ask goes to, whom it was meant for where that is somebody else, and why. */
export interface Reached {
  party: Party;
  insteadOf?: Party;
  because?: Because;
}

/** Nobody can be asked there: who was meant, and what keeps them. */
export interface Passed {
  party?: undefined;
  insteadOf?: Party;
  because?: Because;
}

/** The case for which a role is looked up: whose site, and whose teams. */
export interface Scope {
  site?: string | undefined;
  teams: string[];
}

const teamsOf = (person: string | undefined, { teams = {} }: Directory): string[] =>
  person === undefined
    ? []
    : Object.keys(teams).filter((id) => teams[id]!.lead === person || teams[id]!.members.includes(person));

/** A journey's site, and its teams: those of who answers before those of who asked for the examination. */
const scopeOf = (j: Journey, accountable: Party, directory: Directory): Scope => {
  const people = [accountable.person, accountableClinician(j).person, j.request?.requester.person];
  return {
    site: j.request?.site,
    teams: [...new Set(people.flatMap((person) => teamsOf(person, directory)))],
  };
};

/** The rotas for a role here, the closest first: the team's, the site's, the trust's. */
const rotasFor = (role: RoleKey, { site, teams }: Scope, { rotas = [] }: Directory): Rota[] => {
  const mine = rotas.filter((rota) => rota.role === role);
  return [
    ...teams.flatMap((team) => mine.filter((rota) => rota.team === team)),
    ...mine.filter((rota) => rota.site !== undefined && rota.site === site),
    ...mine.filter((rota) => rota.team === undefined && rota.site === undefined),
  ];
};

/** A consultant who took the patient over. Who merely requested is no consultant's stand-in: the lead consultant is asked. */
const consultantWhoAccepted = (j: Journey): string | undefined => {
  const clinician = accountableClinician(j);
  return clinician.role === 'consultant' ? clinician.person : undefined;
};

/** The journey's own people in a role, before anybody on call. A practice is its responsible clinician. */
const ofJourney = (j: Journey, role: RoleKey, { organisations = {} }: Directory): string | undefined => {
  const { request } = j;
  if (role === 'requester') return request?.requester.person;
  if (role === 'consultant') return request?.consultant ?? supervisorOf(j) ?? consultantWhoAccepted(j);
  if (role === 'gp' && request?.gp.status === 'registered')
    return request.gp.person ?? organisations[request.gp.practice]?.clinician;
  return undefined;
};

const asks = (meant: Party, moment: Moment, why?: 'on-call' | 'rota-hole'): Reached | Passed => {
  const { person, because } = standIn(meant.person, moment);
  if (person === undefined) return { insteadOf: meant, ...(because === undefined ? {} : { because }) };
  const party = { role: meant.role, person };
  if (because !== undefined) return { party, insteadOf: meant, because };
  return { party, ...(why === undefined ? {} : { because: why }) };
};

/**
 * Whoever a role means here and now: on call for it, else the lead of the journey's team if that is their role, else its
 * named lead. A hole in the rota, and who on it could not be asked, stay visible.
 */
const ofRole = (role: RoleKey, scope: Scope, moment: Moment): Reached | Passed => {
  const { directory, at } = moment;
  const rotas = rotasFor(role, scope, directory);
  const slot = rotas.flatMap((rota) => rota.slots).find((s) => within(s, at));
  const onCall = slot && asks({ role, person: slot.person }, moment, 'on-call');
  if (onCall?.party) return onCall;
  const teamLeads = scope.teams
    .map((team) => directory.teams![team]!.lead)
    .filter((lead) => directory.people[lead]?.roles.includes(role) === true);
  const hole = rotas.length > 0 && slot === undefined ? 'rota-hole' : undefined;
  let passed: Passed = onCall ?? {};
  for (const lead of [...teamLeads, leadOf(role, directory, at)]) {
    if (lead === undefined) continue;
    const reached = asks({ role, person: lead }, moment, hole);
    if (reached.party) return { ...reached, ...marked(passed) };
    passed = { ...reached, ...marked(passed) };
  }
  return passed;
};

/** What is kept of somebody who was meant and could not be asked. */
const marked = ({ insteadOf, because }: Passed): Pick<Reached, 'insteadOf' | 'because'> => ({
  ...(insteadOf === undefined ? {} : { insteadOf }),
  ...(because === undefined ? {} : { because }),
});

/** The desk: whoever is on call at it, else its lead. Always somebody: its worklist is there even where nobody is named. */
const askDesk = (scope: Scope, moment: Moment): Reached => {
  const { atCeiling: _never, ...always } = moment;
  const reached = ofRole('desk', scope, always);
  return reached.party ? reached : { party: desk(moment.directory, moment.at) };
};

/** Whoever a role means at a place and a moment; at the desk always somebody. */
export const whoIsAsked = (role: RoleKey, scope: Scope, moment: Moment): Reached | Passed =>
  role === 'desk' ? askDesk(scope, moment) : ofRole(role, scope, moment);

/** Whom an owner's duty is asked of: the person, or for a pool, department, site or desk whoever is on call for it. */
export const reachOwner = (
  j: Journey,
  owner: Owner,
  accountable: Party,
  moment: Moment,
): Reached | Passed => {
  const { role, person } = owner;
  const { directory, at } = moment;
  const collective = person === undefined || (COLLECTIVE.has(role) && person === leadOf(role, directory, at));
  return collective || role === 'desk'
    ? whoIsAsked(role, scopeOf(j, accountable, directory), moment)
    : asks({ role, person }, moment);
};

/** Whom a rung reaches in this journey; nobody (no `party`) where the role has no person who can be asked now. */
export const reach = (
  j: Journey,
  rung: RoleKey | 'accountable',
  accountable: Party,
  moment: Moment,
): Reached | Passed => {
  if (rung === 'accountable') return reachOwner(j, accountable, accountable, moment);
  const own = ofJourney(j, rung, moment.directory);
  return own === undefined
    ? whoIsAsked(rung, scopeOf(j, accountable, moment.directory), moment)
    : asks({ role: rung, person: own }, moment);
};

/**
 * The first of some rungs that reaches somebody other than who is asked now; the desk at the end. Whom the first rung meant
 * and could not ask is kept: an ask is moved to cover or up, it is never dropped.
 */
export const firstReached = (
  j: Journey,
  rungs: readonly (RoleKey | 'accountable')[],
  accountable: Party,
  moment: Moment,
  before: Passed = {},
  notAgain?: Party,
): Reached & { index: number } => {
  let passed = before;
  for (const [index, rung] of rungs.entries()) {
    const reached = reach(j, rung, accountable, moment);
    if (!reached.party) passed = { ...reached, ...marked(passed) };
    else if (reached.party.person !== notAgain?.person) return { ...reached, ...marked(passed), index };
  }
  const last = askDesk(scopeOf(j, accountable, moment.directory), moment);
  return { ...last, ...marked(passed), index: rungs.length };
};
