import type { AskMail } from '../../system/support/mails';
import type { Sent } from '../../system/support/sender';

/** A journey's event, as the API gives it. */
export interface SeenEvent {
  seq: number;
  type: string;
  at: string;
  cause: string;
  previous: string;
  hash: string;
  [field: string]: unknown;
}

export interface SeenParty {
  role: string;
  person: string;
}

/** An obligation, as the API gives it. */
export interface SeenObligation {
  key: string;
  opening: number;
  kind: string;
  category?: string;
  accountable: SeenParty;
  askedNow: SeenParty;
  dueAt: string;
  limitAt: string;
  rung: number;
  asks: number;
  ended?: { at: string; how: string; late: boolean };
}

/** What Temporal says of a journey: whether a run is open, and the head of the chain that it was last told. */
export interface Witness {
  running: boolean;
  head: string | undefined;
}

export interface SeenJourney {
  id: string;
  subject: string;
  closed: boolean;
  mergedInto?: string;
  events: SeenEvent[];
  obligations: SeenObligation[];
  witness?: Witness;
}

/** What the senders around one examination sent, and how that was to end. */
export interface Play {
  name: string;
  ends: 'closed' | 'open';
  sent: Sent[];
}

/** What the address of a command answers. */
export interface Outcome {
  status: number;
  journey?: string;
  event?: number;
}

/** Everything that a checker may know: what was sent, what came out, and who can be reached where. */
export interface Seen {
  plays: Play[];
  sent: Sent[];
  journeys: SeenJourney[];
  /** The answer at each command's own address. */
  outcomes: Map<string, Outcome>;
  /** As they were before the journeys were read: each was asked for by then. */
  mails: AskMail[];
  /** Mail addresses by person. */
  addresses: ReadonlyMap<string, string>;
  /** When the mails were read. */
  at: string;
}

/** What is wrong, in words that name the journey. */
export type Violation = string;
export type Check = (seen: Seen) => Violation[];

export const openOnes = (j: SeenJourney): SeenObligation[] =>
  j.obligations.filter((o) => o.ended === undefined);

/** Rows that the software puts into an inbox itself; nobody sent them. */
export const INTERNAL = new Set(['absorb', 'merged', 'directory', 'delivery-failed']);

/** The first event of each inbox row that somebody sent: what became of the input. */
export const rowsOf = (j: SeenJourney): SeenEvent[] => {
  const causes = new Set<string>();
  return j.events.filter((e) => {
    if (!e.cause.startsWith('row:') || causes.has(e.cause)) return false;
    causes.add(e.cause);
    return !INTERNAL.has(inputOf(e));
  });
};

/** Which input an event stands for. */
export const inputOf = (e: SeenEvent): string =>
  e.type === 'noted' || e.type === 'refused' ? String(e['input']) : e.type;
