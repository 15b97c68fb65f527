import type { Access, Dossier } from './dossier';
import type { Json } from './fhir-ids';
import { coding, concept, SYSTEMS, whoIs } from './fhir-ids';

/**
 * One access as an AuditEvent in the shape of IHE BALP's PatientRead, PatientCreate and their kin. We keep no network address
 * and no client software, so these do not claim those profiles, which ask for both.
 */

const TERMS = 'http://terminology.hl7.org/CodeSystem';
const DICOM = 'http://dicom.nema.org/resources/ontology/DCM';

export const auditOf = (d: Dossier, access: Access, patient: string | undefined): Json => {
  const reads = access.row === undefined ? access.what === 'read' : access.row.method === 'GET';
  const refused = access.what.startsWith('refused');
  const interaction = reads ? 'read' : 'create';
  return {
    resourceType: 'AuditEvent',
    type: coding(`${TERMS}/audit-event-type`, 'rest', 'Restful Operation'),
    subtype: [coding('http://hl7.org/fhir/restful-interaction', interaction, interaction)],
    action: reads ? 'R' : 'C',
    recorded: access.at,
    outcome: refused ? '4' : '0',
    ...(refused ? { outcomeDesc: access.what } : {}),
    agent: [server(reads), user(access)],
    source: {
      observer: { display: 'Imaging Failsafe' },
      type: [coding(`${TERMS}/security-source-type`, '4', 'Application Server')],
    },
    entity: [
      {
        what: { identifier: { system: SYSTEMS.journey, value: d.journey } },
        type: coding(`${TERMS}/audit-entity-type`, '2', 'System Object'),
        role: coding(`${TERMS}/object-role`, '4', 'Domain Resource'),
      },
      ...(patient === undefined
        ? []
        : [
            {
              what: { reference: patient },
              type: coding(`${TERMS}/audit-entity-type`, '1', 'Person'),
              role: coding(`${TERMS}/object-role`, '1', 'Patient'),
            },
          ]),
      ...(access.row === undefined
        ? []
        : [
            {
              what: { identifier: { value: access.row.request } },
              type: coding(SYSTEMS.request, 'XrequestId'),
            },
          ]),
    ],
  };
};

/** Who gives what is read is the source; who takes what is sent, the destination. */
const server = (reads: boolean): Json => ({
  type: reads ? concept(DICOM, '110153', 'Source Role ID') : concept(DICOM, '110152', 'Destination Role ID'),
  who: { display: 'Imaging Failsafe' },
  requestor: false,
});

const user = ({ who, row }: Access): Json => ({
  type: concept(`${TERMS}/v3-ParticipationType`, 'IRCP', 'information recipient'),
  ...(row?.role === undefined ? {} : { role: [concept(SYSTEMS.role, row.role)] }),
  who: whoIs(who, row?.principal),
  requestor: true,
});
