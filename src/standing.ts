import { join } from 'node:path';
import { calendarHorizon } from '../domain/calendar';
import type { INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { CoreModule } from './core.module';
import { readDirectory } from './directory/directory-file';
import { DirectoryService } from './directory/directory.service';
import { ClockPort } from './intake/clock';
import { DataSource } from 'typeorm';
import { nestLogger } from './logging';
import { root } from './local/paths';
import { calendarFor, loadBankHolidays } from './policy/bank-holidays';
import { loadPolicy } from './policy/policy-file';
import { RulebookService } from './policy/rulebook.service';

/** Files that ship, wherever the program was started from. */
const shipped = (file: string): string => join(root, 'policies', file);

class SetUp {}

/** The database without anything that runs on it: for set-up and for the commands that change what stands. */
export const withCore = async <T>(
  databaseUrl: string,
  act: (app: INestApplicationContext) => Promise<T>,
): Promise<T> => {
  const setUp = {
    module: SetUp,
    imports: [CoreModule.forRoot({ databaseUrl, poolSize: 2 })],
    providers: [DirectoryService],
  };
  const app = await NestFactory.createApplicationContext(setUp, { logger: nestLogger, abortOnError: false });
  try {
    return await act(app);
  } finally {
    await app.close();
  }
};

export interface StandingOptions {
  /** The demonstration's policy stands, in which a day lasts ten seconds. */
  demo: boolean;
  /** Load the fictitious trust where no directory was loaded: for trials on this machine, never beside a given database. */
  fictitious: boolean;
}

/**
 * Sees to it that a policy, the bank holidays and a directory stand. What was put there by an administrator stays; only
 * what is missing is loaded. @returns lines for whoever started the program
 */
export const ensureStanding = (
  databaseUrl: string,
  { demo, fictitious }: StandingOptions,
): Promise<string[]> =>
  withCore(databaseUrl, async (app) => {
    const rulebooks = app.get(RulebookService);
    const [stands] = await app
      .get(DataSource)
      .query<{ policy: string | null; calendar: string | null; people: number }[]>(
        'select policy, calendar, (select count(*)::int from directory_person) as people from standing',
      );
    if (demo || !stands!.policy)
      await rulebooks.keepPolicy(loadPolicy(shipped(demo ? 'demo.yaml' : 'england.yaml')), true);
    if (!stands!.calendar) await rulebooks.keepCalendar(loadBankHolidays(shipped('bank-holidays.json')));
    if (stands!.people === 0 && fictitious)
      await app.get(DirectoryService).load(readDirectory(shipped('directory.fictitious.yaml')));
    const standing = await rulebooks.standing();
    const policy = await rulebooks.policy(standing.policy);
    const horizon = calendarHorizon(
      calendarFor(policy, await rulebooks.calendar(standing.calendar)),
      await app.get(ClockPort).now(),
    );
    return [
      `policy "${policy.name}", version ${policy.version}${policy.signed ? '' : ' (a proposal: nobody has signed it)'}`,
      ...(stands!.people === 0 && !fictitious
        ? ['no directory is loaded, so every ask goes to the desk: npm start -- directory FILE']
        : []),
      ...(horizon === undefined ? [] : [`warning: ${horizon}`]),
    ];
  });

/** Loads a directory file and tells the journeys that it touches. */
export const loadDirectory = (databaseUrl: string, file: string): Promise<string> =>
  withCore(databaseUrl, async (app) => {
    const loaded = await app.get(DirectoryService).load(readDirectory(file));
    return loaded.changed
      ? `The directory stands (version ${loaded.version}); ${loaded.journeys} open journeys were told.`
      : 'This directory stands already.';
  });
