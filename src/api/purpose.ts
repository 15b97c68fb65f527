import type { RoleKey } from '../../domain/vocabulary';
import type { Permission } from './permissions';
import { Problem } from './problems';
import type { ApiRequest } from './request';
import { header } from './request';

/** Why a record is read: codes of HL7 v3 PurposeOfUse, a closed list of those that fit here. */
export const PURPOSES = {
  TREAT: 'treatment',
  ETREAT: 'emergency treatment',
  COC: 'coordination of care',
  HOPERAT: 'running the service',
  HQUALIMP: 'quality improvement',
  PATSFTY: 'patient safety',
  HLEGAL: 'legal: a coroner, a court, a claim',
  HCOMPL: 'compliance: an inspector, the Ombudsman',
  PATRQT: 'the patient asked',
  FAMRQT: 'the family asked',
  HSYSADMIN: 'keeping the system running',
} as const;
export type Purpose = keyof typeof PURPOSES;

/**
 * The purpose that goes with a role. None where a role reads for many reasons (safety leads, administrators) or is no person's:
 * what they do not say is kept as not said, and never guessed.
 */
const USUAL: Readonly<Partial<Record<RoleKey, Purpose>>> = {
  requester: 'TREAT',
  consultant: 'TREAT',
  registrar: 'TREAT',
  gp: 'TREAT',
  radiographer: 'TREAT',
  vetter: 'TREAT',
  reporter: 'TREAT',
  'imaging-department': 'COC',
  'reporting-pool': 'COC',
  'sending-site': 'COC',
  'reading-site': 'COC',
  'clinical-lead': 'COC',
  'medical-lead': 'COC',
  'mdt-coordinator': 'COC',
  desk: 'COC',
  'on-call-engineer': 'HSYSADMIN',
};

/** What nobody reads without saying why. */
export const NEEDS_PURPOSE: ReadonlySet<Permission> = new Set<Permission>([
  'safety:read',
  'dossier:read',
  'history:read',
]);

const isPurpose = (text: string): text is Purpose => Object.hasOwn(PURPOSES, text);

/** Why this is read: as `Purpose-Of-Use` says, else as goes with the role. Throws where it must be said and is not. */
export const purposeOf = (request: ApiRequest, permission: Permission): Purpose | undefined => {
  const said = header(request, 'purpose-of-use')?.trim();
  if (said !== undefined && said !== '') {
    if (!isPurpose(said)) throw new Problem('unknown-purpose');
    return said;
  }
  if (NEEDS_PURPOSE.has(permission)) throw new Problem('purpose-missing');
  return USUAL[request.principal!.role];
};
