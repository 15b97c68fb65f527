import type { NotYet } from './case';
import type { CaseEntry, TwinEntry } from './play';
import { inWords } from './played-dates';

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
  `${e.escalations} escalations, ${asksInWords(e.asks)}` +
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
      twin === undefined ? '-' : twin.failures.length === 0 ? `closed, ${asksInWords(twin.asks)}` : 'FAILED',
    ];
  });
  const later = notYet.length === 0 ? '' : `\nnot yet: ${notYet.map((n) => n.id).join(', ')}\n`;
  return `${columns([heads, ...rows])}\n${later}`;
};

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ');

const HOW_TO_READ = `What each case's people did, and failed to do, is played through the real workflows, and every ask goes out to a real mail
server and to the systems that people work in; nobody answers the failsafe except where the case says so. *After* is the
time to the first ask that reached somebody who had not let it lie. Days are counted from the moment at which the staffed
desk was asked, as if everybody before it had let it lie as well. In a case's twin everybody does their part. The limits
are those of \`policies/england.yaml\`, a proposal until it is signed; \`npm run cases -- --policy FILE\` tries another, and
\`--keep DIR\` keeps the evidence.`;

/** What the README says of the cases. It holds nothing that changes from run to run. */
export const markdownTable = ({ cases, twins, notYet }: Findings): string => {
  const heads = [
    'Case',
    'What happened',
    'What the failsafe does first',
    'After',
    'Whose duty it is',
    'The desk',
    'Outcome',
    'Its twin',
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
      e.deskAfter === undefined ? 'never' : inWords(e.deskAfter),
      outcomeInWords(e),
      quiet ? `closes; ${asksInWords(twin.asks)}, no escalation` : 'does not close',
    ];
  });
  const lines = [heads, heads.map(() => '---'), ...rows].map((row) => `| ${row.map(cell).join(' | ')} |`);
  const reasons = [...new Set(notYet.map((n) => n.waitsFor))];
  const later = reasons.map(
    (reason) =>
      `- ${notYet
        .filter((n) => n.waitsFor === reason)
        .map((n) => n.id)
        .join(', ')}: waiting for ${reason}`,
  );
  return `${HOW_TO_READ}\n\n${lines.join('\n')}\n\nNot yet played:\n\n${later.join('\n')}\n`;
};

const asksInWords = (asks: number): string => `${asks} ask${asks === 1 ? '' : 's'}`;

const START = '<!-- cases -->';
const END = '<!-- /cases -->';

/** A page with the table between its markers; the same page where it has none. */
export const withTable = (page: string, table: string): string => {
  const [start, end] = [page.indexOf(START), page.indexOf(END)];
  if (start === -1 || end < start) return page;
  return `${page.slice(0, start + START.length)}\n\n${table}\n${page.slice(end)}`;
};
