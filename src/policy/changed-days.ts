import type { Nation } from '../../domain/vocabulary';
import type { BankHolidays } from './bank-holidays';

/** A day that is a holiday in one of two tables and not in the other, and for whom. */
export interface ChangedDay {
  nation: Nation;
  day: string;
}

const NATIONS_OF = {
  'england-and-wales': ['england', 'wales'],
  scotland: ['scotland'],
  'northern-ireland': ['northern-ireland'],
} as const satisfies Record<keyof BankHolidays, readonly Nation[]>;

/** What changes from one table of bank holidays to the next. Without an older table, nothing was decided by one. */
export const changedDays = (before: BankHolidays | undefined, after: BankHolidays): ChangedDay[] => {
  if (!before) return [];
  return (Object.keys(NATIONS_OF) as (keyof typeof NATIONS_OF)[]).flatMap((division) => {
    const old = before[division].events.map((event) => event.date);
    const now = after[division].events.map((event) => event.date);
    const days = [...old.filter((day) => !now.includes(day)), ...now.filter((day) => !old.includes(day))];
    return days.flatMap((day) => NATIONS_OF[division].map((nation) => ({ nation, day })));
  });
};
