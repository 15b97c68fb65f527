import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { EntityManager } from 'typeorm';
import type { Actor } from '../../domain/inputs';
import type { Instant, RoleKey } from '../../domain/vocabulary';
import { ClockPort } from '../intake/clock';
import { changeBetween } from './directory-change';
import { recordChange } from './directory-evidence';
import type { DirectoryFile, Person } from './directory-schema';
import { HAND_OVER } from './directory-sql';
import { readLeads, readPeople, readStanding, writeDirectory } from './directory-store';
import type { StandingDirectory } from './directory-store';
import { askAgain, tellJourneys, waitForRecords } from './directory-telling';

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

/** A directory with the version under which it stands. */
export interface DirectoryAt {
  version: number;
  directory: StandingDirectory;
}

/** Who loads a directory from the command line: whoever runs the program. */
const OPERATOR: Actor = { person: 'imaging-failsafe', role: 'system' };

/**
 * Who is who, and whom a role means. Loaded as a whole; a change is on record, and tells every open journey that it touches,
 * in its own transaction, so that no duty stays with somebody who left.
 */
@Injectable()
export class DirectoryService {
  constructor(
    private readonly db: DataSource,
    private readonly clock: ClockPort,
  ) {}

  /** Makes this directory stand. Loading the same one again changes nothing. */
  load(directory: DirectoryFile, by: Actor = OPERATOR): Promise<DirectoryLoaded> {
    return this.change(by, () => directory);
  }

  /**
   * The one way in: reads what stands, has it changed, and loads the result as a whole, in one transaction.
   * @param edit what should stand instead; it throws where that cannot be
   */
  async change(by: Actor, edit: (before: DirectoryAt) => DirectoryFile): Promise<DirectoryLoaded> {
    const at = await this.clock.now();
    return this.db.transaction(async (m) => {
      await waitForRecords(m);
      const before = await readStanding(m);
      const version = await versionOf(m);
      const after = edit({ version, directory: before });
      const change = changeBetween(before, after, at);
      if (change.entries.length === 0) return { version, changed: false, journeys: 0, askedAgain: 0 };
      await writeDirectory(m, after);
      await m.query('update standing set directory = $1', [version + 1]);
      await recordChange(m, { version: version + 1, at, by, entries: change.entries });
      const leavers = await handOver(m, at);
      return {
        version: version + 1,
        changed: true,
        journeys: await tellJourneys(m, { ...change, gone: [...change.gone, ...leavers] }, at),
        askedAgain: await askAgain(m, change.readdressed),
      };
    });
  }

  /**
   * Tells the journeys of everybody whose last moment has come since the directory was told of it.
   * @returns how many journeys were told
   */
  async handOver(): Promise<number> {
    const at = await this.clock.now();
    const [due] = await this.db.query<unknown[]>(
      'select 1 from directory_person where left_at <= $1 and not handed_over limit 1',
      [at],
    );
    if (!due) return 0;
    return this.db.transaction(async (m) => {
      await waitForRecords(m);
      return tellJourneys(m, { gone: await handOver(m, at), leads: [], away: [], back: [] }, at);
    });
  }

  /** The directory that stands. */
  async standing(): Promise<DirectoryAt> {
    return this.db.transaction('REPEATABLE READ', async (m) => ({
      version: await versionOf(m),
      directory: await readStanding(m),
    }));
  }

  /** Everybody, by name. */
  people(): Promise<Person[]> {
    return readPeople(this.db.manager);
  }

  /** One person, if they are there. */
  async person(id: string): Promise<Person | undefined> {
    return (await readPeople(this.db.manager, id))[0];
  }

  /** The person whom each role means where nobody is named. */
  leads(): Promise<Partial<Record<RoleKey, string>>> {
    return readLeads(this.db.manager);
  }
}

const versionOf = async (m: EntityManager): Promise<number> => {
  const [row] = await m.query<{ directory: number }[]>('select directory from standing');
  return row!.directory;
};

const handOver = async (m: EntityManager, at: Instant): Promise<string[]> =>
  (await m.query<{ id: string }[]>(HAND_OVER, [at])).map(({ id }) => id);
