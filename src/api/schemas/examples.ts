import type { CommandType, FactType } from '../../../domain/inputs';

/** Synthetic bodies for the documentation. Nobody in here exists; NHS numbers are from the 999 test range. */

const at = '2026-03-02T09:30:00Z';
const identifiers = [{ assigner: 'trust-a', type: 'order', value: 'ORD-1001' }];

export const EXAMPLES: Readonly<Record<FactType | CommandType, object>> = {
  request: {
    identifiers,
    patient: { nhsNumber: '9990000018', name: 'Test Patient (synthetic)', birthDate: '1971-04-30' },
    at,
    requester: { person: 'dr-hall', profession: 'doctor' },
    gp: { status: 'registered', practice: 'practice-1' },
    setting: 'outpatient',
    priority: 'routine',
    patientClass: 'adult',
    modality: 'CT',
    examination: 'ct-chest',
    regions: ['chest'],
    site: 'site-1',
    nation: 'england',
  },
  cancel: { at, note: 'Ordered twice.' },
  unbooked: { at },
  'did-not-attend': { at },
  images: {
    at,
    site: 'site-1',
    count: 240,
    identifiers: [{ assigner: 'pacs-1', type: 'accession', value: 'ACC-1001' }],
  },
  transfer: { at, id: 't1', from: 'site-1', to: 'site-2', count: 240 },
  'transfer-received': { at, id: 't1', complete: true, count: 240 },
  viewed: { at, person: 'dr-hall', quality: 'low-definition' },
  report: {
    version: 1,
    status: 'final',
    at,
    reporter: 'dr-shah',
    findings: [{ id: 'f1', category: 'cancer', expected: false, region: 'chest', primarySite: 'lung' }],
    regions: [{ region: 'chest', statement: 'findings' }],
    text: 'Synthetic report text.',
  },
  flag: { at, id: 'call-1', category: 'critical', region: 'chest', raisedBy: 'rg-okoro' },
  'gp-receipt': { at, version: 'r1' },
  died: { at },
  hold: { at, kind: 'safeguarding', on: true },
  enquiry: { at, id: 'q1', from: 'patient', about: 'not-heard' },
  bounced: { at, version: 'r1' },
  'delivery-failed': { at, key: 'acknowledge:r1', opening: 1, ask: 1, code: 'mailbox-unknown' },
  unusable: { at, reason: 'segment-missing', note: 'Synthetic text that could not be read.' },

  vet: { priority: 'urgent' },
  return: { reason: 'insufficient-information', note: 'Which side?' },
  clarify: { decision: 'rebook' },
  answer: { enquiry: 'q1', note: 'Told by telephone.' },
  claim: {},
  release: {},
  evaluate: { delegation: 'fracture-clinic' },
  assure: { version: 'r1', regions: [{ region: 'chest', statement: 'findings' }] },
  acknowledge: { version: 'r1', findings: ['f1'], how: 'screen' },
  plan: {
    version: 'r1',
    finding: 'f1',
    actions: [
      { id: 'a1', what: 'refer', owner: { role: 'consultant', person: 'dr-ng' }, by: '2026-03-09T17:00:00Z' },
    ],
  },
  complete: { action: 'r1:f1:a1', proof: { kind: 'order', ref: 'REF-2002' } },
  tell: { version: 'r1', at, to: 'patient', how: 'telephone', outcome: 'told' },
  reassign: { duty: 'acknowledge:r1', to: { role: 'consultant', person: 'consultant-2' }, note: 'On leave.' },
  waive: { duty: 'tell-gp:r1', reason: 'patient-died' },
  retract: { event: 12, note: 'Entered for the wrong patient.' },
  match: { journey: '019a0000-0000-7000-8000-000000000000' },
  explain: { duty: 'reconcile:no-request', note: 'Ordered by telephone; the order follows.' },
  replan: {},
};
