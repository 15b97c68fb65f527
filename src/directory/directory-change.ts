import canonicalize from 'canonicalize';
import type { Absence } from '../../domain/directory';
import { COLLECTIVE, NOBODY_NAMED, hasLeft, heirOf, within } from '../../domain/directory';
import type { RoleKey } from '../../domain/vocabulary';
import type { DirectoryFile, Person } from './directory-schema';
import { rotaId } from './directory-schema';
import type { StandingDirectory } from './directory-store';
import { domainDirectory } from './directory-store';

/** A role that means somebody else now, and whom it meant. */
export interface LeadChange {
  role: RoleKey;
  was: string;
  /** A pool, department, site or desk: its duties are its lead's, so they move. */
  collective: boolean;
}

/** One thing that is there, gone or different now: ids, fields and instants, never a name or an address. */
export interface ChangedEntry {
  part: 'directory' | 'people' | 'leads' | 'organisations' | 'sites' | 'teams' | 'rotas';
  id: string;
  change: 'added' | 'removed' | 'changed';
  /** The fields that differ. */
  fields?: string[];
  /** What those of them say now that hold ids, codes and instants. */
  is?: Record<string, unknown>;
}

export interface DirectoryChange {
  /** What differs; nothing where the same directory is loaded again. */
  entries: ChangedEntry[];
  /** People who are no longer there. */
  gone: string[];
  /** People who had left and are there again, or for whom somebody else has taken over. */
  back: string[];
  /** People who are absent now, and were not. */
  away: string[];
  leads: LeadChange[];
  /** People whose mail address is another one now. */
  readdressed: string[];
}

/** Personal data of staff: that they changed is evidence, what they say is not. */
const PERSONAL = new Set(['name', 'email', 'contacts', 'receipt', 'canary']);

const plain = (value: unknown): unknown =>
  Array.isArray(value) && value.length === 0 ? null : (value ?? null);
const same = (a: unknown, b: unknown): boolean => canonicalize(plain(a)) === canonicalize(plain(b));

type Entries = Map<string, Record<string, unknown>>;

const partsOf = (d: StandingDirectory): Record<ChangedEntry['part'], Entries> => {
  const byId = (
    list: readonly object[] = [],
    id = (entry: object) => (entry as { id: string }).id,
  ): Entries => new Map(list.map((entry) => [id(entry), entry as Record<string, unknown>]));
  return {
    directory: new Map([['directory', { name: d.name, canary: d.canary }]]),
    people: byId(d.people),
    leads: new Map(Object.entries(d.leads).map(([role, is]) => [role, { person: is }])),
    organisations: byId(d.organisations),
    sites: byId(d.sites),
    teams: byId(d.teams),
    rotas: byId(d.rotas, (entry) => rotaId(entry as Parameters<typeof rotaId>[0])),
  };
};

const shown = (entry: Record<string, unknown>, fields: readonly string[]): Pick<ChangedEntry, 'is'> => {
  const told = fields.filter((field) => field !== 'id' && !PERSONAL.has(field));
  return told.length === 0 ? {} : { is: Object.fromEntries(told.map((f) => [f, entry[f] ?? null])) };
};

const entriesBetween = (part: ChangedEntry['part'], was: Entries, is: Entries): ChangedEntry[] =>
  [...new Set([...was.keys(), ...is.keys()])].flatMap((id): ChangedEntry[] => {
    const before = was.get(id);
    const after = is.get(id);
    if (!after) return [{ part, id, change: 'removed' }];
    if (!before) return [{ part, id, change: 'added', ...shown(after, Object.keys(after)) }];
    const fields = [...new Set([...Object.keys(before), ...Object.keys(after)])]
      .filter((field) => !same(before[field], after[field]))
      .sort();
    return fields.length === 0 ? [] : [{ part, id, change: 'changed', fields, ...shown(after, fields) }];
  });

const absentAt = (person: Person | undefined, at: string): boolean =>
  (person?.absences ?? []).some((absence) => within(absence as Absence, at));

/**
 * What a new directory changes for those who owe. Another name or mail address moves no duty: who is accountable changes by
 * a handover or a reassignment, never because somebody married.
 */
export const changeBetween = (
  before: StandingDirectory,
  after: DirectoryFile,
  at: string,
): DirectoryChange => {
  const was = new Map(before.people.map((p) => [p.id, p]));
  const is = new Map(after.people.map((p) => [p.id, p]));
  const leads = Object.entries(after.leads).flatMap(([key, person]): LeadChange[] => {
    const role = key as RoleKey;
    const old = before.leads[role] ?? (role === 'desk' ? NOBODY_NAMED : undefined);
    return old === undefined || old === person ? [] : [{ role, was: old, collective: COLLECTIVE.has(role) }];
  });
  const [a, b] = [partsOf(before), partsOf(after)];
  const old = domainDirectory(before);
  const ids = (people: readonly Person[], which: (p: Person) => boolean): string[] =>
    people.filter(which).map((p) => p.id);
  return {
    entries: (Object.keys(a) as ChangedEntry['part'][]).flatMap((part) =>
      entriesBetween(part, a[part], b[part]),
    ),
    gone: ids(before.people, (p) => !is.has(p.id)),
    back: ids(
      before.people,
      (p) =>
        hasLeft(p.id, old, at) &&
        is.has(p.id) &&
        heirOf(p.id, old, at) !== heirOf(p.id, domainDirectory(after), at),
    ),
    away: ids(after.people, (p) => absentAt(p, at) && !absentAt(was.get(p.id), at)),
    leads,
    readdressed: ids(
      after.people,
      (p) => p.email !== undefined && was.has(p.id) && was.get(p.id)!.email !== p.email,
    ),
  };
};
