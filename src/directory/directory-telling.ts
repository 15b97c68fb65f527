import type { EntityManager } from 'typeorm';
import { appendRow } from '../intake/inbox';
import type { DirectoryChange } from './directory-change';
import { ASK_AGAIN, REMEMBERED, TOUCHED } from './directory-sql';

/** What a change of the directory does to journeys that are open. */

/**
 * Waits until every record under way has committed, and lets the next one begin only after this transaction: each takes a
 * row lock on its journey before it reads which directory stands. Without this a record that began under the old directory
 * could give a duty to somebody who has just left, after we looked whom to tell. Reading goes on meanwhile.
 */
export const waitForRecords = async (m: EntityManager): Promise<void> => {
  await m.query(`set local lock_timeout = '10s'`);
  await m.query('lock table journey in exclusive mode');
  await m.query(`set local lock_timeout = 0`);
};

type Touch = Pick<DirectoryChange, 'gone' | 'back' | 'away' | 'leads'>;

/** A row in each open journey that a change touches, with the people concerned. @returns how many were told */
export const tellJourneys = async (
  m: EntityManager,
  { gone, back, away, leads }: Touch,
  at: string,
): Promise<number> => {
  const touched = new Map<string, string[]>();
  const note = (rows: { journey: string; people: string[] }[]): void =>
    rows.forEach(({ journey, people }) =>
      touched.set(journey, [...new Set([...(touched.get(journey) ?? []), ...people])].sort()),
    );
  const concerned = [...new Set([...gone, ...away, ...leads.map((lead) => lead.was)])];
  if (concerned.length > 0) note(await m.query(TOUCHED, [concerned, gone, JSON.stringify(leads), away]));
  if (back.length > 0) note(await m.query(REMEMBERED, [back]));
  for (const [journey, people] of [...touched].sort(([a], [b]) => (a < b ? -1 : 1)))
    await appendRow(m, journey, {
      type: 'directory',
      data: { people },
      by: { person: 'imaging-failsafe', role: 'system' },
      receivedAt: at,
    });
  return touched.size;
};

/** The live asks of people with another address go out again. @returns how many */
export const askAgain = async (m: EntityManager, people: readonly string[]): Promise<number> => {
  if (people.length === 0) return 0;
  const [row] = await m.query<{ asks: number }[]>(ASK_AGAIN, [people]);
  return row!.asks;
};
