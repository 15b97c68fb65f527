import type { Dossier } from './dossier';
import { auditOf } from './fhir-audit';
import type { Json } from './fhir-ids';
import { SYSTEMS, urnOf } from './fhir-ids';
import { provenanceOf, reportResource, reportUrn } from './fhir-provenance';

/**
 * The dossier as a FHIR R4 Bundle (collection): the patient where known, each report version, a Provenance for each fact, act
 * and report version, and an AuditEvent for each access.
 */
export const fhirOf = (d: Dossier): Json => {
  const patient = d.patient === undefined ? undefined : urnOf(d.journey, 'patient');
  const entry = (fullUrl: string, resource: Json): Json => ({ fullUrl, resource });
  return {
    resourceType: 'Bundle',
    identifier: { system: SYSTEMS.journey, value: d.journey },
    type: 'collection',
    timestamp: d.madeAt,
    entry: [
      ...(patient === undefined ? [] : [entry(patient, patientResource(d))]),
      ...d.reports.map((report) => entry(reportUrn(d, report), reportResource(report, patient))),
      ...d.inputs.map((input) => entry(urnOf(d.journey, 'provenance', input.seq), provenanceOf(d, input))),
      ...d.accesses.map((access, i) => entry(urnOf(d.journey, 'access', i), auditOf(d, access, patient))),
    ],
  };
};

const DATE = /^\d{4}-\d\d-\d\d$/;

/** Only what a message may have given and FHIR has a place for. */
const patientResource = ({ patient = {} }: Dossier): Json => {
  const { nhsNumber, hospitalNumber, assigner, name, birthDate } = patient;
  const identifier = [
    ...(nhsNumber === undefined ? [] : [{ system: SYSTEMS.nhs, value: nhsNumber.replaceAll(/\s/g, '') }]),
    ...(hospitalNumber === undefined
      ? []
      : [{ value: hospitalNumber, ...(assigner === undefined ? {} : { assigner: { display: assigner } }) }]),
  ];
  return {
    resourceType: 'Patient',
    ...(identifier.length === 0 ? {} : { identifier }),
    ...(name === undefined ? {} : { name: [{ text: name }] }),
    ...(birthDate !== undefined && DATE.test(birthDate) ? { birthDate } : {}),
    ...(identifier.length === 0 && name === undefined ? { active: true } : {}),
  };
};
