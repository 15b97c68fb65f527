import { elapsedMs, parseDuration } from '../../domain/calendar';
import type { Clock, Ladder, Policy } from '../../domain/policy';

const minuteOfDay = (time: string): number => Number(time.slice(0, 2)) * 60 + Number(time.slice(3));

/** A duration's length on a clock; on the working clock a day is as long as the policy's working day. */
export const lengthOn = (duration: string, clock: Clock, workingDay: Policy['workingDay']): number => {
  if (clock === 'elapsed') return elapsedMs(duration);
  const { days, ms } = parseDuration(duration);
  return days * (minuteOfDay(workingDay.end) - minuteOfDay(workingDay.start)) * 60_000 + ms;
};

/** How long after its first ask a ladder asks the desk, in milliseconds of one clock; nothing if it mixes clocks. */
export const deskAfter = (
  ladder: Ladder,
  clock: Clock,
  workingDay: Policy['workingDay'],
): number | undefined => {
  let total = 0;
  for (const { wait, clock: runs = 'elapsed' } of ladder.rungs) {
    if (wait === undefined) continue;
    if (runs !== clock) return undefined;
    total += lengthOn(wait, clock, workingDay);
  }
  return total;
};
