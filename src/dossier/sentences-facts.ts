import type { Facts, Internals, Remedy } from '../../domain/inputs';
import type { Words } from './words';
import { findingInWords, inWords, listed } from './words';

/** What source systems said, and what the software itself put into an inbox: one sentence each. */

type Said = { [T in keyof (Facts & Internals)]: (data: (Facts & Internals)[T], w: Words) => string };

const site = (name: string | undefined): string => (name === undefined ? '' : ` at ${name}`);

/** What was done about a journey that did not go on. */
const REMEDIED: Record<Remedy, (row: number | undefined) => string> = {
  replay: () => 'The program began anew from this record',
  resume: () => 'What waited to be tried again was tried at once',
  redeliver: () => 'What had not been delivered was delivered again',
  quarantine: (row) => `Message ${row}, which could not be recorded, was set aside`,
  correct: (row) => `A corrected message came in the stead of message ${row}`,
};

export const FACT_SENTENCES: Said = {
  request: (d, w) =>
    `The examination was requested: ${inWords(d.modality)} of ${listed(d.regions.map(inWords), 'no stated region')}, ` +
    `priority ${inWords(d.priority)}, from ${inWords(d.setting)}${site(d.site)}; by ` +
    `${w.who(d.requester.person, d.requester.profession === 'gp' ? 'gp' : 'requester')}` +
    (d.consultant === undefined ? '.' : `, for whom ${w.who(d.consultant, 'consultant')} answers.`) +
    (d.decidedAt === undefined ? '' : ` The decision to image was made on ${w.when(d.decidedAt)}.`),
  cancel: () => 'The request was cancelled.',
  unbooked: () => 'The examination was not booked.',
  'did-not-attend': () => 'The patient did not attend.',
  images: (d) => `Images were taken${site(d.site)}${d.count === undefined ? '' : ` (${d.count} on record)`}.`,
  transfer: (d) => `The images were sent from ${d.from} to ${d.to}, to be read there.`,
  'transfer-received': (d) =>
    d.complete ? 'The reading site has all the images.' : 'The reading site has not all the images.',
  viewed: (d, w) =>
    `${w.who(d.person, 'clinician')} looked at the images, which had no report` +
    `${d.quality === 'low-definition' ? ', as a low-definition copy' : ''}. That is a provisional view and stopped no clock.`,
  report: (d, w) =>
    `Version ${d.version}${d.series === undefined ? '' : ` of the series ${d.series}`} of the report came (${inWords(d.status)}), ` +
    `by ${w.who(d.reporter, 'reporter')}: ${listed(d.findings.map(findingInWords), 'no coded finding')}.`,
  flag: (d, w) =>
    `${w.who(d.raisedBy, 'reporter')} told of a finding ahead of any report: ` +
    `${findingInWords({ ...d, expected: false })}.`,
  'gp-receipt': (d) => `The GP’s practice confirmed that it has report ${d.version}.`,
  died: () => 'The patient’s death was made known.',
  'review-due': (d) =>
    `About the failsafe itself this is to be reviewed: ${inWords(d.code)}${d.ref === undefined ? '' : ` (${d.ref})`}.`,
  concern: (d) => `The service found something amiss with itself: ${inWords(d.code)}.`,
  'feed-silent': (d, w) => `The source system was silent since ${w.when(d.since)}, longer than it should be.`,
  'feed-heard': (d, w) => `The source system, silent since ${w.when(d.since)}, was heard again.`,
  'feed-differs': (d, w) =>
    `Of ${w.when(d.from)} until ${w.when(d.to)} the source system says that it sent ${d.sent}; ${d.received} were received.`,
  erased: (d, w) =>
    `What was known of the patient was erased (${inWords(d.reason)}), as ${w.party(d.asked)} had asked and another approved.`,
  'legal-hold': (d) =>
    d.lifted === undefined
      ? `A legal hold was set (${inWords(d.reason)}): nothing may be erased.`
      : `The legal hold (${inWords(d.reason)}) was lifted (${inWords(d.lifted)}).`,
  remedied: (d, w) =>
    `${REMEDIED[d.remedy](d.row)} (${inWords(d.reason)})${d.asked === undefined ? '' : `, as ${w.party(d.asked)} had asked and another approved`}.`,
  moved: (d, w) => `The patient moved; what is owed was offered to ${w.party(d.to)}.`,
  discharged: (d, w) =>
    `The patient left hospital; what is owed was offered to ${d.to === undefined ? 'the registered GP' : w.party(d.to)}.`,
  hold: (d) => `A ${d.kind} hold was ${d.on ? 'set' : 'lifted'}.`,
  enquiry: (d) =>
    `${d.from === 'other' ? 'Somebody' : d.from === 'patient' ? 'The patient' : 'A relative'} got in touch: ` +
    `${{ 'not-heard': 'had not heard of a result', complaint: 'a complaint', identity: 'doubt whose result it is', other: 'another matter' }[d.about]}.`,
  bounced: (d) => `A letter or release to the patient about report ${d.version} came back.`,
  'delivery-failed': (d, w) => `An ask about ${w.duty(d.key)} could not be delivered (${d.code}).`,
  unusable: (d) => `A message could not be used (${d.reason}). It was kept.`,
  merged: (d) => `This journey went on in another, ${d.into}, which is about the same examination.`,
  absorb: (d) => `What was known in journey ${d.from}, about the same examination, was taken over.`,
  directory: (d, w) =>
    `The directory changed for ${listed(d.people.map((p) => w.who(p, 'clinician')))}, who answer or are asked here.`,
};
