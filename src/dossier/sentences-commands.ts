import type { Action, Commands } from '../../domain/commands';
import type { Words } from './words';
import { inWords, listed } from './words';

/** What people did: the sentence after "<who> ", one each. */

type Did = { [T in keyof Commands]: (data: Commands[T], w: Words) => string };

const action = (a: Action, w: Words): string =>
  `${inWords(a.what)} by ${w.when(a.by)}, to be done by ${w.party(a.owner)}`;

const TOLD: Readonly<Record<Commands['tell']['outcome'], string>> = {
  told: 'told',
  'does-not-want-to-know': 'did not want to know',
  untraceable: 'could not be found',
  'moved-abroad': 'had moved abroad',
  'died-family-told': 'had died; the family was told',
  'died-not-told': 'had died; nobody was told',
};

export const COMMAND_SENTENCES: Did = {
  vet: (d) => `accepted the request, with priority ${inWords(d.priority)}.`,
  return: (d) => `returned the request: ${inWords(d.reason)}.`,
  clarify: (d) => `decided on the question about the request: ${inWords(d.decision)}.`,
  answer: (d, w) => `answered the enquiry${w.id(d.enquiry)}.`,
  claim: () => 'took the study to report it.',
  release: () => 'gave the study back to the pool.',
  evaluate: (d) => `recorded an evaluation of the images, as delegated by signed policy (${d.delegation}).`,
  assure: (d) =>
    `stated each body region of report ${d.version}: ` +
    `${listed(d.regions.map((r) => `${inWords(r.region)} ${inWords(r.statement)}`))}.`,
  acknowledge: (d) =>
    `acknowledged report ${d.version} and took responsibility for it ` +
    `(${d.how === 'voice' ? `by voice${d.readBack === true ? ', read back' : ''}` : 'on screen'}` +
    `; alert findings: ${d.findings.length}).`,
  plan: (d, w) =>
    d.noAction === undefined
      ? `planned for report ${d.version}: ${listed((d.actions ?? []).map((a) => action(a, w)))}.`
      : `decided on no action for a finding of report ${d.version}: ${inWords(d.noAction)}.`,
  complete: (d, w) =>
    `gave proof that a planned action${w.id(d.action)} was done: ${inWords(d.proof.kind)}${w.id(d.proof.ref)}.`,
  tell: (d, w) =>
    `recorded that ${d.to === 'nobody' ? 'nobody' : `the ${inWords(d.to)}`} ` +
    `${d.outcome === 'told' ? 'was ' : ''}${TOLD[d.outcome]}, about report ${d.version}` +
    `${d.how === undefined ? '' : ` (${inWords(d.how)})`}, on ${w.when(d.at)}.`,
  offer: (d, w) =>
    `offered ${d.duty === undefined ? 'the patient, with all that follows,' : w.duty(d.duty)} to ${w.party(d.to)}.`,
  accept: (d, w) => `accepted what was offered${w.id(d.offer)}.`,
  decline: (d, w) =>
    `did not take what was offered${w.id(d.offer)}: ${inWords(d.reason)}` +
    `${d.instead === undefined ? '' : `; named ${w.party(d.instead)} instead`}.`,
  call: (d, w) =>
    `rang ${w.party(d.whom)} about ${w.duty(d.duty)} on ${w.when(d.at)}: ` +
    `${{ 'read-back': 'heard, and said back', 'no-read-back': 'heard, not said back', 'unable-to-reach': 'nobody was reached' }[d.outcome]}.`,
  reassign: (d, w) =>
    `gave ${d.duty === undefined ? 'the patient, with all that follows,' : w.duty(d.duty)} to ${w.party(d.to)}.`,
  waive: (d, w) =>
    `let ${w.duty(d.duty)} off: ${inWords(d.reason)}` +
    `${d.holds === false ? ' (a second person must agree before it holds)' : ''}.`,
  retract: (d) => `took back what event ${d.event} records, as entered in error.`,
  match: (d, w) => `found the journey to which the message belongs${w.id(d.journey)}.`,
  reviewed: (d, w) => `reviewed ${w.duty(d.duty)}: ${inWords(d.outcome)} (evidence ${d.evidence}).`,
  explain: (d, w) => `explained ${w.duty(d.duty)}.`,
  replan: () => 'had the deadlines that had not come yet worked out again.',
};
