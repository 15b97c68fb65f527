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

/** Reads everything that can be known from outside. */
export async function look({ url, plays, mails, addresses, witness }: Outside): Promise<Seen> {
  const client = new Client(url);
  const at = new Date().toISOString();
  const before = mails();
  const journeys: SeenJourney[] = [];
  for (const { id } of await everyItem<{ id: string }>(client, '/api/v1/journeys'))
    journeys.push(await journeyAt(client, id, witness));
  const sent = plays.flatMap((play) => play.sent);
  const outcomes = new Map<string, Outcome>();
  for (const { command } of sent)
    if (command !== undefined) outcomes.set(command, await outcomeAt(client, command));
  return { plays, sent, journeys, outcomes, mails: before, addresses, at };
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
