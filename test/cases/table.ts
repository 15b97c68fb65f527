import type { NotYet } from './case';
import type { CaseEntry, TwinEntry } from './play';

/** Everything that a run found. */
export interface Findings {
  cases: CaseEntry[];
  twins: TwinEntry[];
  notYet: (NotYet & { outcome: 'not yet' })[];
}

/** `shortened by 29 days`, `prevented`. */
export const outcomeInWords = ({ outcome, days }: Pick<CaseEntry, 'outcome' | 'days'>): string =>
  days === undefined ? outcome : `${outcome} by ${days} days`;

export const caseLine = (e: CaseEntry): string =>
  `${e.failures.length === 0 ? 'ok    ' : 'FAILED'} ${e.id.padEnd(12)} ${outcomeInWords(e).padEnd(20)} ` +
  `${e.firstStep}, ${e.afterInWords === 'at once' || e.after === 'never' ? e.afterInWords : `after ${e.afterInWords}`}` +
  e.failures.map((failure) => `\n         ${failure}`).join('');

export const twinLine = (e: TwinEntry): string =>
  `${e.failures.length === 0 ? 'ok    ' : 'FAILED'} ${e.id.padEnd(12)} ${e.closed ? 'closed' : 'open'}, ` +
  `${e.escalations} escalations, ${e.asks} asks` +
  e.failures.map((failure) => `\n         ${failure}`).join('');

const columns = (rows: readonly string[][]): string => {
  const widths = rows[0]!.map((_, i) => Math.max(...rows.map((row) => row[i]!.length)));
  return rows
    .map((row) =>
      row
        .map((cell, i) => cell.padEnd(widths[i]!))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
};

/** The table on the terminal. */
export const terminalTable = ({ cases, twins, notYet }: Findings): string => {
  const heads = [
    'case',
    '',
    'the failsafe first',
    'after',
    'whose duty',
    'desk after',
    'outcome',
    'expected',
    'twin',
  ];
  const rows = cases.map((e) => {
    const twin = twins.find((t) => t.id === `${e.id}-twin`);
    return [
      e.id,
      e.title,
      e.firstStep,
      e.after,
      e.owner,
      e.deskAfter ?? 'never',
      outcomeInWords(e),
      outcomeInWords({
        outcome: e.expected,
        ...(e.expectedDays === undefined ? {} : { days: e.expectedDays }),
      }),
      twin === undefined ? '-' : twin.failures.length === 0 ? `closed, ${twin.asks} asks` : 'FAILED',
    ];
  });
  const later = notYet.length === 0 ? '' : `\nnot yet: ${notYet.map((n) => n.id).join(', ')}\n`;
  return `${columns([heads, ...rows])}\n${later}`;
};

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ');

/** The README's table. It holds nothing that changes from run to run. */
export const markdownTable = ({ cases, twins, notYet }: Findings): string => {
  const heads = [
    'case',
    'what happened',
    'what the failsafe does first',
    'after',
    'whose duty',
    'outcome',
    'its twin',
  ];
  const rows = cases.map((e) => {
    const twin = twins.find((t) => t.id === `${e.id}-twin`);
    const quiet = twin?.closed === true && twin.escalations === 0;
    return [
      `${e.id} ${e.title}`,
      e.happened,
      e.firstStep,
      e.afterInWords,
      e.owner,
      outcomeInWords(e),
      quiet ? `closes; ${twin.asks} asks, no escalation` : 'does not close',
    ];
  });
  const lines = [heads, heads.map(() => '---'), ...rows].map((row) => `| ${row.map(cell).join(' | ')} |`);
  const later = notYet.map((n) => `${n.id} ${n.title} (waits for ${n.waitsFor})`).join('; ');
  return `${lines.join('\n')}\n\nNot yet played: ${later}.\n`;
};

const START = '<!-- cases -->';
const END = '<!-- /cases -->';

/** A page with the table between its markers; the same page where it has none. */
export const withTable = (page: string, table: string): string => {
  const [start, end] = [page.indexOf(START), page.indexOf(END)];
  if (start === -1 || end < start) return page;
  return `${page.slice(0, start + START.length)}\n\n${table}\n${page.slice(end)}`;
};
