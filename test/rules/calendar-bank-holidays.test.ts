import Holidays from 'date-holidays';
import { readFileSync } from 'node:fs';
import { bankHolidaysSchema, loadBankHolidays } from '../../src/policy/bank-holidays';

const table = loadBankHolidays();
const divisions = Object.values(table);

/** Days kept instead of, or besides, the usual ones: by law of the year alone, so they are data and no rule. */
const PROCLAIMED = ['2026-06-15'];

const isWeekend = (date: string): boolean => [0, 6].includes(new Date(date).getUTCDay());

describe('the table of bank holidays', () => {
  it('is sorted, without repeats, never at a weekend, and covers 2014 to 2028 without a gap', () => {
    for (const { events } of divisions) {
      const dates = events.map((event) => event.date);
      expect(dates).toEqual([...new Set(dates)].sort());
      expect(dates.filter(isWeekend)).toEqual([]);
      const years = [...new Set(dates.map((date) => date.slice(0, 4)))];
      expect(years).toEqual(Array.from({ length: 15 }, (_, i) => String(2014 + i)));
    }
  });

  it('has eight holidays a year in England and Wales, nine in Scotland, ten in Northern Ireland, but for one-offs', () => {
    const counts = divisions.map(({ division, events }) => [
      division,
      [2024, 2025, 2026, 2027, 2028].map((year) => events.filter((e) => e.date.startsWith(`${year}`)).length),
    ]);
    expect(Object.fromEntries(counts)).toEqual({
      'england-and-wales': [8, 8, 8, 8, 8],
      scotland: [9, 9, 10, 9, 9],
      'northern-ireland': [10, 10, 10, 10, 10],
    });
  });

  /** Two sources made apart from each other; the library also lists the Saturday or Sunday that a substitute stands for. */
  it.each([
    ['england-and-wales', 'ENG'],
    ['england-and-wales', 'WLS'],
    ['scotland', 'SCT'],
    ['northern-ireland', 'NIR'],
  ] as const)('agrees with date-holidays: %s (%s)', (division, region) => {
    const library = new Holidays('GB', region);
    const theirs = new Set<string>();
    for (let year = 2014; year <= 2028; year++)
      for (const day of library.getHolidays(year))
        if (day.type === 'public' || day.type === 'bank') theirs.add(day.date.slice(0, 10));
    const ours = table[division].events
      .map((event) => event.date)
      .filter((date) => !PROCLAIMED.includes(date));
    expect(ours).toEqual([...theirs].filter((date) => !isWeekend(date)).sort());
  });

  it('keeps Boxing Day 2026 on Monday the 28th alone, as gov.uk does', () => {
    const december = table['england-and-wales'].events.filter((event) => event.date.startsWith('2026-12'));
    expect(december.map(({ date, title, notes }) => [date, title, notes])).toEqual([
      ['2026-12-25', 'Christmas Day', ''],
      ['2026-12-28', 'Boxing Day', 'Substitute day'],
    ]);
  });
});

describe('an edited table', () => {
  const edited = (): typeof table =>
    JSON.parse(readFileSync('policies/bank-holidays.json', 'utf8')) as typeof table;

  it('takes a proclaimed holiday as one more line', () => {
    const more = edited();
    more['england-and-wales'].events.push({
      title: 'A proclaimed day',
      date: '2027-06-01',
      notes: '',
      bunting: true,
    });
    expect(bankHolidaysSchema.safeParse(more).success).toBe(true);
  });

  it('is refused with a date twice, no date, or a division missing', () => {
    const twice = edited();
    twice.scotland.events.push({ ...twice.scotland.events[0]! });
    expect(bankHolidaysSchema.safeParse(twice).success).toBe(false);
    const odd = edited();
    odd.scotland.events[0]!.date = '2026-02-30';
    expect(bankHolidaysSchema.safeParse(odd).success).toBe(false);
    expect(bankHolidaysSchema.safeParse({ scotland: edited().scotland }).success).toBe(false);
  });

  it('says what to do when the file is missing or broken', () => {
    expect(() => loadBankHolidays('policies/nowhere.json')).toThrow('gov.uk/bank-holidays.json');
    expect(() => loadBankHolidays('package.json')).toThrow('gov.uk/bank-holidays.json');
  });
});
