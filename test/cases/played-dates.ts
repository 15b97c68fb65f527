import { DateTime, Duration } from 'luxon';
import { loadBankHolidays } from '../../src/policy/bank-holidays';

const ZONE = 'Europe/London';
/** The skipped clock starts now and only goes forward, so a case is played at least this far ahead. */
const AHEAD = { days: 2 };

const onDay = (day: string, time = '00:00'): DateTime => DateTime.fromISO(`${day}T${time}`, { zone: ZONE });

/** The next bank holiday of England that is not in a table's far end. */
const nextBankHoliday = (from: DateTime): DateTime => {
  const days = loadBankHolidays()['england-and-wales'].events.map((e) => onDay(e.date));
  const next = days.filter((day) => day > from).sort((a, b) => a.toMillis() - b.toMillis())[0];
  if (!next)
    throw new Error('The table of bank holidays has ended: put a newer one into policies/bank-holidays.json');
  return next;
};

/** The next day of the same season and the same weekday. */
const sameSeason = (first: DateTime, from: DateTime): DateTime => {
  for (let year = from.year; ; year++) {
    const wish = first.set({ year });
    const off = (first.weekday - wish.weekday + 10) % 7;
    const day = wish.plus({ days: off - 3 });
    if (day > from) return day;
  }
};

/**
 * A case is played in the near future, on days that fit its own: the same weekday and season (or a bank holiday). Scripts
 * and tables speak in the case's own dates; this translates.
 */
export class PlayedDates {
  private readonly days: number;

  constructor(begins: { day: string; on?: 'a bank holiday' }, now: string) {
    const first = onDay(begins.day);
    const from = DateTime.fromISO(now, { zone: ZONE }).plus(AHEAD);
    const played = begins.on === 'a bank holiday' ? nextBankHoliday(from) : sameSeason(first, from);
    this.days = Math.round(played.diff(first, 'days').days);
  }

  /** `2014-07-07 10:30`, local time, as the instant at which it is played. */
  instant(text: string): string {
    const [day, time] = text.split(' ');
    const local = onDay(day!, time);
    if (time === undefined || !local.isValid)
      throw new Error(`"${text}" is no day and time such as 2014-07-07 10:30`);
    return local.plus({ days: this.days }).toUTC().toISO()!;
  }

  /** A played instant in the case's own dates. */
  own(instant: string): string {
    return DateTime.fromISO(instant, { zone: ZONE }).minus({ days: this.days }).toFormat('yyyy-MM-dd HH:mm');
  }
}

/** An instant some days, hours and minutes on. */
export const later = (instant: string, by: { days?: number; hours?: number; minutes?: number }): string =>
  DateTime.fromISO(instant, { zone: ZONE }).plus(by).toUTC().toISO()!;

export const millis = (duration: string): number => Duration.fromISO(duration).toMillis();

/** The time between two instants to the minute, as ISO 8601: `PT14H`, `P2DT4H`. */
export const between = (from: string, to: string): string => {
  const minutes = Math.max(0, Math.floor((Date.parse(to) - Date.parse(from)) / 60_000));
  const [days, hours, rest] = [Math.floor(minutes / 1440), Math.floor(minutes / 60) % 24, minutes % 60];
  const time = `${hours > 0 ? `${hours}H` : ''}${rest > 0 ? `${rest}M` : ''}`;
  if (days === 0 && time === '') return 'PT0S';
  return `P${days > 0 ? `${days}D` : ''}${time === '' ? '' : `T${time}`}`;
};

/** A duration in words: `2 days 4 hours`, `at once`. */
export const inWords = (duration: string): string => {
  const { days, hours, minutes } = Duration.fromISO(duration).shiftTo('days', 'hours', 'minutes').toObject();
  const words = [
    [days, 'day'],
    [hours, 'hour'],
    [minutes, 'minute'],
  ].flatMap(([n, unit]) => (n ? [`${n} ${unit}${n === 1 ? '' : 's'}`] : []));
  return words.length === 0 ? 'at once' : words.join(' ');
};
