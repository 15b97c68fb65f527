import { LOCAL_DECISION } from '../../domain/policy';
import type { Policy } from '../../domain/policy';
import type { ReachRule } from '../../domain/reach';
import { BY_MAIL } from '../../domain/reach';
import { conditionsInWords, durationInWords } from './words';

/** "How asks reach people" for the page of who owes what by when. */

const CHANNEL_WORDS = { mail: 'mail', sms: 'text message', webhook: 'webhook', phone: 'phone list' } as const;
const stepsInWords = ({ steps }: ReachRule): string =>
  steps.map((step) => step.map((channel) => CHANNEL_WORDS[channel]).join(' and ')).join(', then ');

/** One row a rule: for what, through which channels, what must prove it by when, and where that comes from. */
export const reachRows = (policy: Policy): string[][] =>
  (policy.reach ?? [BY_MAIL]).map((rule) => [
    conditionsInWords(rule.when ?? {}, 'all others'),
    stepsInWords(rule),
    rule.proof,
    durationInWords(rule.within, 'elapsed'),
    rule.source === LOCAL_DECISION ? `*${LOCAL_DECISION}*` : rule.source,
  ]);

export const REACH_HEAD = ['Asks about', 'Channels', 'Proof needed', 'Within', 'Source'];

/** What the routine waits for, in a sentence. */
export const routineInWords = ({ routine }: Policy): string =>
  routine === undefined
    ? 'Routine asks go out as they come.'
    : `Routine asks wait for one mail a day at ${routine.digestAt}, or, for who prefers each by itself, for the end of the quiet ` +
      `hours (${routine.quiet.from} to ${routine.quiet.until}). Alerts never wait.`;
