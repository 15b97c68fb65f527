import { csvLine } from '../api/csv';
import type { DowntimeList } from './downtime-list';

const COLUMNS = [
  'asked',
  'role',
  'numbers',
  'patient',
  'birthDate',
  'nhsNumber',
  'hospitalNumber',
  'identifiers',
  'duty',
  'category',
  'limitAt',
  'nextEscalationAt',
  'asks',
  'accountable',
  'journey',
  'key',
  'done',
  'doneAt',
  'doneBy',
];

/** The same list for a spreadsheet: one line a duty, with three empty columns for what was done. Times are UTC. */
export const downtimeCsv = ({ people }: DowntimeList): string =>
  [
    COLUMNS,
    ...people.flatMap(({ name, role, numbers, duties }) =>
      duties.map((d) => [
        name,
        role,
        numbers.join('; '),
        d.patient?.name,
        d.patient?.birthDate,
        d.patient?.nhsNumber,
        d.patient?.hospitalNumber,
        d.identifiers.join('; '),
        d.kind,
        d.category,
        d.limitAt,
        d.nextAt,
        d.asks,
        d.accountable,
        d.journey,
        d.key,
        '',
        '',
        '',
      ]),
    ),
  ]
    .map(csvLine)
    .join('');
