import { readFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import type { Calendar } from '../../domain/calendar';
import type { Policy } from '../../domain/policy';
import type { Nation } from '../../domain/vocabulary';
import { POLICIES } from './policy-file';

/**
 * The table of bank holidays: plain data in the shape of https://www.gov.uk/bank-holidays.json, so that the published file
 * can take its place as it is, and a holiday proclaimed tomorrow is one more line.
 */

const DIVISIONS = ['england-and-wales', 'scotland', 'northern-ireland'] as const;
type Division = (typeof DIVISIONS)[number];

const DIVISION_OF: Record<Nation, Division> = {
  england: 'england-and-wales',
  wales: 'england-and-wales',
  scotland: 'scotland',
  'northern-ireland': 'northern-ireland',
};

const holiday = z.object({
  title: z.string().min(1),
  date: z.iso.date(),
  notes: z.string(),
  bunting: z.boolean(),
});
const division = <D extends Division>(name: D) =>
  z
    .object({ division: z.literal(name), events: z.array(holiday).min(1) })
    .refine(({ events }) => new Set(events.map((e) => e.date)).size === events.length, 'has a date twice');

export const bankHolidaysSchema = z.object({
  'england-and-wales': division('england-and-wales'),
  scotland: division('scotland'),
  'northern-ireland': division('northern-ireland'),
});
export type BankHolidays = z.output<typeof bankHolidaysSchema>;

/** Reads and checks the table. */
export const loadBankHolidays = (file = path.join(POLICIES, 'bank-holidays.json')): BankHolidays => {
  const remedy = 'put the file of https://www.gov.uk/bank-holidays.json in its place';
  let table: unknown;
  try {
    table = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new Error(`The bank holidays in ${file} cannot be read (${(error as Error).message}): ${remedy}`, {
      cause: error,
    });
  }
  const parsed = bankHolidaysSchema.safeParse(table);
  if (parsed.success) return parsed.data;
  throw new Error(`The bank holidays in ${file} cannot be used: ${z.prettifyError(parsed.error)}\n${remedy}`);
};

/** The calendar on which a policy's limits run: its own nation's, or that of a journey in another. */
export const calendarFor = (
  policy: Policy,
  table: BankHolidays,
  nation: Nation = policy.nation,
): Calendar => ({
  timeZone: policy.timeZone,
  holidays: table[DIVISION_OF[nation]].events.map((event) => event.date),
  workingDay: policy.workingDay,
  ...(policy.secondsPerDay === undefined ? {} : { secondsPerDay: policy.secondsPerDay }),
});
