import { DateTime } from 'luxon';
import type { Clock } from './policy';
import type { Instant } from './vocabulary';

/**
 * Time on the two clocks that limits run on. Only used where deadlines are worked out and stored, never in a workflow: time
 * zone data change with the platform, a stored deadline does not.
 */
export interface Calendar {
  timeZone: string;
  /** Bank holidays of the nation, ISO dates. */
  holidays: string[];
  /** Local times `HH:MM`; days 1 (Monday) to 7. */
  workingDay: { start: string; end: string; days: number[] };
  /** Demonstrations only: how many real seconds a policy day lasts. */
  secondsPerDay?: number;
}

const MINUTE = 60_000;
const DAY = 86_400_000;

const DURATION = /^P(?:(\d{1,4})W|(?:(\d{1,5})D)?(?:T(?=\d)(?:(\d{1,6})H)?(?:(\d{1,7})M)?(?:(\d{1,8})S)?)?)$/;

/**
 * An ISO 8601 duration as whole days and the rest in milliseconds. Months and years are refused: a limit must not depend on
 * the month in which it starts.
 */
export const parseDuration = (text: string): { days: number; ms: number } => {
  const found = DURATION.exec(text);
  const [weeks, days, hours, minutes, seconds] = (found?.slice(1) ?? []).map((part) => Number(part ?? 0));
  const parsed = {
    days: 7 * (weeks ?? 0) + (days ?? 0),
    ms: (hours ?? 0) * 60 * MINUTE + (minutes ?? 0) * MINUTE + (seconds ?? 0) * 1000,
  };
  if (found === null || parsed.days * DAY + parsed.ms === 0)
    throw new RangeError(
      `"${text}" is no duration of weeks, days, hours, minutes or seconds such as PT24H or P28D`,
    );
  return parsed;
};

/** A duration's length on the elapsed clock. */
export const elapsedMs = (duration: string): number => {
  const { days, ms } = parseDuration(duration);
  return days * DAY + ms;
};

/** A time of day `HH:MM` in milliseconds. */
const timeOfDay = (time: string): number => (Number(time.slice(0, 2)) * 60 + Number(time.slice(3))) * MINUTE;

/**
 * A moment on the wall: which day (days since 1970) and how far into it. Working time is counted here, where every day is
 * alike; policy keeps working hours clear of the night hours in which the clocks change.
 */
interface WallTime {
  day: number;
  ms: number;
}

const wallTimeOf = (ms: number, calendar: Calendar): WallTime => {
  const local = DateTime.fromMillis(ms, { zone: calendar.timeZone });
  const onTheWall = ms + local.offset * MINUTE;
  const day = Math.floor(onTheWall / DAY);
  return { day, ms: onTheWall - day * DAY };
};

const millisOfWallTime = ({ day, ms }: WallTime, calendar: Calendar): number =>
  DateTime.fromMillis(day * DAY + ms, { zone: 'utc' })
    .setZone(calendar.timeZone, { keepLocalTime: true })
    .toMillis();

const isWorkingDay = (calendar: Calendar, day: number): boolean => {
  const weekday = ((((day + 3) % 7) + 7) % 7) + 1; // 1 January 1970 was a Thursday
  if (!calendar.workingDay.days.includes(weekday)) return false;
  return !calendar.holidays.includes(new Date(day * DAY).toISOString().slice(0, 10));
};

const nextWorkingDay = (calendar: Calendar, day: number): number => {
  for (let next = day + 1; next <= day + 366; next++) if (isWorkingDay(calendar, next)) return next;
  throw new RangeError('the calendar has no working day within a year');
};

/** This moment if it is a working one, or the opening of the next working day. Opening and closing belong to the day. */
const nextWorkingMoment = (calendar: Calendar, { day, ms }: WallTime): WallTime => {
  const open = timeOfDay(calendar.workingDay.start);
  if (isWorkingDay(calendar, day) && ms <= timeOfDay(calendar.workingDay.end))
    return { day, ms: Math.max(ms, open) };
  return { day: nextWorkingDay(calendar, day), ms: open };
};

const addWorking = (calendar: Calendar, start: WallTime, days: number, ms: number): WallTime => {
  const open = timeOfDay(calendar.workingDay.start);
  const close = timeOfDay(calendar.workingDay.end);
  let day = start.day;
  for (let i = 0; i < days; i++) day = nextWorkingDay(calendar, day);
  let end = start.ms + ms;
  while (end > close) {
    end = open + (end - close);
    day = nextWorkingDay(calendar, day);
  }
  return { day, ms: end };
};

const instantOf = (ms: number): Instant => {
  const text = new Date(ms).toISOString();
  if (text.length !== 24) throw new RangeError(`${text} is beyond the year 9999`);
  return text;
};

const millisOf = (instant: Instant): number => {
  const ms = Date.parse(instant);
  if (Number.isNaN(ms)) throw new RangeError(`"${instant}" is no instant`);
  return ms;
};

/**
 * The instant that lies `duration` after `from` on a clock.
 *
 * Elapsed: exact time, and a day is 24 hours. A patient with a critical finding does not get an hour more because the clocks
 * go back that night, and P1D is PT24H wherever it stands.
 *
 * Working: a start outside working hours waits for the next opening. Days are that many working days, at the same local
 * time; hours and minutes are used up within working hours. A deadline may fall on the closing minute.
 *
 * Where a demonstration shortens the day, everything shrinks with it and every hour works.
 */
export const addOnClock = (from: Instant, duration: string, clock: Clock, calendar: Calendar): Instant => {
  const start = millisOf(from);
  if (calendar.secondsPerDay !== undefined)
    return instantOf(
      start + Math.max(1, Math.round((elapsedMs(duration) * calendar.secondsPerDay * 1000) / DAY)),
    );
  if (clock === 'elapsed') return instantOf(start + elapsedMs(duration));
  const { days, ms } = parseDuration(duration);
  const first = nextWorkingMoment(calendar, wallTimeOf(start, calendar));
  return instantOf(millisOfWallTime(addWorking(calendar, first, days, ms), calendar));
};

/** Whether an instant lies within working hours, opening and closing included. */
export const isWorkingMoment = (instant: Instant, calendar: Calendar): boolean => {
  const moment = wallTimeOf(millisOf(instant), calendar);
  const working = nextWorkingMoment(calendar, moment);
  return working.day === moment.day && working.ms === moment.ms;
};

/**
 * What to warn of when the holiday table ends within a year: beyond its end only weekends count. A table holds through the
 * last day of the year of its last holiday.
 */
export const calendarHorizon = (calendar: Calendar, now: Instant): string | undefined => {
  if (calendar.secondsPerDay !== undefined) return undefined;
  const last = [...calendar.holidays].sort().at(-1);
  if (last === undefined) return 'The table of bank holidays is empty: working time counts weekends only.';
  const end = `${last.slice(0, 4)}-12-31`;
  const inAYear = DateTime.fromISO(now, { zone: calendar.timeZone }).plus({ years: 1 }).toISODate()!;
  if (end >= inAYear) return undefined;
  return `The table of bank holidays ends on ${end}: beyond it, working time counts weekends only.`;
};
