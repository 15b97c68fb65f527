import { DateTime } from 'luxon';
import type { Finding } from '../../domain/facts';
import type { Party } from '../../domain/people';
import type { Category, Instant, ObligationKind, RoleKey } from '../../domain/vocabulary';
import { OBLIGATION_KINDS } from '../../domain/vocabulary';
import { DUTY_TEXTS } from '../policy/duty-texts';
import { inWords } from '../policy/words';
import type { Naming } from './naming';

/** The words in which a dossier speaks: who, which duty, when. */
export interface Words {
  who(person: string, role: RoleKey | 'clinician'): string;
  party(p: { role: RoleKey; person?: string }): string;
  /** A duty by its key: `“Acknowledge the report” (r1)`. */
  duty(key: string): string;
  when(at: Instant): string;
  /** An id of ours or of a source system, with a space before it; nothing for the family. */
  id(id: string): string;
}

/** Local time as people write it: `Mon 7 Jul 2014, 15:20:00 BST`. */
export const localTime = (at: Instant, zone: string): string => {
  const there = DateTime.fromISO(at, { zone }).setLocale('en-GB');
  return `${there.toFormat('ccc d LLL yyyy, HH:mm:ss')} ${there.offsetNameShort}`;
};

/** `2014-07-07 14:20:00 UTC` */
export const utcTime = (at: Instant): string => `${at.slice(0, 10)} ${at.slice(11, 19)} UTC`;

export const kindOf = (key: string): ObligationKind | undefined => {
  const kind = key.split(':', 1)[0];
  return OBLIGATION_KINDS.find((k) => k === kind);
};

/** Kinds whose key goes on with a report version. What the key of another says is an id, and stands beside it. */
const OF_VERSION: readonly ObligationKind[] = [
  'assure',
  'acknowledge',
  'plan',
  'complete',
  'tell-patient',
  'tell-gp',
];

const dutyName = (key: string, redacted: boolean): string => {
  const kind = kindOf(key);
  if (kind === undefined) return redacted ? 'a duty' : `“${key}”`;
  const [, ...rest] = key.split(':');
  const about = OF_VERSION.includes(kind) ? rest.slice(0, redacted ? 1 : undefined) : [];
  return `“${DUTY_TEXTS[kind].name}”${about.length === 0 ? '' : ` (${about.join(':')})`}`;
};

export const wordsOf = (naming: Naming, zone: string, redacted: boolean): Words => ({
  who: naming,
  party: ({ person, role }) => (person === undefined ? `the ${inWords(role)}` : naming(person, role)),
  duty: (key) => dutyName(key, redacted),
  when: (at) => localTime(at, zone),
  id: (id) => (redacted ? '' : ` ${id}`),
});

const CATEGORY: Record<Category, string> = {
  critical: 'critical finding',
  urgent: 'urgent finding',
  cancer: 'finding of suspected cancer',
  'significant-unexpected': 'significant unexpected finding',
  routine: 'routine finding',
};

/** `finding of suspected cancer in the chest (suspected primary: lung)` */
export const findingInWords = ({ category, region, primarySite, expected }: Omit<Finding, 'id'>): string =>
  `${CATEGORY[category]} in the ${inWords(region)}${primarySite === undefined ? '' : ` (suspected primary: ${primarySite})`}` +
  (expected ? ', known before' : '');

export const listed = (items: readonly string[], none = 'none'): string =>
  items.length === 0
    ? none
    : items.length === 1
      ? items[0]!
      : `${items.slice(0, -1).join(', ')} and ${items.at(-1)}`;

export const sameParty = (a: Party, b: Party): boolean => a.person === b.person && a.role === b.role;
export { inWords } from '../policy/words';
