import type { Instant } from '../../domain/vocabulary';
import type { AskRow } from './recorded';
import type { Words } from './words';
import { inWords } from './words';

/** Who was asked about what, through which channel, and how far it is proved that they were reached. */
export interface Asked {
  who: string;
  duty: string;
  channel: string;
  first: Instant;
  /** The last, where the same was asked several times with the same outcome. */
  last?: Instant;
  times: number;
  /** The best proof, or what came instead. */
  reached: string;
}

const REACHED: Readonly<Record<string, string>> = {
  sent: 'sent; nothing proves that it arrived',
  delivered: 'delivered',
  read: 'read',
  spoken: 'spoken to',
};
const NOT_REACHED: Readonly<Record<string, string>> = {
  waiting: 'not sent yet',
  sending: 'being sent',
  sent: 'sent; nothing proves that it arrived',
  failed: 'could not be sent',
  cancelled: 'not sent, since it was done by then',
};

const asked = (row: AskRow, w: Words): Asked => ({
  who: w.who(row.recipient, row.role),
  duty: w.duty(row.key) + (row.purpose === 'stand-down' ? ', called off' : ''),
  channel: inWords(row.channel),
  first: row.sentAt ?? row.at,
  times: 1,
  reached: REACHED[row.proof ?? ''] ?? NOT_REACHED[row.status] ?? row.status,
});

const same = (a: Asked, b: Asked): boolean =>
  (['who', 'duty', 'channel', 'reached'] as const).every((part) => a[part] === b[part]);

/** In order; the same again (one person, duty, channel and outcome, with no other ask about that duty between) is one line. */
export const asksOf = (rows: readonly AskRow[], w: Words): Asked[] => {
  const lines: Asked[] = [];
  for (const row of rows) {
    const now = asked(row, w);
    const i = lines.findLastIndex((line) => line.duty === now.duty);
    const last = lines[i];
    if (last && same(last, now)) lines[i] = { ...last, last: now.first, times: last.times + 1 };
    else lines.push(now);
  }
  return lines;
};
