import type { Actor, Facts, Finding, ReportFact } from '../../../domain/inputs';
import type { Category, Instant } from '../../../domain/vocabulary';

/** Synthetic people and facts. Nobody here exists. */

export const REQUESTER: Actor = { person: 'dr-ash', role: 'requester' };
export const CONSULTANT: Actor = { person: 'dr-birch', role: 'consultant' };
export const REPORTER: Actor = { person: 'dr-cedar', role: 'reporter' };
export const OTHER_REPORTER: Actor = { person: 'dr-dogwood', role: 'reporter' };
export const GP: Actor = { person: 'gp-elm', role: 'gp' };
export const VETTER: Actor = { person: 'imaging-lead', role: 'vetter' };
export const CLINICAL_LEAD: Actor = { person: 'clinical-lead', role: 'clinical-lead' };
export const MEDICAL_LEAD: Actor = { person: 'medical-lead', role: 'medical-lead' };
export const DESK: Actor = { person: 'desk-lead', role: 'desk' };
export const SYSTEM: Actor = { person: 'ris', role: 'system' };

/** A Monday morning. */
export const T0: Instant = '2026-03-02T09:00:00.000Z';

const UNIT: Record<string, number> = { m: 60_000, h: 3_600_000, d: 86_400_000 };

/** `10m`, `3h` or `2d` in milliseconds. */
export const ms = (time: string): number => {
  const [, amount, unit] = /^(\d+)([mhd])$/.exec(time)!;
  return Number(amount) * UNIT[unit!]!;
};

/** The instant that lies so long after another (`-2h`: before it). */
export const after = (from: Instant, time: string): Instant => {
  const way = time.startsWith('-') ? -1 : 1;
  return new Date(Date.parse(from) + way * ms(time.replace('-', ''))).toISOString();
};

export const request = (otherwise: Partial<Facts['request']> = {}): Facts['request'] => ({
  at: T0,
  requester: { person: REQUESTER.person, profession: 'doctor' },
  gp: { status: 'registered', practice: 'elm-surgery', person: GP.person },
  setting: 'outpatient',
  priority: 'routine',
  patientClass: 'adult',
  modality: 'CT',
  examination: 'ct-chest',
  regions: ['chest'],
  site: 'main',
  nation: 'england',
  ...otherwise,
});

export const finding = (id: string, category: Category, otherwise: Partial<Finding> = {}): Finding => ({
  id,
  category,
  expected: false,
  region: 'chest',
  ...otherwise,
});

/** A report version with its region statement; final unless said. */
export const report = (
  version: number,
  findings: Finding[] = [],
  otherwise: Partial<ReportFact> = {},
): Partial<ReportFact> & Omit<ReportFact, 'at'> => ({
  version,
  status: 'final',
  reporter: REPORTER.person,
  findings,
  regions: [{ region: 'chest', statement: findings.length > 0 ? 'findings' : 'no-findings' }],
  ...otherwise,
});
