import type { JourneyEvent } from '../../domain/events';
import type { ReportFact } from '../../domain/facts';
import { COMMAND_TYPES, FACT_TYPES } from '../../domain/inputs';
import type { Dossier } from '../../src/dossier/dossier';
import { dossierOf } from '../../src/dossier/dossier';
import { formFor } from '../../src/dossier/media';
import { byRole, letterOf, withoutNames } from '../../src/dossier/naming';
import type { Recorded } from '../../src/dossier/recorded';
import { changesOf } from '../../src/dossier/reports';
import { COMMAND_SENTENCES } from '../../src/dossier/sentences-commands';
import { FACT_SENTENCES } from '../../src/dossier/sentences-facts';
import { chain } from '../../src/journeys/evidence-chain';

/** The dossier as a pure model: PDF, bundle and FHIR say what it says and nothing else. */

const JOURNEY = '01a20cd7-0000-7000-8000-000000000001';
const at = (minute: number): string => new Date(Date.UTC(2027, 6, 5, 13, minute)).toISOString();
const consultant = { role: 'consultant', person: 'dr-hall' } as const;
const ris = { role: 'system', person: 'ris-1' } as const;
const sealed = (n: number) => ({ ref: `00000000-0000-7000-8000-00000000000${n}`, commitment: 'c' });

const report = (version: number, findings: ReportFact['findings']): ReportFact => ({
  version,
  status: 'final',
  at: at(0),
  reporter: 'dr-shah',
  findings,
  text: sealed(1),
});

const duty = { key: 'acknowledge:r1', opening: 1 } as const;
const asked = (seq: number, more: object = {}): object => ({
  ...duty,
  type: 'asked',
  seq,
  at: at(10 * seq),
  rung: 1,
  asks: seq,
  askedNow: { role: 'desk', person: 'desk-1' },
  dueAt: at(10 * seq + 10),
  why: 'deadline',
  cause: 'due:x',
  ...more,
});
const cause = 'row:1';
const opened = {
  ...duty,
  type: 'opened',
  seq: 2,
  at: at(1),
  cause,
  kind: 'acknowledge',
  category: 'critical',
  accountable: consultant,
  askedNow: consultant,
  from: at(0),
  limitAt: at(30),
  dueAt: at(15),
  rung: 0,
  asks: 1,
};
const received = { by: ris, receivedAt: at(1), cause, at: at(1) };
const finding = { id: 'f1', category: 'critical', expected: false, region: 'chest' } as const;

const EVENTS = [
  { ...received, type: 'report', seq: 1, data: report(1, [finding]) },
  opened,
  asked(3),
  asked(4),
  asked(5),
  {
    type: 'refused',
    seq: 6,
    at: at(60),
    cause,
    input: 'acknowledge',
    code: 'read-back-required',
    by: consultant,
  },
  { type: 'refused', seq: 7, at: at(61), cause, input: 'deadline', code: 'internal-error' },
  {
    ...received,
    type: 'acknowledge',
    by: consultant,
    seq: 8,
    at: at(62),
    data: { version: 'r1', findings: ['f1'], how: 'voice', readBack: true },
  },
  { ...duty, type: 'ended', seq: 9, at: at(62), cause, how: 'discharged', late: true },
  {
    ...received,
    type: 'tell',
    by: consultant,
    seq: 10,
    at: at(70),
    data: { version: 'r1', at: at(65), to: 'patient', how: 'in-person', outcome: 'told', note: sealed(2) },
  },
  { type: 'closed', seq: 11, at: at(70), cause },
] as unknown as JourneyEvent[];

const recorded = (more: Partial<Recorded> = {}): Recorded => ({
  journey: JOURNEY,
  madeAt: at(100),
  links: chain(JOURNEY, '', EVENTS),
  policy: {
    name: 'Test policy',
    version: '1',
    hash: 'a'.repeat(64),
    timeZone: 'Europe/London',
    signed: { clinicalSafetyOfficer: 'Dr Signer', on: '2027-01-01' },
  },
  patient: { name: 'Test Patient (synthetic)', nhsNumber: '9990000018', address: 'canary address' },
  names: new Map([
    ['dr-hall', 'Cora Madeup'],
    ['dr-shah', 'Rex Invented'],
  ]),
  texts: new Map([
    [
      sealed(1).ref,
      { kind: 'text', commitment: 'c', salt: 'AA==', text: 'Free gas. Told to Cora Madeup. R: Rex Invented' },
    ],
    [sealed(2).ref, { kind: 'note', commitment: 'c', salt: 'AA==', text: 'canary note' }],
  ]),
  asks: [],
  accesses: [
    {
      at: at(90),
      principal: 'safety-9',
      role: 'safety-lead',
      method: 'GET',
      route: '/api/v1/journeys/:journey',
      status: 200,
      request: '01a20cd7-0000-7000-8000-00000000000f',
    },
  ],
  seesPatient: true,
  ...more,
});

const whatOf = (d: Dossier, seq: number): string | undefined => d.timeline.find((l) => l.seq === seq)?.what;

describe('a dossier', () => {
  const d = dossierOf(recorded(), false);

  test('tells what happened in a sentence a line, in local time and UTC', () => {
    expect(d.timeline[0]).toMatchObject({ seq: 1, at: at(1), local: 'Mon 5 Jul 2027, 14:01:00 BST' });
    expect(whatOf(d, 1)).toBe(
      'Version 1 of the report came (final), by Rex Invented (reporter): critical finding in the chest.',
    );
    expect(whatOf(d, 8)).toContain('Cora Madeup (consultant) acknowledged report r1');
  });

  test('the same ask again and again is one line that says how often and until when', () => {
    expect(d.timeline.map((l) => l.seq)).toEqual([1, 2, 3, 6, 7, 8, 9, 10, 11]);
    expect(d.timeline.find((l) => l.seq === 3)!.again).toEqual({ until: at(50), seq: 5, times: 3 });
  });

  test('something else between keeps two asks apart', () => {
    const between = [EVENTS[0]!, EVENTS[1]!, asked(3), EVENTS[9]!, asked(5)] as JourneyEvent[];
    const lines = dossierOf(recorded({ links: chain(JOURNEY, '', between) }), false).timeline;
    expect(lines.filter((l) => l.kind === 'duty').map((l) => l.again)).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });

  test('a duty has who answered, its limit, and whether that was kept', () => {
    expect(d.owners).toEqual([
      expect.objectContaining({
        duty: '“Acknowledge the report” (r1)',
        accountable: [{ who: 'Cora Madeup (consultant)', from: at(1) }],
        limit: at(30),
        ended: { at: at(62), how: 'discharged' },
        state: 'late',
        asks: 5,
      }),
    ]);
  });

  test.each([
    ['open', 20, []],
    ['overdue', 100, []],
    ['met', 100, [{ how: 'discharged' }]],
    ['met', 100, [{ how: 'overtaken', at: at(20) }]],
    ['late', 100, [{ how: 'overtaken', at: at(40) }]],
    ['let off', 100, [{ how: 'waived' }]],
    ['withdrawn', 100, [{ how: 'withdrawn' }]],
  ])('%s, at minute %i after %j', (state, made, endings) => {
    const ends = endings.map((e) => ({ ...duty, type: 'ended', seq: 3, at: at(20), cause, ...e }));
    const links = chain(JOURNEY, '', [EVENTS[0]!, opened, ...ends] as unknown as JourneyEvent[]);
    expect(dossierOf(recorded({ links, madeAt: at(made) }), false).owners[0]!.state).toBe(state);
  });

  test('has contacts, refusals with their reason, notes, and every hash', () => {
    expect(d.contacts).toMatchObject([{ with: 'patient', at: at(65), recordedAt: at(70), seq: 10 }]);
    expect(d.refusals[0]!.what).toContain('A critical finding is acknowledged by voice with read-back.');
    expect(d.notes).toEqual([{ seq: 10, kind: 'note', text: 'canary note' }]);
    expect(d.hashes).toHaveLength(EVENTS.length);
    expect(d.head).toEqual({ seq: 11, hash: recorded().links.at(-1)!.hash });
    expect(d.leftOut).toEqual([]);
  });

  test('whoever may not see the patient gets neither details nor texts, and is told so', () => {
    const texts = new Map([[sealed(1).ref, { kind: 'text', commitment: 'c' }]]);
    const { patient: _, ...blind } = recorded({ texts, seesPatient: false });
    const without = dossierOf(blind, false);
    expect([without.patient, without.notes, without.reports[0]!.text]).toEqual([undefined, [], undefined]);
    expect(without.leftOut.join()).toContain('may not see them');
  });

  test('a text whose key was destroyed is named as such', () => {
    const texts = new Map([[sealed(1).ref, { kind: 'text', commitment: 'c' }]]);
    expect(dossierOf(recorded({ texts }), false).leftOut.join()).toContain('1 text whose key was destroyed');
  });
});

describe('a dossier for the family', () => {
  const d = dossierOf(recorded(), true);
  const all = JSON.stringify(d);

  test.each([
    'Cora',
    'Dr Signer',
    'Rex Invented',
    'dr-hall',
    'dr-shah',
    'desk-1',
    'safety-9',
    'ris-1',
    'canary',
    '/api/',
    '0000000000f',
  ])('has no %s', (canary) => {
    expect(JSON.stringify(dossierOf(recorded(), false))).toContain(canary);
    expect(all).not.toContain(canary);
  });

  test('calls each person by role and letter, the same throughout', () => {
    expect(whatOf(d, 2)).toMatch(/by a consultant \(B\).* A consultant \(B\) was asked/);
    expect(whatOf(d, 8)).toContain('A consultant (B) acknowledged');
    expect(d.reports[0]).toMatchObject({
      reporter: 'a reporter (A)',
      text: expect.stringContaining('Free gas.') as string,
    });
    expect(d.reports[0]!.text).toContain('Told to a consultant (B)');
  });

  test('leaves out what the machinery did, and says what is left out', () => {
    expect(whatOf(d, 6)).toContain('Refused: acknowledge');
    expect(whatOf(d, 7)).toBeUndefined();
    expect(d.leftOut.join(' ')).toMatch(
      /Names of staff.*Notes of staff.*1 line of the timeline.*The chain of events/,
    );
    expect(d.patient).toEqual({ name: 'Test Patient (synthetic)', nhsNumber: '9990000018' });
  });
});

test('every fact and every command has its sentence', () => {
  expect(FACT_TYPES.filter((type) => !(type in FACT_SENTENCES))).toEqual([]);
  expect(COMMAND_TYPES.filter((type) => !(type in COMMAND_SENTENCES))).toEqual([]);
});

test('letters go on after Z, and a person keeps theirs in another role', () => {
  expect([0, 25, 26, 51, 52, 701, 702].map(letterOf)).toEqual(['A', 'Z', 'AA', 'AZ', 'BA', 'ZZ', 'AAA']);
  const naming = byRole();
  expect([naming('x', 'consultant'), naming('y', 'mdt-coordinator'), naming('x', 'gp')]).toEqual([
    'a consultant (A)',
    'an MDT coordinator (B)',
    'a GP (A)',
  ]);
});

test('names are replaced as whole words, whatever their case', () => {
  const called = new Map([
    ['Ann Lee', 'a reporter (A)'],
    ['J.(R)', 'a vetter (B)'],
  ]);
  expect(withoutNames('ANN LEE and Joann Leeds; J.(R)', called)).toBe(
    'a reporter (A) and Joann Leeds; a vetter (B)',
  );
});

test('a version says what changed against the one before it', () => {
  const old = report(1, [finding]);
  const now = report(2, [
    { ...finding, category: 'urgent' },
    { ...finding, id: 'f2', region: 'neck' },
  ]);
  expect(changesOf(old, now)).toEqual([
    'new: critical finding in the neck',
    'critical finding in the chest became urgent finding in the chest',
  ]);
  expect(changesOf(now, { ...old, status: 'amended' })).toContain(
    'no longer said: critical finding in the neck',
  );
  expect(changesOf(undefined, now)).toEqual([]);
});

test.each([
  [undefined, 'pdf'],
  ['', 'pdf'],
  ['text/html,application/xhtml+xml,*/*;q=0.8', 'pdf'],
  ['application/fhir+json', 'fhir'],
  ['application/vnd.imaging-failsafe.bundle+json', 'bundle'],
  ['application/fhir+json;q=0.5, application/vnd.imaging-failsafe.bundle+json;q=0.9', 'bundle'],
  ['application/*', 'pdf'],
  ['application/pdf;q=0, */*;q=0.1', 'bundle'],
  ['APPLICATION/FHIR+JSON', 'fhir'],
  ['image/png', undefined],
  ['application/pdf;q=banana', undefined],
])('Accept %s wants %s', (accept, form) => {
  expect(formFor(accept)).toBe(form);
});
