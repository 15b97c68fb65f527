import { listMail } from '../../../src/local/mail-sink';
import type { StoredMail } from '../../../src/local/mail-sink';

/** One mail of the sink, as somebody reads it who knows only what mails look like. */
export interface AskMail {
  /** The outbox row that it is for: the same however often it was tried. */
  ask: string;
  attempt: number;
  journey: string;
  to: string;
  /** How often somebody was asked for this, this time included, as the mail says it. */
  times: number;
  standDown: boolean;
  mail: StoredMail;
}

export const asksIn = (folder: string): AskMail[] =>
  listMail(folder).map((mail) => ({
    ask: mail.headers['x-failsafe-ask'] ?? '',
    attempt: Number(mail.headers['x-failsafe-attempt']),
    journey: /\/journeys\/([0-9a-f-]{36})/.exec(mail.text)?.[1] ?? '',
    to: /<?([^\s<>]+@[^\s<>]+)>?$/.exec(mail.to)?.[1] ?? mail.to,
    times: timesIn(mail.text),
    standDown: mail.subject.includes('stand down'),
    mail,
  }));

const timesIn = (text: string): number => {
  const asked = /Asked: (.+)/.exec(text)?.[1] ?? '';
  return asked.startsWith('for the first')
    ? 1
    : asked.startsWith('for the second')
      ? 2
      : Number.parseInt(asked, 10);
};

/** Mails that came twice and do not say so: an ask's second mail must be marked as a later attempt. */
export const unmarkedDuplicates = (mails: readonly AskMail[]): AskMail[] => {
  const seen = new Set<string>();
  return mails.filter(({ ask, attempt }) => {
    const first = !seen.has(ask);
    seen.add(ask);
    return !first && !(attempt > 1);
  });
};
