import type { JourneyEvent } from '../../domain/events';
import type { Instant } from '../../domain/vocabulary';
import type { PatientDetails } from '../intake/patients';
import type { Asked } from './asking';
import { asksOf } from './asking';
import type { Contact } from './contacts';
import { contactsOf } from './contacts';
import { inShortOf } from './in-short';
import type { Fact } from './in-short';
import { leftOutOf } from './left-out';
import type { Naming } from './naming';
import { byName, byRole, peopleIn, withoutNames } from './naming';
import type { OwnedDuty } from './owners';
import { ownersOf } from './owners';
import type { AccessRow, PolicyRow, Recorded, TextRow } from './recorded';
import type { ReportVersion } from './reports';
import { reportsOf } from './reports';
import { sentenceOf } from './sentences';
import type { Line } from './timeline';
import { isInternal, timelineOf } from './timeline';
import { inWords, kindOf, wordsOf } from './words';

/** Somebody opened or sent something about this journey, as the access log has it. */
export interface Access {
  at: Instant;
  who: string;
  /** `read` or `sent`; `refused` where it was not let through. */
  what: string;
  /** The row itself; not in the family's form. */
  row?: AccessRow;
}

/** Who somebody in the dossier is; not in the family's form. */
export interface Person {
  id: string;
  name: string;
  roles: string[];
}

/** A note or report text that the reader may see, under the event that refers to it. */
export interface NoteText {
  seq: number;
  kind: string;
  text: string;
}

/**
 * One journey, as it is told to a person who was not there. PDF, bundle and FHIR are renderings of this and say nothing
 * else. Instants are UTC; `local` is the time zone of the policy that the journey ran under.
 */
export interface Dossier {
  journey: string;
  madeAt: Instant;
  redacted: boolean;
  timeZone: string;
  /** The last event's number and hash. */
  head: { seq: number; hash: string };
  policy: PolicyRow;
  patient?: PatientDetails;
  inShort: Fact[];
  timeline: Line[];
  owners: OwnedDuty[];
  asks: Asked[];
  reports: ReportVersion[];
  contacts: Contact[];
  refusals: { seq: number; at: Instant; local: string; what: string }[];
  notes: NoteText[];
  people: Person[];
  accesses: Access[];
  /** Every event's number, type and hash; none in the family's form, whose head holds for all. */
  hashes: { seq: number; type: string; hash: string }[];
  /** The facts and acts, for provenance: their sentence, who, when. */
  inputs: Provenanced[];
  leftOut: string[];
}

export interface Provenanced {
  seq: number;
  type: string;
  at: Instant;
  receivedAt: Instant;
  /** When it was done, where it was entered afterwards. */
  happenedAt?: Instant;
  role: string;
  who: string;
  what: string;
  /** Not in the family's form. */
  hash?: string;
  personId?: string;
}

/** @param redacted for the family: roles in the place of names, and nothing of the desk's internals */
export const dossierOf = (r: Recorded, redacted: boolean): Dossier => {
  const events = r.links.map(({ event }) => event);
  const naming = redacted ? byRole() : byName(r.names);
  const w = wordsOf(naming, r.policy.timeZone, redacted);
  // Letters follow the order of events, whichever part is drawn first.
  const people = peopleOf(events, r, naming);
  const told = redacted ? events.filter((e) => !isInternal(e)) : events;
  const show = shownText(people, redacted);
  const timeline = timelineOf(told, w);
  const asks = r.asks.filter((a) => !redacted || kindOf(a.key) !== 'reconcile');
  const owners = ownersOf(told, w, r.madeAt).map((o) => (redacted ? { ...o, key: '' } : o));
  const last = r.links.at(-1);
  return {
    journey: r.journey,
    madeAt: r.madeAt,
    redacted,
    timeZone: r.policy.timeZone,
    head: { seq: last?.event.seq ?? 0, hash: last?.hash ?? '' },
    policy: redacted ? unnamed(r.policy) : r.policy,
    ...(r.patient === undefined ? {} : { patient: redacted ? ownDetails(r.patient) : r.patient }),
    inShort: inShortOf(events, owners, w),
    timeline,
    owners,
    asks: asksOf(asks, w),
    reports: reportsOf(told, w, (ref) => show(r.texts.get(ref))),
    contacts: contactsOf(told, w),
    refusals: timeline
      .filter((line) => line.kind === 'refusal')
      .map(({ seq, at, local, what }) => ({ seq, at, local, what })),
    notes: redacted ? [] : notesOf(events, r.texts),
    people: redacted ? [] : people.map(({ called: _, ...person }) => person),
    accesses: r.accesses.map((row) => accessOf(row, naming, redacted)),
    hashes: redacted ? [] : r.links.map(({ event: { seq, type }, hash }) => ({ seq, type, hash })),
    inputs: r.links
      .filter(({ event }) => told.includes(event))
      .flatMap(({ event: e, hash }) =>
        'data' in e
          ? [
              {
                seq: e.seq,
                type: e.type,
                at: e.at,
                receivedAt: e.receivedAt,
                ...(e.happenedAt === undefined ? {} : { happenedAt: e.happenedAt }),
                role: e.by.role,
                who: w.party(e.by),
                what: sentenceOf(e, w),
                ...(redacted ? {} : { hash, personId: e.by.person }),
              },
            ]
          : [],
      ),
    leftOut: leftOutOf(r, redacted, events.length - told.length),
  };
};

type Called = Person & { called: string };

/** Everybody in the events, the outbox and the access log, each once, in that order. */
const peopleOf = (events: readonly JourneyEvent[], r: Recorded, naming: Naming): Called[] => {
  const all = [
    ...peopleIn(events),
    ...r.asks.map(({ recipient, role }) => ({ person: recipient, role })),
    ...r.accesses.flatMap(({ principal, role }) =>
      principal === undefined || role === undefined ? [] : [{ person: principal, role }],
    ),
  ].filter(({ role }) => role !== 'system');
  const found = new Map<string, Called>();
  for (const { person, role } of all) {
    const called = naming(person, role);
    const known = found.get(person);
    const roles = [...new Set([...(known?.roles ?? []), inWords(role)])];
    found.set(person, {
      id: person,
      name: r.names.get(person) ?? person,
      roles,
      called: known?.called ?? called,
    });
  }
  return [...found.values()];
};

/** A report's text as the reader may see it: for the family without the names of staff. */
const shownText =
  (people: readonly Called[], redacted: boolean) =>
  (row: TextRow | undefined): string | undefined => {
    if (row?.text === undefined || !redacted) return row?.text;
    const called = new Map(people.flatMap((p) => [[p.name, p.called] as const, [p.id, p.called] as const]));
    return withoutNames(row.text, called);
  };

/** The rules without the name of who signed them. */
const unnamed = ({ signed, ...policy }: PolicyRow): PolicyRow => ({
  ...policy,
  ...(signed === undefined
    ? {}
    : { signed: { ...signed, clinicalSafetyOfficer: 'the Clinical Safety Officer' } }),
});

/** What a family knows of their own: name, numbers, date of birth; nothing else that a message happened to bring. */
const ownDetails = ({ name, nhsNumber, hospitalNumber, birthDate }: PatientDetails): PatientDetails => ({
  ...(name === undefined ? {} : { name }),
  ...(nhsNumber === undefined ? {} : { nhsNumber }),
  ...(hospitalNumber === undefined ? {} : { hospitalNumber }),
  ...(birthDate === undefined ? {} : { birthDate }),
});

/** Notes, each under its event. A report's own text stands with the report. */
const notesOf = (events: readonly JourneyEvent[], texts: ReadonlyMap<string, TextRow>): NoteText[] =>
  events.flatMap((e) => {
    if (!('data' in e) || !('note' in e.data) || e.data.note === undefined) return [];
    const row = texts.get(e.data.note.ref);
    return row?.text === undefined ? [] : [{ seq: e.seq, kind: row.kind, text: row.text }];
  });

const READS = ['GET', 'HEAD'];

const accessOf = (row: AccessRow, naming: Naming, redacted: boolean): Access => {
  const { principal, role } = row;
  const act = READS.includes(row.method) || row.route.endsWith('/search') ? 'read' : 'sent';
  return {
    at: row.at,
    who: principal === undefined || role === undefined ? 'somebody unknown' : naming(principal, role),
    what: row.status >= 400 ? `refused (${redacted ? 'not let through' : (row.code ?? row.status)})` : act,
    ...(redacted ? {} : { row }),
  };
};
