import type { Dossier } from '../dossier';
import type { OwnedDuty } from '../owners';
import { inWords, listed, localTime, utcTime } from '../words';
import type { Pdf } from '../../pdf/page';
import { bullets, heading, paragraph, SIZE } from '../../pdf/page';
import type { Cell } from '../../pdf/table';
import { drawTable, TIGHT } from '../../pdf/table';

/** The parts of a dossier on paper, in reading order. Each draws itself below what is there. */

type Struct = PDFKit.PDFStructureElement;
type Section = (doc: Pdf, at: Struct, d: Dossier) => Promise<void> | void;

/** Local time, with UTC below it. */
const both = (at: string, d: Dossier): Cell => [localTime(at, d.timeZone), utcTime(at)];

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

const inShort: Section = async (doc, at, d) => {
  const { patient = {} } = d;
  const details = [
    ['Patient', patient.name],
    ['Date of birth', patient.birthDate],
    ['NHS number', patient.nhsNumber],
    ['Hospital number', patient.hospitalNumber],
  ] as const;
  const signed = d.policy.signed;
  const rows: Cell[][] = [
    ...details.flatMap(([what, value]): Cell[][] => (value === undefined ? [] : [[what, value]])),
    ...d.inShort.map(({ what, value }): Cell[] => [what, value]),
    [
      'Rules it ran under',
      `${d.policy.name}, version ${d.policy.version}, ` +
        (signed === undefined
          ? 'a proposal that nobody has signed'
          : `signed by ${signed.clinicalSafetyOfficer} on ${signed.on}`),
    ],
    ['Made', `${localTime(d.madeAt, d.timeZone)} (${utcTime(d.madeAt)})`],
  ];
  await drawTable(
    doc,
    at,
    [
      { head: 'What', width: 130, names: true },
      { head: 'On record', width: 357 },
    ],
    rows,
  );
  heading(doc, at, 3, 'How to read this');
  bullets(doc, at, [
    `Times are those of ${d.timeZone}, with UTC in the line below. A line stands at the time at which it was recorded; where it had happened earlier, it says so.`,
    'Whoever answers for a duty is one person. Whoever is asked can be somebody else: the software asks one person after another until the duty is done.',
    'Nothing in this record was acknowledged, decided or told by software. It says what people and systems sent, and whom it asked.',
    ...(d.redacted ? [] : ['Names are those that the directory had on the day on which this was made.']),
  ]);
};

const leftOut: Section = (doc, at, d) => {
  if (d.leftOut.length > 0) bullets(doc, at, d.leftOut);
  else paragraph(doc, at, 'Nothing. All that is on record of this journey is here or in its bundle.');
};

const timeline: Section = async (doc, at, d) => {
  const rows = d.timeline.map((line): Cell[] => {
    const happened =
      line.happenedAt === undefined ? '' : `It happened on ${localTime(line.happenedAt, d.timeZone)}.`;
    const again =
      line.again === undefined
        ? ''
        : `The same again ${line.again.times - 1} times (to event ${line.again.seq}), the last on ${localTime(line.again.until, d.timeZone)}.`;
    const below = [line.from === undefined ? '' : `From ${line.from}.`, happened, again].filter(
      (t) => t !== '',
    );
    return [String(line.seq), both(line.at, d), [line.what, below.join(' ')]];
  });
  await drawTable(
    doc,
    at,
    [
      { head: 'Event', width: 40, names: true },
      { head: 'Recorded', width: 142 },
      { head: 'What happened', width: 305 },
    ],
    rows,
  );
};

/** What else there is to say of a duty: its category, and its key where that says more than its name. */
const below = ({ category, key, duty }: OwnedDuty): string =>
  [category === undefined ? '' : inWords(category), key.includes(':') && !duty.endsWith(')') ? key : '']
    .filter((t) => t !== '')
    .join(', ');

const owners: Section = async (doc, at, d) => {
  const rows = d.owners.map((o): Cell[] => [
    [o.duty, below(o)],
    listed(o.accountable.map(({ who }, i) => (i === 0 ? who : `then ${who}`))),
    both(o.limit, d),
    o.ended === undefined ? 'not done' : both(o.ended.at, d),
    [
      capital(o.state),
      o.asks === 0 ? 'nobody was asked' : `asked ${o.asks} ${o.asks === 1 ? 'time' : 'times'}`,
    ],
  ]);
  if (rows.length === 0) return paragraph(doc, at, 'None.');
  await drawTable(
    doc,
    at,
    [
      { head: 'Duty', width: 100, names: true },
      { head: 'Answered by', width: 97 },
      { head: 'Limit', width: 108 },
      { head: 'Ended', width: 108 },
      { head: 'Kept?', width: 74 },
    ],
    rows,
  );
};

const asks: Section = async (doc, at, d) => {
  const rows = d.asks.map((a): Cell[] => [
    a.who,
    a.duty,
    [
      localTime(a.first, d.timeZone),
      a.last === undefined ? utcTime(a.first) : `to ${localTime(a.last, d.timeZone)}`,
    ],
    [a.channel, a.times === 1 ? '' : `${a.times} times`],
    a.reached,
  ]);
  if (rows.length === 0) return paragraph(doc, at, 'Nobody was asked.');
  await drawTable(
    doc,
    at,
    [
      { head: 'Who', width: 112, names: true },
      { head: 'About', width: 110 },
      { head: 'When', width: 110 },
      { head: 'By', width: 55 },
      { head: 'Reached?', width: 100 },
    ],
    rows,
  );
};

const reports: Section = (doc, at, d) => {
  if (d.reports.length === 0) return paragraph(doc, at, 'No report has come.');
  for (const r of d.reports) {
    heading(doc, at, 3, `Version ${r.label}, ${inWords(r.status)}, by ${r.reporter}`);
    bullets(doc, at, [
      `Issued ${localTime(r.issuedAt, d.timeZone)}; received ${localTime(r.receivedAt, d.timeZone)} (event ${r.seq}).`,
      `Findings: ${listed(r.findings, 'none coded')}.`,
      ...(r.regions.length === 0 ? [] : [`Body regions stated: ${r.regions.join('; ')}.`]),
      ...(r.changes.length === 0 ? [] : [`Against the version before: ${r.changes.join('; ')}.`]),
    ]);
    if (r.text !== undefined) paragraph(doc, at, r.text);
  }
};

const contacts: Section = async (doc, at, d) => {
  if (d.contacts.length === 0)
    return paragraph(doc, at, 'No contact with the patient, their family or their GP is on record.');
  await drawTable(
    doc,
    at,
    [
      { head: 'With', width: 60, names: true },
      { head: 'When', width: 142 },
      { head: 'What', width: 285 },
    ],
    d.contacts.map((c): Cell[] => [
      c.with === 'gp' ? 'GP' : 'Patient',
      both(c.at, d),
      [c.what, `Event ${c.seq}`],
    ]),
  );
};

const refusals: Section = async (doc, at, d) => {
  if (d.refusals.length === 0) return paragraph(doc, at, 'Nothing was refused.');
  await drawTable(
    doc,
    at,
    [
      { head: 'Event', width: 40, names: true },
      { head: 'When', width: 142 },
      { head: 'What was refused, and why', width: 305 },
    ],
    d.refusals.map((r): Cell[] => [String(r.seq), both(r.at, d), r.what]),
  );
};

const notes: Section = (doc, at, d) => {
  for (const note of d.notes) {
    heading(doc, at, 3, `Note with event ${note.seq}`);
    paragraph(doc, at, note.text);
  }
};

const accesses: Section = async (doc, at, d) => {
  const opened = d.accesses.filter((a) => a.what !== 'sent');
  if (opened.length === 0) return paragraph(doc, at, 'Nobody has opened this record so far.');
  await drawTable(
    doc,
    at,
    [
      { head: 'Who', width: 170, names: true },
      { head: 'When', width: 147 },
      { head: 'What', width: 170 },
    ],
    opened.map((a): Cell[] => [a.who, both(a.at, d), [a.what, a.row === undefined ? '' : a.row.route]]),
  );
};

const people: Section = async (doc, at, d) => {
  await drawTable(
    doc,
    at,
    [
      { head: 'Name', width: 190, names: true },
      { head: 'Id', width: 130 },
      { head: 'Acted or was named as', width: 167 },
    ],
    d.people.map((p): Cell[] => [p.name, p.id, p.roles.join(', ')]),
  );
};

const PROOF = (d: Dossier): string =>
  'Each event is chained to the one before it by SHA-256, so that changing, dropping or adding one changes every hash after it. ' +
  'The last one, the chain’s head, stands at the foot of each page. ' +
  `The ${d.redacted ? 'hospital’s full record' : 'bundle'} of this journey holds the events themselves; ` +
  'docs/EVIDENCE.md says how anybody checks it without our software.';

const hashes: Section = async (doc, at, d) => {
  paragraph(doc, at, PROOF(d));
  paragraph(doc, at, `The chain has ${d.head.seq} events. Its head: ${d.head.hash}`);
  if (d.hashes.length === 0) return;
  await drawTable(
    doc,
    at,
    [
      { head: 'Event', width: 44, names: true, size: SIZE.small },
      { head: 'Type', width: 118, size: SIZE.small },
      { head: 'SHA-256', width: 325, face: 'mono', size: 7.5 },
    ],
    d.hashes.map((h): Cell[] => [String(h.seq), inWords(h.type), h.hash]),
    TIGHT,
  );
};

/** Every part with its heading. A part without a heading for this dossier is left out. */
export const SECTIONS: readonly [title: string, draw: Section, when?: (d: Dossier) => boolean][] = [
  ['In short', inShort],
  ['What happened', timeline],
  ['Who answered for what, and whether it was kept', owners],
  ['Who was asked, and whether they were reached', asks],
  ['Reports', reports],
  ['Contact with the patient and the GP', contacts],
  ['What was refused', refusals],
  ['Notes', notes, (d) => d.notes.length > 0],
  ['Who opened this record', accesses],
  ['Who is who', people, (d) => d.people.length > 0],
  ['What is left out', leftOut],
  ['Proof', hashes],
];
