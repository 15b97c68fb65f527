import { parseDuration } from '../../domain/calendar';
import type { Clock, Conditions } from '../../domain/policy';

/** Codes and durations as people write them. */

const counted = (n: number, unit: string): string => `${n} ${unit}${n === 1 ? '' : 's'}`;

/** `PT90M` is "1 hour 30 minutes", `P3D` on the working clock "3 working days". */
export const durationInWords = (duration: string, clock: Clock): string => {
  const { days, ms } = parseDuration(duration);
  const minutes = ms / 60_000;
  const working = clock === 'working' ? 'working ' : '';
  const parts = [
    [days, 'day'],
    [Math.floor(minutes / 60), 'hour'],
    [Math.floor(minutes % 60), 'minute'],
    [(ms / 1000) % 60, 'second'],
  ] as const;
  return parts
    .filter(([n]) => n > 0)
    .map(([n, unit]) => counted(n, `${working}${unit}`))
    .join(' ');
};

const WORDS: Record<string, string> = {
  ed: 'emergency department',
  gp: 'GP',
  'two-week-wait': 'two-week wait',
  XR: 'X-ray',
  FL: 'fluoroscopy',
  accountable: 'who is accountable',
  'mdt-coordinator': 'MDT coordinator',
  desk: 'failsafe desk',
};

/** A code in words. */
export const inWords = (code: string): string => WORDS[code] ?? code.replaceAll('-', ' ');

const listed = (codes: readonly string[]): string => codes.map(inWords).join(' or ');

/** What a limit holds for; `others` where it has no condition of its own. */
export const conditionsInWords = (when: Conditions, others: string): string =>
  [
    when.category && `${listed(when.category)} finding`,
    when.priority && `${listed(when.priority)} priority`,
    when.setting && listed(when.setting),
    when.modality && listed(when.modality),
    when.patientClass && listed(when.patientClass),
    when.subject && listed(when.subject),
  ]
    .filter((part) => part !== undefined)
    .join(', ') || others;
