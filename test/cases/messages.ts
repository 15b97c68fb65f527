import type { Finding, Inputs } from '../../domain/inputs';
import type { Category, Modality, Priority, Region, ReportStatus, Setting } from '../../domain/vocabulary';
import type { Identifier } from '../../src/intake/matching';
import type { PatientDetails } from '../../src/intake/patients';
import type { Clinic } from './clinic';
import type { PersonId } from './people';

/** What an order says, as far as the cases differ in it. */
export interface RequestDetails {
  setting: Setting;
  modality: Modality;
  priority?: Priority;
  regions: Region[];
  requester: PersonId;
  consultant?: PersonId;
  /** When imaging was decided on, where that is on record: a day and time of the script. */
  decided?: string;
}

/** What a report says, as far as the cases differ in it. */
export interface ReportDetails {
  version?: number;
  status?: ReportStatus;
  by?: PersonId;
  findings?: Finding[];
}

/** A finding as its reader coded it; unexpected unless said otherwise. */
export const finding = (category: Category, region: Region, id = 'f1'): Finding => ({
  id,
  category,
  expected: false,
  region,
  ...(category === 'cancer' ? { primarySite: region } : {}),
});

/** A patient of the 999 test range: synthetic, with a valid check digit. */
export const PATIENT: PatientDetails = { nhsNumber: '9990000018', name: 'Synthetic Patient' };
/** Nobody knows this one: a hospital number that no other message has. */
export const STRANGER: PatientDetails = {
  hospitalNumber: 'X-0000',
  assigner: 'elsewhere',
  name: 'Synthetic Stranger',
};

/** By what the source systems know an examination. */
export const orderNumber = (value: string): Identifier => ({ assigner: 'order-comms', type: 'order', value });

/** An order as the order system sends it. */
export const requestFact = (clinic: Clinic, details: RequestDetails): Inputs['request'] => ({
  at: clinic.moment,
  requester: { person: details.requester, profession: details.setting === 'gp' ? 'gp' : 'doctor' },
  ...(details.consultant === undefined ? {} : { consultant: details.consultant }),
  gp: { status: 'registered', practice: 'synthetic-practice', person: 'family-doctor' },
  setting: details.setting,
  priority: details.priority ?? 'routine',
  patientClass: 'adult',
  modality: details.modality,
  examination: `${details.modality}-${details.regions.join('-')}`.toUpperCase(),
  regions: details.regions,
  site: 'synthetic-site',
  nation: 'england',
  ...(details.decided === undefined ? {} : { decidedAt: clinic.dates.instant(details.decided) }),
});

/** A report as its reader issued it, with each region stated. */
export const reportFact = (
  at: string,
  details: ReportDetails,
  regions: readonly Region[],
): Inputs['report'] => {
  const findings = details.findings ?? [];
  return {
    version: details.version ?? 1,
    status: details.status ?? 'final',
    at,
    reporter: details.by ?? 'radiologist',
    findings,
    regions: regions.map((region) => ({
      region,
      statement: findings.some((f) => f.region === region) ? 'findings' : 'no-findings',
    })),
  };
};
