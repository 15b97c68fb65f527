import { Client, CONSULTANT, DESK, RIS, everyItem } from '../system/support/client';
import type { AskMail } from '../system/support/mails';
import type { Outcome, Play, Seen, SeenEvent, SeenJourney, SeenObligation, Witness } from './checker/seen';

/** Where to look. */
export interface Outside {
  url: string;
  plays: Play[];
  mails: () => AskMail[];
  addresses: ReadonlyMap<string, string>;
  /** Temporal's word on a journey, where it is asked. */
  witness?: (journey: string) => Promise<Witness>;
}

const AT_ONCE = 8;

/** Reads everything that can be known from outside. */
export async function look({ url, plays, mails, addresses, witness }: Outside): Promise<Seen> {
  const client = new Client(url);
  const at = new Date().toISOString();
  const before = mails();
  const listed = await everyItem<{ id: string }>(client, '/api/v1/journeys');
  const journeys = await each(listed, ({ id }) => journeyAt(client, id, witness));
  const sent = plays.flatMap((play) => play.sent);
  const commands = sent.flatMap(({ command }) => command ?? []);
  const outcomes = new Map(
    await each(commands, async (c): Promise<[string, Outcome]> => [c, await outcomeAt(client, c)]),
  );
  return { plays, sent, journeys, outcomes, mails: before, addresses, at };
}

/** In this order, a few at a time. */
async function each<T, R>(list: readonly T[], act: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  for (let i = 0; i < list.length; i += AT_ONCE)
    results.push(...(await Promise.all(list.slice(i, i + AT_ONCE).map(act))));
  return results;
}

const outcomeAt = async (client: Client, command: string): Promise<Outcome> => {
  const { status, body } = await client.get(`/api/v1/commands/${command}`, RIS);
  return { status, journey: body?.journey, event: body?.event };
};

/** One journey at one moment: a ladder may climb between two requests, and then it is read again. */
async function journeyAt(client: Client, id: string, witness: Outside['witness']): Promise<SeenJourney> {
  const path = `/api/v1/journeys/${id}`;
  for (;;) {
    const events = await everyItem<SeenEvent>(client, `${path}/events`);
    const { body } = await client.get(path, CONSULTANT);
    const { body: owed } = await client.get(`${path}/obligations?ended=true`, DESK);
    const told = await witness?.(id);
    const again = await everyItem<SeenEvent>(client, `${path}/events`);
    if (again.length !== events.length) continue;
    const { subject, closed, mergedInto } = body as SeenJourney;
    const obligations = owed.items as SeenObligation[];
    return {
      id,
      subject,
      closed,
      events,
      obligations,
      ...(mergedInto && { mergedInto }),
      ...(told && { witness: told }),
    };
  }
}
