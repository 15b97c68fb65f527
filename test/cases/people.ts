import path from 'node:path';
import type { Actor, Party } from '../../domain/inputs';
import type { RoleKey } from '../../domain/vocabulary';
import type { DirectoryFile } from '../../src/directory/directory-file';
import { readDirectory } from '../../src/directory/directory-file';
import { POLICIES } from '../../src/policy/policy-file';

/** The people of the cases. All are synthetic; an id says what they do, so that a script reads as a story. */
const CAST = {
  surgeon: 'consultant',
  urologist: 'consultant',
  'chest-physician': 'consultant',
  hepatologist: 'consultant',
  rheumatologist: 'consultant',
  'ed-doctor': 'requester',
  'ed-consultant': 'consultant',
  'ward-doctor': 'requester',
  'ward-consultant': 'consultant',
  'family-doctor': 'gp',
  locum: 'reporter',
  radiologist: 'reporter',
} as const satisfies Record<string, RoleKey>;

/** Those of the fictitious trust's directory who act in the cases. */
const STAFF = {
  'vetter-1': 'vetter',
  'mdt-1': 'mdt-coordinator',
  'desk-1': 'desk',
  'safety-lead-1': 'safety-lead',
} as const;

const ROLES: Record<PersonId, RoleKey> = { ...CAST, ...STAFF };
export type PersonId = keyof typeof CAST | keyof typeof STAFF;

/** A person acting in their own role. */
export const actor = (person: PersonId): Actor => ({ person, role: ROLES[person] });

/** A source system: order comms, RIS, PACS, patient administration. */
export const system = (name: 'order-comms' | 'ris' | 'pacs' | 'pas'): Actor => ({
  person: name,
  role: 'system',
});

const IN_WORDS: Partial<Record<RoleKey, string>> = {
  'imaging-department': 'the lead of imaging',
  'reporting-pool': 'the lead of the reporting pool',
  'sending-site': 'the lead of the sending site',
  desk: 'the failsafe desk',
};

const inWords = (id: string): string => id.replaceAll('-', ' ').replace(/^ed /, 'ED ');

/** Who somebody is, for a table: a clinician of the case, or else the role in which they were asked. */
export const inTheCase = ({ person, role }: Party): string =>
  person in CAST ? `the ${inWords(person)}` : (IN_WORDS[role] ?? `the ${inWords(role)}`);

/** Where mail for somebody of the cases goes. */
export const addressOf = (person: string): string => `${person}@synthetic.invalid`;

/**
 * The fictitious trust that ships, with the people of the cases added to it. Each has a mail address; practices and wards
 * have systems that are called, and whoever answers for a ward carries a phone.
 * @param systemOf the address of the system in which somebody works
 */
export const directory = (systemOf: (person: string) => string): DirectoryFile => {
  const trust = readDirectory(path.join(POLICIES, 'directory.fictitious.yaml'));
  const cast = Object.entries(CAST).map(([id, role]) => ({
    id,
    name: `Synthetic ${id}`,
    email: addressOf(id),
    roles: [role],
    contacts: [
      ...(role === 'gp' ? [{ kind: 'webhook' as const, to: systemOf(id) }] : []),
      ...(role === 'consultant' ? [{ kind: 'phone' as const, to: '01632 960000' }] : []),
    ],
  }));
  return { ...trust, people: [...trust.people, ...cast] };
};
