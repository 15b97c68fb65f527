import { DateTime } from 'luxon';
import type { Category } from '../../domain/vocabulary';
import { DUTY_TEXTS } from '../policy/duty-texts';
import { inWords } from '../policy/words';
import type { Message } from './channels/channel';
import type { TakenAsk } from './outbox';
import { linkToken } from './tokens';

/** Where this system's pages are, as its readers reach them. */
export interface MessageSettings {
  publicUrl: string;
  /** The key of one-click links. Without it messages carry none. */
  linkSecret?: string | undefined;
}

/**
 * What an ask says. Mail is read on phones, forwarded and printed, so it says nothing of the patient and nothing of what
 * was found: which duty, by when, and a link behind which one signs in. `cancer` and `significant unexpected` are
 * findings, so both are called an alert here.
 */
export const messageOf = (ask: TakenAsk, address: string, settings: MessageSettings): Message => {
  const standDown = ask.purpose === 'stand-down';
  const urgency = urgencyOf(ask.category);
  return {
    id: ask.id,
    attempt: ask.attempts,
    to: address,
    subject: standDown
      ? 'Imaging failsafe: stand down, a duty no longer waits for you'
      : `Imaging failsafe: a duty waits for you${urgency === undefined ? '' : ` (${urgency})`}`,
    text: [...(standDown ? standDownText(ask) : askText(ask)), ...closing(ask, settings)].join('\n'),
    pressing: ask.category === 'critical' || ask.category === 'urgent',
    facts: {
      purpose: ask.purpose,
      journey: ask.journey,
      duty: ask.kind,
      dutyName: DUTY_TEXTS[ask.kind].name,
      due: ask.limitAt.toISOString(),
      link: oneClick(ask, settings) ?? linkTo(ask.journey, settings),
    },
  };
};

/** What goes out as one message: one ask, or everything routine that waited for one person. */
export type Batch = [TakenAsk, ...TakenAsk[]];

/** Each ask by itself; what waited for the mail of the day, one batch a person. */
export const batchesOf = (asks: readonly TakenAsk[]): Batch[] => {
  const batches = new Map<string, Batch>();
  for (const ask of asks) {
    const key = ask.held ? `${ask.channel} ${ask.recipient}` : ask.id;
    const batch = batches.get(key);
    if (batch) batch.push(ask);
    else batches.set(key, [ask]);
  }
  return [...batches.values()];
};

/**
 * Everything routine that waits for one person, in one mail. Each duty keeps its own ask, proof and link; the mail goes out
 * under the first one's id.
 */
export const digestOf = (asks: Readonly<Batch>, address: string, settings: MessageSettings): Message => {
  const [first] = asks;
  const alone = messageOf(first, address, settings);
  if (asks.length === 1) return alone;
  return {
    ...alone,
    attempt: Math.max(...asks.map((ask) => ask.attempts)),
    subject: `Imaging failsafe: ${asks.length} duties wait for you`,
    text: [
      'These duties wait for you. None is pressing; each is owed until it is done.',
      '',
      ...asks.flatMap((ask) => [
        `    ${DUTY_TEXTS[ask.kind].name}, as ${inWords(ask.role)}`,
        `    ${ask.limitAt <= ask.createdAt ? 'Was due by' : 'Due by'}: ${instantInWords(ask.limitAt)}`,
        `    ${oneClick(ask, settings) ?? linkTo(ask.journey, settings)}`,
        '',
      ]),
      ...footer,
    ].join('\n'),
  };
};

const urgencyOf = (category: Category | null): string | undefined => {
  if (category === 'critical' || category === 'urgent') return category;
  return category === null || category === 'routine' ? undefined : 'alert';
};

const askText = (ask: TakenAsk): string[] => [
  `A duty waits for you as ${inWords(ask.role)}:`,
  '',
  `    ${DUTY_TEXTS[ask.kind].name}`,
  `    ${ask.limitAt <= ask.createdAt ? 'Was due by' : 'Due by'}: ${instantInWords(ask.limitAt)}`,
  `    Asked: ${timesInWords(ask.ask)}`,
  '',
  ...(ask.recipient === ask.accountable
    ? ['You are accountable for it until it is done, or until somebody else has accepted it in the system.']
    : [
        'Somebody else is accountable for it and stays so. You are asked now because it has not been done yet: please',
        'see to it that it is.',
      ]),
  ...(ask.dueAt > ask.createdAt
    ? [`Unless it is done by ${instantInWords(ask.dueAt)}, the failsafe asks again, or asks the next person.`]
    : []),
];

const standDownText = (ask: TakenAsk): string[] => [
  'You were asked for this:',
  '',
  `    ${DUTY_TEXTS[ask.kind].name}`,
  '',
  'Its source has withdrawn what it rested on, so it is no longer owed. If you have acted on it already, please open the',
  'journey and check what you did against what stands there now. Anything else that waits for you still does.',
];

const closing = (ask: TakenAsk, settings: MessageSettings): string[] => [
  '',
  `Open it (you will be asked to sign in): ${linkTo(ask.journey, settings)}`,
  ...(ask.purpose === 'ask' ? answerLink(ask, settings) : []),
  '',
  ...footer,
];

const footer = [
  'This message says nothing about the patient on purpose. Reading it, opening the link or replying records nothing:',
  'only what you do in the system counts. Replies are not read.',
  '',
  'A failsafe is a net beneath the usual ways of working: whoever referred the patient stays responsible for the result,',
  'whether or not a message arrives.',
  '',
];

const base = ({ publicUrl }: MessageSettings): string => publicUrl.replace(/\/+$/, '');

/** One link to one duty, for one person, once. Opening it changes nothing: mail scanners open every link. */
const oneClick = (ask: TakenAsk, settings: MessageSettings): string | undefined =>
  settings.linkSecret === undefined || ask.purpose === 'stand-down'
    ? undefined
    : `${base(settings)}/a/${linkToken(settings.linkSecret, ask)}`;

const answerLink = (ask: TakenAsk, settings: MessageSettings): string[] => {
  const link = oneClick(ask, settings);
  return link === undefined ? [] : [`Answer it (for you alone, once, after signing in): ${link}`];
};

const linkTo = (journey: string, settings: MessageSettings): string =>
  `${base(settings)}/journeys/${journey}`;

const LONDON = 'Europe/London';

/** The reader's own clock, and UTC, since a night in autumn has the same hour twice. */
export const instantInWords = (instant: Date): string => {
  const london = DateTime.fromJSDate(instant, { zone: LONDON }).setLocale('en-GB');
  const clock = london.offset === 0 ? 'GMT' : 'BST';
  const utc = DateTime.fromJSDate(instant, { zone: 'utc' });
  return `${london.toFormat('cccc d LLLL yyyy, HH:mm')} ${clock} (${utc.toFormat('yyyy-MM-dd HH:mm')} UTC)`;
};

const timesInWords = (asks: number): string =>
  asks <= 1 ? 'for the first time' : asks === 2 ? 'for the second time' : `${asks} times, this one included`;
