import type { RoleKey } from '../../domain/vocabulary';
import { ROLE_KEYS } from '../../domain/vocabulary';
import { inWords } from '../policy/words';

/** How people are called in a dossier: by name and role, or for the family by role and letter, the same throughout. */
export interface Naming {
  /** @param role in which they acted, or what they are where no role is on record: `clinician` */
  (person: string, role: RoleKey | 'clinician'): string;
}

/** Roles that stand for many people mean their lead. */
const LEADS: Readonly<Partial<Record<RoleKey | 'clinician', string>>> = {
  'imaging-department': 'the lead of the imaging department',
  'reporting-pool': 'the lead of the reporting pool',
  'sending-site': 'the lead of the sending site',
  'reading-site': 'the lead of the reading site',
  desk: 'a member of the failsafe desk',
};

const withArticle = (word: string): string => `${/^([aeiou]|MDT)/.test(word) ? 'an' : 'a'} ${word}`;

/** 0 is A, 25 is Z, 26 is AA. */
export const letterOf = (n: number): string =>
  n < 26 ? String.fromCharCode(65 + n) : letterOf(Math.floor(n / 26) - 1) + letterOf(n % 26);

/** By name and role: `Cora Madeup (consultant)`; the id stands where the directory has no name. */
export const byName =
  (names: ReadonlyMap<string, string>): Naming =>
  (person, role) =>
    role === 'system' ? `the system ${person}` : `${names.get(person) ?? person} (${inWords(role)})`;

/** By role: `a consultant (A)`. Letters follow the order in which people are first named. */
export const byRole = (): Naming => {
  const letters = new Map<string, string>();
  return (person, role) => {
    if (role === 'system') return 'a hospital system';
    const letter = letters.get(person) ?? letterOf(letters.size);
    letters.set(person, letter);
    return `${LEADS[role] ?? withArticle(inWords(role))} (${letter})`;
  };
};

export interface Named {
  person: string;
  role: RoleKey | 'clinician';
}

/** Everybody who is named anywhere in some events, in order: those with a role, and those in the fields that hold a bare id. */
export const peopleIn = (value: unknown, field = ''): Named[] => {
  if (value === null || typeof value !== 'object') return [];
  if (Array.isArray(value)) return value.flatMap((item) => peopleIn(item));
  const o = value as Record<string, unknown>;
  const own: Named[] =
    typeof o['person'] === 'string' && o['person'] !== ''
      ? [{ person: o['person'], role: roleIn(o['role']) ?? BARE[field] ?? 'clinician' }]
      : [];
  const bare = Object.entries(BARE).flatMap(([field, role]): Named[] => {
    const person = o[field];
    return typeof person === 'string' ? [{ person, role }] : [];
  });
  return [...own, ...bare, ...Object.entries(o).flatMap(([name, inner]) => peopleIn(inner, name))];
};

/** Fields that hold a person without a role, as a bare id or not, with what such a person is. */
const BARE: Readonly<Record<string, RoleKey>> = {
  reporter: 'reporter',
  raisedBy: 'reporter',
  consultant: 'consultant',
  requester: 'requester',
  gp: 'gp',
};

const roleIn = (value: unknown): RoleKey | undefined => ROLE_KEYS.find((role) => role === value);

/** A text without the names of these people: each is replaced by how they are called. Whole names and ids only. */
export const withoutNames = (text: string, calledBy: ReadonlyMap<string, string>): string =>
  [...calledBy]
    .filter(([name]) => name.length > 2)
    .sort(([a], [b]) => b.length - a.length)
    .reduce((said, [name, called]) => said.replace(wholeWord(name), () => called), text);

const wholeWord = (name: string): RegExp =>
  new RegExp(`(?<![\\p{L}\\p{N}])${name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}(?![\\p{L}\\p{N}])`, 'giu');
