import { randomUUID } from 'node:crypto';

/** What the senders of these tests send: synthetic people, and those of the fictitious directory. */

export const now = (): string => new Date().toISOString();

export const freshOrder = (): { assigner: string; type: 'order'; value: string } => ({
  assigner: 'northmoor',
  type: 'order',
  value: `ORD-${randomUUID().slice(0, 13)}`,
});

/** A request of a chest X-ray of an inpatient; `consultant-1` answers for it. */
export const requestBody = (more: object = {}): Record<string, unknown> => ({
  identifiers: [freshOrder()],
  at: now(),
  requester: { person: 'requester-1', profession: 'doctor' },
  consultant: 'consultant-1',
  gp: { status: 'registered', practice: 'placebo-lane', person: 'gp-1' },
  setting: 'inpatient',
  priority: 'urgent',
  patientClass: 'adult',
  modality: 'XR',
  examination: 'xr-chest',
  regions: ['chest'],
  site: 'northmoor-general',
  nation: 'england',
  ...more,
});

/** A final report with one critical finding, unless told otherwise. */
export const reportBody = (more: object = {}): Record<string, unknown> => ({
  version: 1,
  status: 'final',
  at: now(),
  reporter: 'reporter-1',
  findings: [{ id: 'f1', category: 'critical', expected: false, region: 'chest' }],
  regions: [{ region: 'chest', statement: 'findings' }],
  ...more,
});

/** Heard and said back, as a critical finding must be. */
export const acknowledgeBody = (more: object = {}): Record<string, unknown> => ({
  version: 'r1',
  findings: ['f1'],
  how: 'voice',
  readBack: true,
  ...more,
});

export const planBody = (more: object = {}): Record<string, unknown> => ({
  version: 'r1',
  finding: 'f1',
  noAction: 'already-treated',
  ...more,
});

export const tellBody = (more: object = {}): Record<string, unknown> => ({
  version: 'r1',
  at: now(),
  to: 'patient',
  how: 'in-person',
  outcome: 'told',
  ...more,
});
