import fc from 'fast-check';
import {
  addOnClock,
  calendarHorizon,
  elapsedMs,
  isWorkingMoment,
  parseDuration,
} from '../../domain/calendar';
import type { Calendar } from '../../domain/calendar';
import { calendarFor, loadBankHolidays } from '../../src/policy/bank-holidays';
import { loadPolicy } from '../../src/policy/policy-file';

const england = loadPolicy('policies/england.yaml');
const table = loadBankHolidays();
const calendar = calendarFor(england, table);
const scotland = calendarFor(england, table, 'scotland');

/** Instants without the noise. */
const at = (text: string): string => new Date(text).toISOString();
const working = (from: string, duration: string, on: Calendar = calendar): string =>
  addOnClock(at(from), duration, 'working', on);
const elapsed = (from: string, duration: string): string =>
  addOnClock(at(from), duration, 'elapsed', calendar);

describe('durations', () => {
  it.each([
    ['PT15M', { days: 0, ms: 900_000 }],
    ['PT24H', { days: 0, ms: 86_400_000 }],
    ['P28D', { days: 28, ms: 0 }],
    ['P2W', { days: 14, ms: 0 }],
    ['P1DT2H30M', { days: 1, ms: 9_000_000 }],
    ['PT90S', { days: 0, ms: 90_000 }],
  ])('%s', (text, parsed) => expect(parseDuration(text)).toEqual(parsed));

  it.each([
    '',
    'P',
    'PT',
    'P1M',
    'P1Y',
    'PT0M',
    'P0D',
    '-P1D',
    'P-1D',
    'PT1.5H',
    'P1W2D',
    'P1D ',
    '24h',
    'P1DT',
  ])('refuses %p', (text) => expect(() => parseDuration(text)).toThrow(RangeError));

  it('takes a day for 24 hours on the elapsed clock', () =>
    expect(elapsedMs('P1D')).toBe(elapsedMs('PT24H')));
});

describe('elapsed time', () => {
  it('runs at night, at weekends and on bank holidays', () => {
    expect(elapsed('2026-12-25T02:00:00Z', 'PT15M')).toBe('2026-12-25T02:15:00.000Z');
    expect(elapsed('2026-12-25T02:00:00Z', 'P28D')).toBe('2027-01-22T02:00:00.000Z');
  });

  it('gives exactly 24 hours over both changes of the clocks', () => {
    expect(elapsed('2026-03-28T12:00:00Z', 'P1D')).toBe('2026-03-29T12:00:00.000Z'); // 13:00 local: one hour was skipped
    expect(elapsed('2026-10-24T11:00:00Z', 'P1D')).toBe('2026-10-25T11:00:00.000Z'); // 11:00 local, from 12:00 BST
    expect(elapsed('2026-10-25T00:30:00Z', 'PT1H')).toBe('2026-10-25T01:30:00.000Z'); // 01:30 to 01:30, local
  });

  it('crosses 29 February', () =>
    expect(elapsed('2028-02-28T10:00:00Z', 'P2D')).toBe('2028-03-01T10:00:00.000Z'));

  it('keeps milliseconds', () =>
    expect(elapsed('2026-11-24T04:00:00.123Z', 'PT1M')).toBe('2026-11-24T04:01:00.123Z'));

  it('refuses what is no instant, and what is beyond all instants', () => {
    expect(() => addOnClock('yesterday', 'PT1H', 'elapsed', calendar)).toThrow(RangeError);
    expect(() => addOnClock('9999-12-31T23:00:00.000Z', 'P1D', 'elapsed', calendar)).toThrow(RangeError);
  });
});

describe('working time in days', () => {
  it('keeps the local time of day', () =>
    expect(working('2026-11-24T10:17:00Z', 'P1D')).toBe('2026-11-25T10:17:00.000Z'));

  it('passes over a weekend', () =>
    expect(working('2026-11-27T10:00:00Z', 'P1D')).toBe('2026-11-30T10:00:00.000Z'));

  it('starts a duty of the night, the weekend or a holiday with the next opening', () => {
    expect(working('2026-11-24T04:00:00Z', 'P1D')).toBe('2026-11-25T09:00:00.000Z');
    expect(working('2026-11-24T17:00:00.001Z', 'P1D')).toBe('2026-11-26T09:00:00.000Z');
    expect(working('2026-11-28T12:00:00Z', 'P1D')).toBe('2026-12-01T09:00:00.000Z');
    expect(working('2026-12-25T02:00:00Z', 'P1D')).toBe('2026-12-30T09:00:00.000Z');
  });

  it('counts the closing minute to the day', () =>
    expect(working('2026-11-24T17:00:00Z', 'P1D')).toBe('2026-11-25T17:00:00.000Z'));

  it('passes over Christmas with its substitute days', () => {
    // 2026: Fri 25 is Christmas Day, Mon 28 stands for Boxing Day. 2027: Mon 27 and Tue 28 stand for both.
    expect(working('2026-12-24T16:00:00Z', 'P1D')).toBe('2026-12-29T16:00:00.000Z');
    expect(working('2026-12-24T16:00:00Z', 'P4D')).toBe('2027-01-04T16:00:00.000Z');
    expect(working('2027-12-24T16:00:00Z', 'P1D')).toBe('2027-12-29T16:00:00.000Z');
    expect(working('2027-12-24T16:00:00Z', 'P4D')).toBe('2028-01-04T16:00:00.000Z');
  });

  it('differs by nation', () => {
    // 2 January and the substitute for it are Scottish; Easter Monday is not; 15 June 2026 was proclaimed there alone.
    expect(working('2026-12-31T10:00:00Z', 'P1D')).toBe('2027-01-04T10:00:00.000Z');
    expect(working('2026-12-31T10:00:00Z', 'P1D', scotland)).toBe('2027-01-05T10:00:00.000Z');
    expect(working('2026-04-02T10:00:00Z', 'P1D')).toBe('2026-04-07T10:00:00.000Z');
    expect(working('2026-04-02T10:00:00Z', 'P1D', scotland)).toBe('2026-04-06T10:00:00.000Z');
    expect(working('2026-06-12T10:00:00Z', 'P1D', scotland)).toBe('2026-06-16T10:00:00.000Z');
    expect(working('2026-06-12T10:00:00Z', 'P1D')).toBe('2026-06-15T10:00:00.000Z');
    expect(calendarFor(england, table, 'wales').holidays).toEqual(calendar.holidays);
  });

  it('keeps the local time of day over both changes of the clocks', () => {
    expect(working('2026-03-27T10:00:00Z', 'P1D')).toBe('2026-03-30T09:00:00.000Z'); // 10:00 GMT, then 10:00 BST
    expect(working('2026-10-23T09:00:00Z', 'P1D')).toBe('2026-10-26T10:00:00.000Z'); // 10:00 BST, then 10:00 GMT
  });

  it('works on 29 February', () =>
    expect(working('2028-02-28T10:00:00Z', 'P1D')).toBe('2028-02-29T10:00:00.000Z'));
});

describe('working time in hours', () => {
  it('is used up within working hours', () => {
    expect(working('2026-11-24T15:00:00Z', 'PT1H')).toBe('2026-11-24T16:00:00.000Z');
    expect(working('2026-11-24T15:00:00Z', 'PT2H')).toBe('2026-11-24T17:00:00.000Z');
    expect(working('2026-11-24T15:00:00Z', 'PT3H')).toBe('2026-11-25T10:00:00.000Z');
    expect(working('2026-12-24T16:30:00Z', 'PT20H')).toBe('2026-12-31T12:30:00.000Z');
  });

  it('comes after the days', () =>
    expect(working('2026-11-26T15:00:00Z', 'P1DT4H')).toBe('2026-11-30T11:00:00.000Z'));

  it('knows the local opening in summer', () =>
    expect(working('2026-07-01T05:00:00Z', 'PT1H')).toBe('2026-07-01T09:00:00.000Z'));
});

it('says so when a calendar has no working day', () => {
  const shut = { ...calendar, workingDay: { ...calendar.workingDay, days: [] } };
  expect(() => working('2026-11-24T15:00:00Z', 'P1D', shut)).toThrow('no working day');
});

describe('a day of ten seconds', () => {
  const demo = calendarFor(loadPolicy('policies/demo.yaml'), table);

  it('shrinks everything alike, and every hour works', () => {
    expect(addOnClock('2026-12-25T02:00:00.000Z', 'P1D', 'elapsed', demo)).toBe('2026-12-25T02:00:10.000Z');
    expect(addOnClock('2026-12-25T02:00:00.000Z', 'P1D', 'working', demo)).toBe('2026-12-25T02:00:10.000Z');
    expect(addOnClock('2026-12-25T02:00:00.000Z', 'PT12H', 'elapsed', demo)).toBe('2026-12-25T02:00:05.000Z');
  });

  it('never brings a deadline to nothing', () =>
    expect(addOnClock('2026-12-25T02:00:00.000Z', 'PT1S', 'elapsed', demo)).toBe('2026-12-25T02:00:00.001Z'));
});

describe('the end of the table', () => {
  it('is warned of within a year', () => {
    expect(calendarHorizon(calendar, '2026-11-24T04:00:00.000Z')).toBeUndefined();
    expect(calendarHorizon(calendar, '2027-12-31T12:00:00.000Z')).toBeUndefined();
    expect(calendarHorizon(calendar, '2028-01-01T00:00:00.000Z')).toContain('ends on 2028-12-31');
    expect(calendarHorizon({ ...calendar, holidays: [] }, '2026-11-24T04:00:00.000Z')).toContain('is empty');
  });

  it('does not concern a demonstration', () =>
    expect(
      calendarHorizon({ ...calendar, holidays: [], secondsPerDay: 10 }, '2040-01-01T00:00:00.000Z'),
    ).toBeUndefined());

  it('leaves weekends beyond it', () =>
    expect(working('2040-12-24T16:00:00Z', 'P1D')).toBe('2040-12-25T16:00:00.000Z'));
});

describe('for all instants and durations', () => {
  const instants = fc
    .date({ min: new Date('2014-01-01'), max: new Date('2032-12-31'), noInvalidDate: true })
    .map((date) => date.toISOString());
  const durations = fc
    .tuple(fc.integer({ min: 0, max: 60 }), fc.integer({ min: 1, max: 6000 }))
    .map(([days, minutes]) => `P${days}DT${minutes}M`);
  const clocks = fc.constantFrom('elapsed' as const, 'working' as const);
  const calendars = fc.constantFrom(calendar, scotland, {
    ...calendar,
    workingDay: { start: '08:30', end: '20:00', days: [1, 2, 3, 4, 5, 6, 7] },
  });
  const check = <T>(property: fc.IProperty<T>) => fc.assert(property, { numRuns: 2000 });

  it('a deadline lies after its start', () =>
    check(
      fc.property(instants, durations, clocks, calendars, (from, duration, clock, on) => {
        expect(addOnClock(from, duration, clock, on) > from).toBe(true);
      }),
    ));

  it('who starts later is not due earlier', () =>
    check(
      fc.property(instants, instants, durations, clocks, calendars, (a, b, duration, clock, on) => {
        const [early, late] = [a, b].sort() as [string, string];
        expect(addOnClock(early, duration, clock, on) <= addOnClock(late, duration, clock, on)).toBe(true);
      }),
    ));

  it('a longer limit does not end earlier', () =>
    check(
      fc.property(
        instants,
        fc.integer({ min: 1, max: 20_000 }),
        fc.integer({ min: 1, max: 20_000 }),
        clocks,
        calendars,
        (from, minutes, more, clock, on) => {
          const short = addOnClock(from, `PT${minutes}M`, clock, on);
          expect(short < addOnClock(from, `PT${minutes + more}M`, clock, on)).toBe(true);
        },
      ),
    ));

  it('a deadline on the working clock is a working moment', () =>
    check(
      fc.property(instants, durations, calendars, (from, duration, on) => {
        expect(isWorkingMoment(addOnClock(from, duration, 'working', on), on)).toBe(true);
      }),
    ));

  it('working days add up, one at a time', () =>
    check(
      fc.property(instants, fc.integer({ min: 1, max: 40 }), calendars, (from, days, on) => {
        let step = from;
        for (let i = 0; i < days; i++) step = addOnClock(step, 'P1D', 'working', on);
        expect(addOnClock(from, `P${days}D`, 'working', on)).toBe(step);
      }),
    ));

  it('the working clock never runs faster than the elapsed one', () =>
    check(
      fc.property(instants, durations, calendars, (from, duration, on) => {
        // A working day over the spring change is 23 hours long; nothing else is shorter than it says.
        const slack = elapsedMs('PT1H');
        const late = Date.parse(addOnClock(from, duration, 'working', on));
        expect(late + slack >= Date.parse(addOnClock(from, duration, 'elapsed', on))).toBe(true);
      }),
    ));
});
