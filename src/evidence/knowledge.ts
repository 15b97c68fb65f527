import type { Asked, InputEvent, JourneyEvent, Opened } from '../../domain/events';
import type { Actor, Finding, InputType, Party } from '../../domain/inputs';
import type { Instant } from '../../domain/vocabulary';
import { labelOf, unitedFindings } from '../../domain/versions';

/**
 * Who knew what, and when: for each report version and flag who was asked and what proved it, who opened the record, who
 * acknowledged, was rung, planned, proved and told, and which versions were on record by then. A pure function of what is on
 * record; every act names its event.
 */

/** One line of the log of an ask: a try, or what proved it. */
export interface Contact {
  key: string;
  opening: number;
  /** Which ask of the duty. */
  ask: number;
  person: string;
  channel: string;
  what: string;
  at: Instant;
  code?: string;
  source: string;
}

/** Somebody opened the record. */
export interface Opening {
  at: Instant;
  person: string;
  role: string;
  purpose?: string;
  route: string;
}

/** Something that somebody did, and the versions on record when they did: what they can have seen. */
interface Act {
  event: number;
  /** On record since. When it was done, as whoever did it says, is `saidAt`. */
  at: Instant;
  by: Actor;
  onRecord: string[];
  /** Entered in error, as somebody said later. */
  retracted?: { event: number; at: Instant; by: Actor };
}

interface Ask {
  event: number;
  at: Instant;
  duty: string;
  person: string;
  role: string;
  rung: number;
  contacts: Omit<Contact, 'key' | 'opening' | 'ask' | 'person'>[];
}

export interface Version {
  version: string;
  kind: 'report' | 'flag';
  /** What was said under this label, in the order in which it came. */
  said: { event: number; at: Instant; receivedAt: Instant; issuedAt: Instant; status?: string; by: string }[];
  findings: (Finding & { planned: Done[]; proved: Done[] })[];
  asked: Ask[];
  opened: (Opening & { onRecord: string[] })[];
  acknowledged: Done[];
  rung: Done[];
  told: Done[];
  gpReceived: Done[];
}

/** An act with what it says, free text apart. */
export type Done = Act & Record<string, unknown>;

export interface Knowledge {
  versions: Version[];
  /** Looks at images that had no report. */
  viewed: Done[];
}

const isOf = <T extends InputType>(e: JourneyEvent, type: T): e is InputEvent<T> => e.type === type;

const labelIn = (e: JourneyEvent): string | undefined => {
  if (isOf(e, 'report')) return labelOf(e.data);
  return isOf(e, 'flag') ? `flag:${e.data.id}` : undefined;
};

/** The label that a duty's key is about: the longest that fits, since a label may have colons in it. */
const aboutOf = (key: string, labels: readonly string[]): string | undefined => {
  const rest = key.slice(key.indexOf(':') + 1);
  return labels
    .filter((label) => rest === label || rest.startsWith(`${label}:`))
    .sort((a, b) => b.length - a.length)[0];
};

/** The versions that had come by an instant, in the order in which they came. */
const onRecordAt = (events: readonly JourneyEvent[], at: (e: JourneyEvent) => boolean): string[] => [
  ...new Set(events.filter(at).flatMap((e) => labelIn(e) ?? [])),
];

/** The events, contacts and openings that are given are all that was on record at the instant in question. */
export const knowledgeOf = (
  events: readonly JourneyEvent[],
  contacts: readonly Contact[],
  openings: readonly Opening[],
): Knowledge => {
  const labels = onRecordAt(events, () => true);
  const retractions = new Map(events.filter((e) => isOf(e, 'retract')).map((e) => [e.data.event, e]));
  const done = (e: InputEvent): Done => {
    const { note: _, at: saidAt, ...said } = e.data as Record<string, unknown>;
    const retraction = retractions.get(e.seq);
    return {
      ...said,
      ...(saidAt === undefined ? {} : { saidAt }),
      event: e.seq,
      at: e.at,
      by: e.by,
      onRecord: onRecordAt(events, (other) => other.seq < e.seq),
      ...(retraction && { retracted: { event: retraction.seq, at: retraction.at, by: retraction.by } }),
    };
  };
  const doneTo = <T extends InputType>(type: T, matches: (e: InputEvent<T>) => boolean): Done[] =>
    events.filter((e): e is InputEvent<T> => isOf(e, type) && matches(e)).map((e) => done(e as InputEvent));

  const versionOf = (label: string): Version => {
    const said = events.filter((e) => labelIn(e) === label) as InputEvent<'report' | 'flag'>[];
    const isAbout = (key: string | undefined): boolean => key !== undefined && aboutOf(key, labels) === label;
    const ofFinding = ({ id }: Finding) => ({
      planned: doneTo('plan', (e) => e.data.version === label && e.data.finding === id),
      proved: doneTo('complete', (e) => e.data.action.startsWith(`${label}:${id}:`)),
    });
    return {
      version: label,
      kind: said[0]!.type,
      said: said.map(wordOf),
      findings: unitedFindings(said.flatMap(findingsOf)).map((f) => ({ ...f, ...ofFinding(f) })),
      asked: events
        .filter(isAsk)
        .filter((e) => isAbout(e.key))
        .map((e) => askOf(e, contacts)),
      opened: openings
        .filter(({ at }) => at >= said[0]!.at)
        .map((o) => ({ ...o, onRecord: onRecordAt(events, (e) => e.at <= o.at) })),
      acknowledged: doneTo('acknowledge', (e) => e.data.version === label),
      rung: doneTo('call', (e) => isAbout(e.data.duty)),
      told: doneTo('tell', (e) => e.data.version === label),
      gpReceived: doneTo('gp-receipt', (e) => e.data.version === label),
    };
  };
  return { versions: labels.map(versionOf), viewed: doneTo('viewed', () => true) };
};

const wordOf = (e: InputEvent<'report' | 'flag'>): Version['said'][number] => ({
  event: e.seq,
  at: e.at,
  receivedAt: e.receivedAt,
  issuedAt: e.data.at,
  ...(isOf(e, 'report') ? { status: e.data.status, by: e.data.reporter } : { by: e.data.raisedBy }),
});

/** A flag is one finding, which its duties call `f1`. */
const findingsOf = (e: InputEvent<'report' | 'flag'>): Finding[] => {
  if (isOf(e, 'report')) return e.data.findings;
  const { category, region } = (e as InputEvent<'flag'>).data;
  return [{ id: 'f1', category, region, expected: false }];
};

/** Somebody was asked: on opening, or by the ladder. */
const isAsk = (e: JourneyEvent): e is Opened | Asked =>
  e.type === 'asked' || (e.type === 'opened' && e.asks > 0);

const askOf = (e: Opened | Asked, contacts: readonly Contact[]): Ask => {
  const { person, role }: Party = e.askedNow;
  return {
    event: e.seq,
    at: e.at,
    duty: e.key,
    person,
    role,
    rung: e.rung,
    contacts: contacts
      .filter((c) => c.key === e.key && c.opening === e.opening && c.ask === e.asks && c.person === person)
      .map(({ key: _, opening: __, ask: ___, person: ____, ...rest }) => rest),
  };
};
