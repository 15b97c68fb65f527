import type { Seen, SeenEvent, SeenJourney } from './checker/seen';
import { openOnes } from './checker/seen';

/**
 * One lie for each invariant, told about what was really seen after a campaign: a checker that does not notice it would not
 * notice the fault either.
 */
export interface Lie {
  about: string;
  tell: (seen: Seen) => void;
}

const playOf = (seen: Seen, name: string): Seen['plays'][number] =>
  seen.plays.find((p) => p.name.includes(name))!;

/** The journey around which these senders played. */
const journeyOf = (seen: Seen, name: string): SeenJourney =>
  seen.journeys.find((j) => j.id === playOf(seen, name).sent.at(-1)!.journey)!;

const DONE = 'everything is done';
const SILENT = 'nobody acknowledges';

/** Makes it as if senders had never sent something. */
const unsend = (seen: Seen, name: string, type: string): void => {
  const play = playOf(seen, name);
  const gone = play.sent.filter((s) => s.type === type);
  play.sent = play.sent.filter((s) => !gone.includes(s));
  seen.sent = seen.sent.filter((s) => !gone.some((g) => g.key === s.key));
};

const waiting = (seen: Seen) => openOnes(journeyOf(seen, SILENT)).find((o) => o.key === 'acknowledge:r1')!;
const lastAsk = (j: SeenJourney): SeenEvent => j.events.findLast((e) => e.type === 'asked')!;

export const LIES: readonly Lie[] = [
  {
    about: '1 nothing acknowledged is lost',
    tell: (seen) => {
      const j = journeyOf(seen, DONE);
      j.events = j.events.filter((e) => e.type !== 'tell');
    },
  },
  {
    about: '1 nothing is taken in twice',
    tell: (seen) => {
      const [one, other] = playOf(seen, DONE).sent;
      seen.outcomes.set(one!.command!, seen.outcomes.get(other!.command!)!);
    },
  },
  {
    about: '1 rows are recorded in order, once',
    tell: (seen) => {
      const { events } = journeyOf(seen, DONE);
      events.push({ ...events[0]!, seq: events.length + 1 });
    },
  },
  {
    about: '2 somebody owes, somebody is asked, and the deadline lives',
    tell: (seen) => (waiting(seen).dueAt = new Date(Date.parse(seen.at) - 60_000).toISOString()),
  },
  {
    about: '3 no rung is skipped',
    tell: (seen) => (lastAsk(journeyOf(seen, SILENT))['asks'] = 99),
  },
  {
    about: '3 who is asked is reached',
    tell: (seen) => {
      const { id } = journeyOf(seen, SILENT);
      seen.at = new Date(Date.parse(seen.at) + 60_000).toISOString();
      seen.mails = seen.mails.filter((m) => m.journey !== id);
    },
  },
  { about: '4 nothing closes by itself', tell: (seen) => unsend(seen, DONE, 'tell') },
  {
    about: '4 stories end as they were told',
    tell: (seen) => (journeyOf(seen, DONE).closed = false),
  },
  {
    about: '5 duties end by what was done about their version',
    tell: (seen) => unsend(seen, DONE, 'acknowledge'),
  },
  {
    about: '5 every version is owed',
    tell: (seen) => {
      const j = journeyOf(seen, 'left at that');
      j.events = j.events.filter((e) => e.type !== 'opened' || e['key'] !== 'acknowledge:r2');
    },
  },
  {
    about: '6 no ask twice',
    tell: (seen) => seen.mails.push({ ...seen.mails[0]!, attempt: 1 }),
  },
  {
    about: '6 no mail without its ask',
    tell: (seen) => seen.mails.push({ ...seen.mails[0]!, ask: 'another', times: 99 }),
  },
  {
    about: '7 the chain verifies',
    tell: (seen) => (lastAsk(journeyOf(seen, SILENT)).at = seen.at),
  },
  {
    about: '7 the read model agrees with the evidence',
    tell: (seen) => (waiting(seen).askedNow = { role: 'consultant', person: 'consultant-2' }),
  },
  {
    about: '7 Temporal agrees with the evidence',
    tell: (seen) => (journeyOf(seen, SILENT).witness!.running = false),
  },
  {
    about: '9 nothing comes from nowhere',
    tell: (seen) => {
      const { events } = journeyOf(seen, DONE);
      events.push({ ...events[0]!, cause: 'row:99', seq: events.length + 1 });
    },
  },
];
