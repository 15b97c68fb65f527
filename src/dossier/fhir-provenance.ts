import { isCommand } from '../../domain/inputs';
import type { InputType } from '../../domain/inputs';
import type { Dossier, Provenanced } from './dossier';
import type { Json } from './fhir-ids';
import { coding, concept, SYSTEMS, urnOf, whoIs } from './fhir-ids';
import type { ReportVersion } from './reports';

/** Where each fact, act and report version comes from. */

export const reportUrn = (d: Dossier, report: ReportVersion): string =>
  urnOf(d.journey, 'report', report.seq);

/** One report version, as far as we hold it: its status, its text, who wrote it. */
export const reportResource = (report: ReportVersion, patient: string | undefined): Json => ({
  resourceType: 'DiagnosticReport',
  status: report.status,
  code: concept('http://loinc.org', '18748-4'),
  ...(patient === undefined ? {} : { subject: { reference: patient } }),
  issued: report.issuedAt,
  resultsInterpreter: [{ display: report.reporter }],
  ...(report.text === undefined ? {} : { conclusion: report.text }),
});

export const provenanceOf = (d: Dossier, input: Provenanced): Json => {
  const report = d.reports.find(({ seq }) => seq === input.seq);
  const event = { system: SYSTEMS.event, value: `${d.journey}/${input.seq}` };
  return {
    resourceType: 'Provenance',
    target: [
      report === undefined
        ? { identifier: event, display: input.what }
        : { reference: reportUrn(d, report), display: input.what },
    ],
    occurredDateTime: input.happenedAt ?? input.receivedAt,
    recorded: input.at,
    activity: { coding: [coding(RECORDING, 'CREATE', 'create'), coding(SYSTEMS.act, input.type)] },
    agent: [
      {
        type: agentType(input.type as InputType),
        role: [concept(SYSTEMS.role, input.role)],
        who: whoIs(input.who, input.personId),
      },
    ],
    ...(input.hash === undefined
      ? {}
      : {
          entity: [
            {
              role: 'source',
              what: {
                identifier: { system: SYSTEMS.hash, value: input.hash },
                display: `Event ${input.seq} of the journey’s chain`,
              },
            },
          ],
        }),
  };
};

const RECORDING = 'http://terminology.hl7.org/CodeSystem/v3-DataOperation';

/** A person's act is theirs; what a source system says, it passes on. */
const agentType = (type: InputType): Json =>
  isCommand(type)
    ? concept('http://terminology.hl7.org/CodeSystem/provenance-participant-type', 'author', 'Author')
    : concept('http://terminology.hl7.org/CodeSystem/provenance-participant-type', 'enterer', 'Enterer');
