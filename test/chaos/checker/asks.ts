import { unmarkedDuplicates } from '../../system/support/mails';
import type { AskMail } from '../../system/support/mails';
import type { Check, SeenEvent, SeenJourney, SeenParty } from './seen';
import { openOnes } from './seen';

/** Invariants 3 and 6: who is asked gets a mail, and nobody gets two for one ask that do not say so. */

/** How long after it was recorded an ask may be on its way. */
const ON_ITS_WAY_MS = 5_000;

const isAsk = (e: SeenEvent): boolean =>
  e.type === 'asked' || (e.type === 'opened' && (e['asks'] as number) > 0);

/** What an ask's mail shows of it. */
const shown = (journey: string, to: string | undefined, times: number): string => `${journey} ${to} ${times}`;

const asksOf = (j: SeenJourney, addresses: ReadonlyMap<string, string>): string[] =>
  j.events
    .filter(isAsk)
    .map((e) => shown(j.id, addresses.get((e['askedNow'] as SeenParty).person), e['asks'] as number));

const firstTries = (mails: readonly AskMail[]): AskMail[] => {
  const asks = new Set<string>();
  return mails.filter(({ ask, standDown }) => !standDown && !asks.has(ask) && asks.add(ask));
};

/** The list without one of each in `taken`. */
const without = (list: readonly string[], taken: readonly string[]): string[] => {
  const rest = [...list];
  for (const item of taken) {
    const at = rest.indexOf(item);
    if (at >= 0) rest.splice(at, 1);
  }
  return rest;
};

export const noMailWithoutItsAsk: Check = (seen) => {
  const asks = seen.journeys.flatMap((j) => asksOf(j, seen.addresses));
  const mails = firstTries(seen.mails).map((m) => shown(m.journey, m.to, m.times));
  return without(mails, asks).map((mail) => `a mail was sent for which no ask is on record: ${mail}`);
};

export const noAskTwice: Check = (seen) => [
  ...unmarkedDuplicates(seen.mails).map(
    (m) => `ask ${m.ask} of ${m.journey} was mailed again and does not say so`,
  ),
  ...seen.journeys.flatMap((j) => {
    const asks = j.events
      .filter(isAsk)
      .map((e) => `${String(e['key'])}/${String(e['opening'])}/${String(e['asks'])}`);
    return asks.filter((a, i) => asks.indexOf(a) !== i).map((a) => `${j.id} recorded the ask ${a} twice`);
  }),
];

/** Whoever is asked now was reached: an ask that another took the place of may have been cancelled, the live one may not. */
export const whoIsAskedIsReached: Check = (seen) =>
  seen.journeys.flatMap((j) =>
    openOnes(j).flatMap((o) => {
      const event = j.events.findLast(
        (e) => isAsk(e) && e['key'] === o.key && e['opening'] === o.opening && e['asks'] === o.asks,
      );
      const to = seen.addresses.get(o.askedNow.person);
      if (o.asks === 0 || to === undefined || event === undefined) return [];
      if (Date.parse(seen.at) - Date.parse(event.at) < ON_ITS_WAY_MS) return [];
      const reached = seen.mails.some((m) => m.journey === j.id && m.to === to && m.times === o.asks);
      return reached ? [] : [`${o.askedNow.person} is asked about ${o.key} of ${j.id} and got no mail`];
    }),
  );
