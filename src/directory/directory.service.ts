import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { EntityManager } from 'typeorm';
import type { RoleKey } from '../../domain/vocabulary';
import { ClockPort } from '../intake/clock';
import { appendRow } from '../intake/inbox';
import type { DirectoryChange, StandingDirectory } from './directory-change';
import { changeBetween } from './directory-change';
import type { DirectoryFile, Person } from './directory-file';
import { ASK_AGAIN, TOUCHED, WRITE_DIRECTORY } from './directory-sql';

/** What loading a directory did. */
export interface DirectoryLoaded {
  /** The version that stands now; the one before, where nothing differed. */
  version: number;
  changed: boolean;
  /** Journeys that were told, since somebody accountable or asked there was touched. */
  journeys: number;
  /** Asks that go out again, to a new address. */
  askedAgain: number;
}

/**
 * Who is who, and whom a role means. Loaded as a whole; a change tells every open journey that it touches, in its own
 * transaction, so that no duty stays with somebody who left.
 */
@Injectable()
export class DirectoryService {
  constructor(
    private readonly db: DataSource,
    private readonly clock: ClockPort,
  ) {}

  /** Makes this directory stand. Loading the same one again changes nothing. */
  async load(directory: DirectoryFile): Promise<DirectoryLoaded> {
    const at = await this.clock.now();
    return this.db.transaction(async (m) => {
      await waitForRecords(m);
      const change = changeBetween(await this.standing(m), directory);
      if (!change.any) return { version: await version(m, 0), changed: false, journeys: 0, askedAgain: 0 };
      await write(m, directory);
      return {
        version: await version(m, 1),
        changed: true,
        journeys: await tellJourneys(m, change, at),
        askedAgain: await askAgain(m, change.readdressed),
      };
    });
  }

  /** Everybody, by name. */
  async people(m: EntityManager = this.db.manager): Promise<Person[]> {
    const rows = await m.query<(Omit<Person, 'email'> & { email: string | null })[]>(
      'select id, name, email, roles from directory_person order by name, id',
    );
    return rows.map(({ email, ...person }) => ({ ...person, ...(email === null ? {} : { email }) }));
  }

  /** One person, if they are there. */
  async person(id: string): Promise<Person | undefined> {
    const [row] = await this.db.query<(Omit<Person, 'email'> & { email: string | null })[]>(
      'select id, name, email, roles from directory_person where id = $1',
      [id],
    );
    if (!row) return undefined;
    const { email, ...person } = row;
    return { ...person, ...(email === null ? {} : { email }) };
  }

  /** The person whom each role means where nobody is named. */
  async leads(m: EntityManager = this.db.manager): Promise<Partial<Record<RoleKey, string>>> {
    const rows = await m.query<{ role: RoleKey; person: string }[]>(
      'select role, person from directory_lead order by role',
    );
    return Object.fromEntries(rows.map((row) => [row.role, row.person]));
  }

  private async standing(m: EntityManager): Promise<StandingDirectory> {
    return { people: await this.people(m), leads: await this.leads(m) };
  }
}

/**
 * Waits until every record under way has committed, and lets the next one begin only after this transaction: each takes a
 * row lock on its journey before it reads which directory stands. Without this a record that began under the old directory
 * could give a duty to somebody who has just left, after we looked whom to tell. Reading goes on meanwhile.
 */
const waitForRecords = async (m: EntityManager): Promise<void> => {
  await m.query(`set local lock_timeout = '10s'`);
  await m.query('lock table journey in exclusive mode');
  await m.query(`set local lock_timeout = 0`);
};

const version = async (m: EntityManager, raise: 0 | 1): Promise<number> => {
  if (raise > 0) await m.query('update standing set directory = directory + 1');
  const [row] = await m.query<{ directory: number }[]>('select directory from standing');
  return row!.directory;
};

const write = async (m: EntityManager, { people, leads }: DirectoryFile): Promise<void> => {
  const roles = Object.entries(leads).map(([role, person]) => ({ role, person }));
  const [putPeople, putLeads, dropLeads, dropPeople] = WRITE_DIRECTORY;
  await m.query(putPeople, [JSON.stringify(people)]);
  await m.query(putLeads, [JSON.stringify(roles)]);
  await m.query(dropLeads, [roles.map((lead) => lead.role)]);
  await m.query(dropPeople, [people.map((person) => person.id)]);
};

const tellJourneys = async (
  m: EntityManager,
  { gone, leads }: DirectoryChange,
  at: string,
): Promise<number> => {
  const concerned = [...new Set([...gone, ...leads.map((lead) => lead.was)])];
  if (concerned.length === 0) return 0;
  const touched = await m.query<{ journey: string; people: string[] }[]>(TOUCHED, [
    concerned,
    gone,
    JSON.stringify(leads),
  ]);
  for (const { journey, people } of touched)
    await appendRow(m, journey, {
      type: 'directory',
      data: { people },
      by: { person: 'imaging-failsafe', role: 'system' },
      receivedAt: at,
    });
  return touched.length;
};

const askAgain = async (m: EntityManager, people: readonly string[]): Promise<number> => {
  if (people.length === 0) return 0;
  const [row] = await m.query<{ asks: number }[]>(ASK_AGAIN, [people]);
  return row!.asks;
};
