import type { JourneyEvent } from '../../domain/events';
import type { Commands, Facts, Internals } from '../../domain/inputs';
import { COMMAND_TYPES, isCommand } from '../../domain/inputs';
import { REFUSALS } from '../../domain/refusals';
import { COMMAND_SENTENCES } from './sentences-commands';
import { FACT_SENTENCES } from './sentences-facts';
import type { Words } from './words';
import { inWords, kindOf, sameParty } from './words';

/** What happened, in one sentence an event. */
export const sentenceOf = (e: JourneyEvent, w: Words): string => {
  switch (e.type) {
    case 'opened': {
      if (isOffer(e))
        return `${capital(w.party(e.accountable))} was offered responsibility, to accept or decline until ${w.when(e.limitAt)}.`;
      const asked = e.asks > 0 ? ` ${capital(w.party(e.askedNow))} was asked${stead(e, w)}.` : '';
      return `${w.duty(e.key)} was owed from now on, by ${w.party(e.accountable)}, until ${w.when(e.limitAt)}.${asked}`;
    }
    case 'ended':
      if (isOffer(e)) return `The offer was ${e.how === 'discharged' ? 'answered' : 'over, not accepted'}.`;
      return `${w.duty(e.key)} ${ENDED[e.how]}${e.late ? ', after its limit' : ''}${whyEnded(e.why)}.`;
    case 'asked':
      return `${capital(w.party(e.askedNow))} was asked about ${w.duty(e.key)}${stead(e, w)}: ${ASKED[e.why]}.`;
    case 'accountable':
      return `${capital(w.party(e.to))} answers for ${w.duty(e.key)} from now on.`;
    case 'rescheduled':
      return `The limit of ${w.duty(e.key)} was worked out again: ${w.when(e.limitAt)}.`;
    case 'lease-ended':
      return `The time for which ${w.duty(e.key)} had been taken was over: it went back to the pool.`;
    case 'offer-expired':
      return `Nobody accepted the offer in time${e.why === 'delivery-failed' ? ', since it could not be delivered' : ''}: whoever made it answers still.`;
    case 'supervised':
      return `${capital(w.who(e.consultant, 'consultant'))} answers for what ${w.who(e.requester, 'requester')} requests.`;
    case 'lapsed':
      return 'A deadline came whose duty had moved on already.';
    case 'noted':
      return `A message said again what was known already (${inWords(e.input)}).`;
    case 'refused': {
      const by = e.by === undefined ? '' : ` by ${w.party(e.by)}`;
      return `Refused: ${isInput(e.input) ? inWords(e.input) : 'a deadline'}${by}. ${REFUSALS[e.code][1]}`;
    }
    case 'closed':
      return 'Nothing was owed any more: the journey was closed.';
    case 'reopened':
      return 'Something was owed again: the journey was opened again.';
    default: {
      const { type, data } = e;
      if (!isCommand(type))
        return (FACT_SENTENCES[type] as (d: unknown, w: Words) => string)(data as Facts[keyof Facts], w);
      const did = COMMAND_SENTENCES[type] as (d: unknown, w: Words) => string;
      return `${capital(w.party(e.by))} ${did(data as Commands[keyof Commands], w)}`;
    }
  }
};

/** Of each event that a person or system sent: what it is. */
export const isSent = (type: string): type is keyof (Facts & Commands & Internals) =>
  type in FACT_SENTENCES || (COMMAND_TYPES as readonly string[]).includes(type);

const isInput = (input: string): boolean => input !== 'deadline';
const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

const isOffer = (e: { key: string }): boolean => kindOf(e.key) === 'accept-handover';

const ENDED = {
  discharged: 'was done',
  overtaken: 'was no longer needed, since something later did it',
  waived: 'was let off',
  withdrawn: 'was withdrawn with what it rested on',
};

const whyEnded = (why: string | undefined): string =>
  why === undefined ? '' : /^[a-z-]+$/.test(why) ? ` (${inWords(why)})` : '';

const ASKED = {
  deadline: 'it had not been done by its deadline',
  'delivery-failed': 'the ask before could not be delivered',
  'lease-ended': 'whoever had taken it did not finish in time',
  reassigned: 'it was given to somebody else',
  'offer-declined': 'it was offered and not taken',
  'offer-expired': 'it was offered, and nobody accepted in time',
  'unable-to-reach': 'a call had reached nobody',
  'post-changed': 'who is in that post has changed',
  'internal-error': 'something could not be worked out',
};

const BECAUSE = {
  'on-call': 'being on call',
  'rota-hole': 'since nobody is on the rota',
  absent: 'who is away',
  left: 'who has left',
  'not-in-directory': 'who is not in the directory',
  ceiling: 'who had been asked as often as is allowed',
};

const stead = (e: Parameters<typeof sentenceOf>[0] & { type: 'asked' | 'opened' }, w: Words): string => {
  if (e.insteadOf !== undefined && !sameParty(e.insteadOf, e.askedNow))
    return `, in the stead of ${w.party(e.insteadOf)}${e.because === undefined ? '' : `, ${BECAUSE[e.because]}`}`;
  return e.because === undefined ? '' : `, ${BECAUSE[e.because]}`;
};
