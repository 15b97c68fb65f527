import { DUTY_TEXTS } from '../policy/duty-texts';
import { inWords } from '../policy/words';
import { localTime } from '../dossier/words';
import { bullets, bytesOf, feet, heading, openPdf, paragraph } from '../pdf/page';
import type { Cell } from '../pdf/table';
import { drawTable } from '../pdf/table';
import type { DowntimeList, ListedDuty } from './downtime-list';
import { dutiesIn } from './downtime-list';

/** The list on paper: one part a person asked, with room to write what was done. */

const TITLE = 'Open duties, for when nothing works';

const HOW = [
  'Work from the top of each person’s part: the most dangerous duty stands first.',
  'Ring whoever a part is about. Write down what was done, when and by whom; a critical finding is said back.',
  'Afterwards whoever did it enters it with its real time (Entered-Afterwards), and the list goes into confidential waste.',
  'What came in after this list was made is not on it: ask the source systems.',
];

const patientOf = ({ patient = {}, identifiers }: ListedDuty): Cell => [
  patient.name ?? 'name not known',
  [
    patient.birthDate && `born ${patient.birthDate}`,
    patient.nhsNumber && `NHS ${patient.nhsNumber}`,
    patient.hospitalNumber && `hospital number ${patient.hospitalNumber}`,
    ...identifiers,
  ]
    .filter(Boolean)
    .join('; '),
];

const dutyOf = ({ kind, category, key, accountable }: ListedDuty): Cell => [
  [DUTY_TEXTS[kind].name, category && `(${inWords(category)} finding)`].filter(Boolean).join(' '),
  `${key}; answers for it: ${accountable}`,
];

const limitOf = ({ limitAt, asks }: ListedDuty, { madeAt, timeZone }: DowntimeList): Cell => [
  localTime(limitAt, timeZone),
  [limitAt < madeAt ? 'overdue' : '', asks === 0 ? 'not asked yet' : `asked ${asks} times`]
    .filter((t) => t !== '')
    .join(', '),
];

const COLUMNS = [
  { head: 'Patient', width: 145, names: true },
  { head: 'Duty', width: 125 },
  { head: 'Limit', width: 92 },
  { head: 'Done: what, when, by whom', width: 125 },
] as const;

/** @returns the bytes of a tagged PDF, A4 */
export const downtimePdf = async (list: DowntimeList): Promise<Buffer> => {
  const made = localTime(list.madeAt, list.timeZone);
  const doc = openPdf(TITLE, 'Open duties by who is asked', list.madeAt);
  const bytes = bytesOf(doc);
  const root = doc.struct('Document');
  doc.addStructure(root);
  heading(doc, root, 1, TITLE);
  paragraph(doc, root, `As of ${made}: ${dutiesIn(list)} open duties of ${list.people.length} people.`);
  bullets(doc, root, HOW);
  for (const person of list.people) {
    const part = doc.struct('Sect');
    root.add(part);
    heading(doc, part, 2, `${person.name}, ${inWords(person.role)}`);
    paragraph(
      doc,
      part,
      person.numbers.length === 0 ? 'No number is in the directory.' : person.numbers.join('; '),
    );
    await drawTable(
      doc,
      part,
      COLUMNS,
      person.duties.map((duty): Cell[] => [patientOf(duty), dutyOf(duty), limitOf(duty, list), '\n\n']),
    );
    part.end();
  }
  root.end();
  feet(doc, `Confidential: names of patients. As of ${made}.`, 'Imaging Failsafe, list for downtime');
  doc.end();
  return bytes;
};
