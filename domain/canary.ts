import type { Directory, Member } from './directory';
import type { RoleKey, Subject } from './vocabulary';

/**
 * Who is asked in a canary: an examination that nobody had, which proves the path every day. Its directory has nobody else in it,
 * so whatever role a policy names, and whoever is named in what was sent, no real person can be asked.
 */

/** Ids of canary recipients start with this, and nobody else's may. A dot keeps it apart from every id that is a word. */
export const CANARY_PREFIX = 'canary.';

/** One recipient a role, so that each rung of a ladder can be told from the others. */
export const canaryId = (role: RoleKey): string => `${CANARY_PREFIX}${role}`;

/**
 * The directory of canaries.
 * @param recipients their ids: one for each role, and others that only a canary names (one a channel), who hold every role
 * @param roles every role that somebody can be asked in
 */
export const canaryDirectory = (recipients: readonly string[], roles: readonly RoleKey[]): Directory => {
  const is = new Set(recipients);
  const held = roles.filter((role) => is.has(canaryId(role)));
  const member = (id: string): Member => {
    const own = held.find((role) => canaryId(role) === id);
    return { roles: own === undefined ? [...roles] : [own] };
  };
  return {
    leads: Object.fromEntries(held.map((role) => [role, canaryId(role)])),
    people: Object.fromEntries(recipients.map((id) => [id, member(id)])),
  };
};

/** No canary recipient is set up: a canary that is still open asks nobody. */
const NOBODY: Directory = { leads: {}, people: {} };

/** The people among whom a journey of this subject finds those whom it asks. */
export const directoryFor = (subject: Subject, directory: Directory): Directory =>
  subject === 'canary' ? (directory.canary ?? NOBODY) : directory;
