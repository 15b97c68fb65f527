import type { Calendar } from '../../../domain/calendar';
import type { Directory, Member } from '../../../domain/directory';
import type { Ladder, LimitRule, Policy } from '../../../domain/policy';
import type { Rulebook } from '../../../domain/schedule';
import type { ObligationKind, RoleKey } from '../../../domain/vocabulary';
import { OBLIGATION_KINDS } from '../../../domain/vocabulary';

/**
 * A small policy for the tests of the core: round numbers, one clock, every kind, and no more than a test needs to tell one
 * limit from another. The policies that ship have tests of their own.
 */

const limit = (duration: string) => ({ duration, clock: 'elapsed', source: 'test' }) as const;

const rule = (
  kind: ObligationKind,
  duration: string,
  ladder: string,
  asks: LimitRule['asks'] = 'at-limit',
  when: LimitRule['when'] = {},
): LimitRule => ({ kind, when, limit: limit(duration), asks, ladder });

const LADDERS: Record<string, Ladder> = {
  minutes: {
    rungs: [
      { ask: 'accountable' },
      { ask: 'consultant', wait: 'PT10M' },
      { ask: 'clinical-lead', wait: 'PT10M' },
      { ask: 'desk', wait: 'PT10M', repeat: 'PT30M' },
    ],
  },
  days: {
    rungs: [
      { ask: 'accountable' },
      { ask: 'clinical-lead', wait: 'P1D' },
      { ask: 'desk', wait: 'P1D', repeat: 'P2D' },
    ],
  },
  desk: { rungs: [{ ask: 'accountable' }, { ask: 'desk', wait: 'PT4H', repeat: 'PT4H' }] },
};

const RULES: LimitRule[] = [
  rule('vet', 'PT30M', 'minutes', 'on-opening', { priority: ['emergency'] }),
  rule('vet', 'P2D', 'days'),
  rule('acquire', 'PT1H', 'minutes', 'at-limit', { priority: ['emergency'] }),
  rule('acquire', 'P14D', 'days'),
  rule('clarify', 'P3D', 'days', 'on-opening'),
  rule('transfer', 'P1D', 'desk'),
  rule('report', 'P7D', 'days'),
  rule('assure', 'P5D', 'days'),
  rule('acknowledge', 'PT1H', 'minutes', 'on-opening', { category: ['critical'] }),
  rule('acknowledge', 'PT24H', 'days', 'on-opening', { category: ['urgent'] }),
  rule('acknowledge', 'P3D', 'days', 'on-opening', { category: ['cancer', 'significant-unexpected'] }),
  rule('acknowledge', 'P14D', 'days'),
  rule('plan', 'PT1H', 'minutes', 'at-limit', { category: ['critical'] }),
  rule('plan', 'PT24H', 'days', 'on-opening', { category: ['urgent'] }),
  rule('plan', 'P3D', 'days'),
  rule('complete', 'PT12H', 'minutes', 'at-limit', { category: ['critical', 'urgent'] }),
  rule('complete', 'P10D', 'days', 'on-opening', { category: ['cancer'] }),
  rule('complete', 'P10D', 'days'),
  rule('tell-patient', 'PT24H', 'desk', 'at-limit', { category: ['critical', 'urgent'] }),
  rule('tell-patient', 'P14D', 'days'),
  rule('tell-gp', 'P7D', 'days'),
  rule('accept-handover', 'PT15M', 'desk', 'on-opening', { category: ['critical'] }),
  rule('accept-handover', 'PT4H', 'desk', 'on-opening'),
  rule('answer', 'P3D', 'desk'),
  rule('reconcile', 'PT15M', 'minutes', 'on-opening', { category: ['critical'] }),
  rule('reconcile', 'PT2H', 'desk', 'on-opening', { subject: ['feed'] }),
  rule('reconcile', 'P1D', 'desk', 'on-opening'),
  { ...rule('review', 'P365D', 'days'), notice: 'P28D' },
];

export const POLICY: Policy = {
  name: 'test',
  version: '1',
  nation: 'england',
  timeZone: 'Europe/London',
  workingDay: { start: '09:00', end: '17:00', days: [1, 2, 3, 4, 5] },
  rules: RULES,
  ladders: LADDERS,
  ceilings: [],
  secondPersonFor: ['critical', 'urgent', 'cancer'],
  waivers: [
    {
      code: 'no-longer-indicated',
      text: 'No longer indicated',
      kinds: ['vet', 'acquire', 'clarify'],
      roles: ['clinical-lead'],
    },
    {
      code: 'not-appropriate',
      text: 'Not appropriate',
      kinds: OBLIGATION_KINDS.filter((kind) => !['vet', 'acquire', 'clarify'].includes(kind)),
      roles: ['clinical-lead', 'medical-lead'],
    },
  ],
  delegations: [
    {
      code: 'theatre',
      text: 'In theatre',
      setting: ['inpatient'],
      modality: ['XR'],
      roles: ['consultant'],
      source: 'test',
    },
  ],
  claimLease: limit('PT8H'),
  offerLimit: limit('PT4H'),
  askCeiling: { perPerson: 10, per: 'PT24H' },
  specialties: [],
  sources: {},
};

export const CALENDAR: Calendar = {
  timeZone: POLICY.timeZone,
  holidays: [],
  workingDay: POLICY.workingDay,
};

const ROLES_OF: Record<string, RoleKey[]> = {
  'dr-ash': ['requester'],
  'dr-birch': ['consultant'],
  'dr-cedar': ['reporter'],
  'dr-dogwood': ['reporter'],
  'gp-elm': ['gp'],
  'imaging-lead': ['imaging-department'],
  'pool-lead': ['reporting-pool'],
  'site-lead': ['sending-site'],
  'clinical-lead': ['clinical-lead'],
  'medical-lead': ['medical-lead'],
  'desk-lead': ['desk'],
};

export const DIRECTORY: Directory = {
  people: Object.fromEntries(Object.entries(ROLES_OF).map(([person, roles]) => [person, { roles }])),
  leads: {
    'imaging-department': 'imaging-lead',
    'reporting-pool': 'pool-lead',
    'sending-site': 'site-lead',
    'clinical-lead': 'clinical-lead',
    'medical-lead': 'medical-lead',
    desk: 'desk-lead',
  },
};

/** The same with some people as said, some more of them, and other parts. */
export const directory = (
  people: Record<string, Partial<Member>>,
  { leads, ...parts }: Partial<Directory> = {},
): Directory => ({
  ...DIRECTORY,
  ...parts,
  leads: { ...DIRECTORY.leads, ...leads },
  people: {
    ...DIRECTORY.people,
    ...Object.fromEntries(
      Object.entries(people).map(([id, more]) => [id, { roles: [], ...DIRECTORY.people[id], ...more }]),
    ),
  },
});

/** The same, with a desk that is asked again once in two days only: random journeys spend their time on more than that. */
export const PATIENT: Policy = {
  ...POLICY,
  ladders: Object.fromEntries(
    Object.entries(LADDERS).map(([name, { rungs }]) => [
      name,
      { rungs: rungs.map((rung) => (rung.repeat === undefined ? rung : { ...rung, repeat: 'P2D' })) },
    ]),
  ),
};

/** The rulebook of the tests, with what a test wants otherwise. */
export const rulebook = (otherwise: Partial<Rulebook> = {}): Rulebook => ({
  policy: POLICY,
  today: { policy: POLICY, hash: 'today' },
  calendar: CALENDAR,
  directory: DIRECTORY,
  ...otherwise,
});
