import type { Row } from '../domain/inputs';
import type { RoleKey } from '../domain/vocabulary';

/** One command of the happy journey: who sends it, where to, and its body. */
export interface Step {
  type: Row['type'];
  by: { person: string; role: RoleKey };
  /** @param n the journey's number in this run; @param at the moment of sending */
  body: (n: number, at: string) => Record<string, unknown>;
}

const FEED = { person: 'ris-1', role: 'system' } as const;
const CONSULTANT = { person: 'consultant-1', role: 'consultant' } as const;
const FINDING = { id: 'f1', category: 'cancer', expected: false, region: 'chest', primarySite: 'lung' };

/**
 * The journey that every contender plays: a request, vetting, images, a final report with its region statement and one
 * alert finding, acknowledgement, a plan of "no action", the patient told, the GP's receipt. Everybody in it is made up.
 */
export const HAPPY_JOURNEY: readonly Step[] = [
  { type: 'request', by: FEED, body: request },
  { type: 'vet', by: { person: 'vetter-1', role: 'vetter' }, body: () => ({ priority: 'urgent' }) },
  {
    type: 'images',
    by: FEED,
    body: (n, at) => ({
      at,
      site: 'site-1',
      count: 240,
      identifiers: [{ assigner: 'pacs-1', type: 'accession', value: `ACC-${n}` }],
    }),
  },
  {
    type: 'report',
    by: FEED,
    body: (_n, at) => ({
      version: 1,
      status: 'final',
      at,
      reporter: 'reporter-1',
      findings: [FINDING],
      regions: [{ region: 'chest', statement: 'findings' }],
      text: 'Synthetic report text. A 14 mm nodule in the right upper lobe. Suggest referral.',
    }),
  },
  {
    type: 'acknowledge',
    by: CONSULTANT,
    body: () => ({ version: 'r1', findings: ['f1'], how: 'screen' }),
  },
  {
    type: 'plan',
    by: CONSULTANT,
    body: () => ({ version: 'r1', finding: 'f1', noAction: 'already-known' }),
  },
  {
    type: 'tell',
    by: CONSULTANT,
    body: (_n, at) => ({ version: 'r1', at, to: 'patient', how: 'telephone', outcome: 'told' }),
  },
  { type: 'gp-receipt', by: FEED, body: (_n, at) => ({ at, version: 'r1' }) },
];

/** An outpatient's chest CT, as an order system sends it. */
function request(n: number, at: string): Record<string, unknown> {
  return {
    identifiers: [{ assigner: 'trust-a', type: 'order', value: `ORD-${n}` }],
    patient: { nhsNumber: nhsNumber(n), name: `Test Patient ${n} (synthetic)`, birthDate: '1971-04-30' },
    at,
    requester: { person: 'consultant-1', profession: 'doctor' },
    gp: { status: 'registered', practice: 'practice-1' },
    setting: 'outpatient',
    priority: 'routine',
    patientClass: 'adult',
    modality: 'CT',
    examination: 'ct-chest',
    regions: ['chest'],
    site: 'site-1',
    nation: 'england',
  };
}

/** A number of the 999 test range with a valid check digit, another one for each journey of a run. */
function nhsNumber(n: number): string {
  const five = String(n % 100_000).padStart(5, '0');
  for (let fourth = 0; ; fourth++) {
    const nine = `999${fourth}${five}`;
    const check =
      (11 - (Array.from(nine).reduce((sum, digit, i) => sum + Number(digit) * (10 - i), 0) % 11)) % 11;
    if (check < 10) return `${nine}${check}`;
  }
}
