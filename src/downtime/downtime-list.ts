import type { Contact } from '../asks/reach';
import type { Category, Instant, ObligationKind, RoleKey } from '../../domain/vocabulary';
import type { PatientDetails } from '../intake/patients';

/** One open duty, as whoever works from paper needs it. */
export interface ListedDuty {
  journey: string;
  key: string;
  kind: ObligationKind;
  category?: Category;
  /** Order, accession and study numbers. */
  identifiers: string[];
  patient?: PatientDetails;
  /** Who answers for it, by name. */
  accountable: string;
  limitAt: Instant;
  /** When the next person would be asked. */
  nextAt: Instant;
  asks: number;
}

/** Whom the failsafe asks now, how to reach them, and about what: the most dangerous first, then by limit. */
export interface AskedPerson {
  id: string;
  name: string;
  role: RoleKey;
  /** Phone and bleep numbers, as the directory has them. */
  numbers: string[];
  duties: ListedDuty[];
}

/** Everything that is open, by who is asked: whoever has the most dangerous duty comes first. */
export interface DowntimeList {
  madeAt: Instant;
  /** IANA name; the policy's. */
  timeZone: string;
  people: AskedPerson[];
}

/** One open duty with whom it asks, in the order in which it is to stand. */
export interface OpenDuty extends ListedDuty {
  asked: { person: string; role: RoleKey; name?: string; contacts: readonly Contact[] };
}

const RUNG = new Set<Contact['kind']>(['phone', 'bleep']);

/** @param duties the most dangerous first, then by limit; that order is kept, of people and of each one's duties */
export const downtimeList = (
  duties: readonly OpenDuty[],
  madeAt: Instant,
  timeZone: string,
): DowntimeList => {
  const people = new Map<string, AskedPerson>();
  for (const { asked, ...duty } of duties) {
    const id = `${asked.person}/${asked.role}`;
    const before = people.get(id);
    if (before) before.duties.push(duty);
    else
      people.set(id, {
        id: asked.person,
        name: asked.name ?? asked.person,
        role: asked.role,
        numbers: asked.contacts.filter((c) => RUNG.has(c.kind)).map((c) => `${c.kind} ${c.to}`),
        duties: [duty],
      });
  }
  return { madeAt, timeZone, people: [...people.values()] };
};

export const dutiesIn = (list: DowntimeList): number =>
  list.people.reduce((sum, { duties }) => sum + duties.length, 0);
