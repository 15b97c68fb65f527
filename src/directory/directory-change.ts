import { NOBODY_NAMED } from '../../domain/directory';
import type { RoleKey } from '../../domain/vocabulary';
import type { DirectoryFile, Person } from './directory-file';

/** The directory as it stands in the database. */
export interface StandingDirectory {
  people: Person[];
  leads: Partial<Record<RoleKey, string>>;
}

/** A role that means somebody else now, and whom it meant. */
export interface LeadChange {
  role: RoleKey;
  was: string;
  /** A pool, department, site or desk: its duties are its lead's, so they move. A consultant's are the consultant's own. */
  collective: boolean;
}

export interface DirectoryChange {
  /** Whether anything differs at all. */
  any: boolean;
  /** People who are no longer there. */
  gone: string[];
  leads: LeadChange[];
  /** People whose mail address is another one now. */
  readdressed: string[];
}

const COLLECTIVE: ReadonlySet<RoleKey> = new Set([
  'imaging-department',
  'reporting-pool',
  'sending-site',
  'reading-site',
  'clinical-lead',
  'safety-lead',
  'medical-lead',
  'mdt-coordinator',
  'desk',
]);

const sameRoles = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((role) => b.includes(role));

const samePerson = (a: Person, b: Person): boolean =>
  a.name === b.name && a.email === b.email && sameRoles(a.roles, b.roles);

/**
 * What a new directory changes for those who owe. Another name or mail address moves no duty: who is accountable changes by
 * a handover or a reassignment, never because somebody married.
 */
export const changeBetween = (before: StandingDirectory, after: DirectoryFile): DirectoryChange => {
  const was = new Map(before.people.map((p) => [p.id, p]));
  const is = new Map(after.people.map((p) => [p.id, p]));
  const leads = Object.entries(after.leads).flatMap(([key, person]): LeadChange[] => {
    const role = key as RoleKey;
    const old = before.leads[role] ?? (role === 'desk' ? NOBODY_NAMED : undefined);
    return old === undefined || old === person ? [] : [{ role, was: old, collective: COLLECTIVE.has(role) }];
  });
  const sameLeads = Object.entries(after.leads).every(
    ([role, person]) => before.leads[role as RoleKey] === person,
  );
  const samePeople =
    was.size === is.size && after.people.every((p) => was.has(p.id) && samePerson(was.get(p.id)!, p));
  return {
    any: !(samePeople && sameLeads),
    gone: before.people.filter((p) => !is.has(p.id)).map((p) => p.id),
    leads,
    readdressed: after.people
      .filter((p) => p.email !== undefined && was.has(p.id) && was.get(p.id)!.email !== p.email)
      .map((p) => p.id),
  };
};
