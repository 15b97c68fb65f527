import type { JourneyEvent } from '../../domain/events';
import type { Row } from '../../domain/inputs';
import type { RowArrived } from '../../workflows/messages';
import { chain } from '../journeys/evidence-chain';
import type { Recording, TemporalHistory } from '../verification/histories';
import { recordingsIn } from '../verification/histories';

/** What the histories of a journey's runs remember of it. */
export interface Witnessed {
  /** The rows that were delivered, by their numbers; of two under one number the one of the newer epoch. */
  rows: Map<number, Row>;
  recordings: Recording[];
}

/** Where a journey's evidence ends. */
export interface End {
  seq: number;
  head: string;
}

/** @param histories of one journey's runs, in any order */
export const witnessed = (histories: readonly TemporalHistory[]): Witnessed => {
  const arrived = histories.flatMap(arrivalsIn).sort((a, b) => a.epoch - b.epoch);
  return {
    rows: new Map(arrived.map(({ row }) => [row.n, row])),
    recordings: histories.flatMap(recordingsIn),
  };
};

/**
 * What was recorded after this end, as far as the chain fits: each recording's hash must be what its events give when they
 * are chained on.
 * @returns the events, record by record; and the highest number that a history knows, which is beyond them where something
 * does not fit or is in no history
 */
export const continuation = (
  journey: string,
  { recordings }: Witnessed,
  end: End,
): { records: JourneyEvent[][]; until: number } => {
  const records: JourneyEvent[][] = [];
  let at = end;
  for (let next = nextOf(journey, recordings, at); next; next = nextOf(journey, recordings, at)) {
    records.push(...byCause(next.events));
    at = { seq: next.events.at(-1)!.seq, head: next.head };
  }
  return { records, until: Math.max(at.seq, ...recordings.map((r) => r.events.at(-1)!.seq)) };
};

/** The recording that goes on from there, without what of it is there already. */
const nextOf = (
  journey: string,
  recordings: readonly Recording[],
  { seq, head }: End,
): Recording | undefined => {
  for (const recording of recordings) {
    const events = recording.events.filter((e) => e.seq > seq);
    if (events.length === 0 || events.some((e, i) => e.seq !== seq + 1 + i)) continue;
    if (chain(journey, head, events).at(-1)!.hash === recording.head) return { events, head: recording.head };
  }
  return undefined;
};

/** A record has one cause, and each cause one record. */
const byCause = (events: readonly JourneyEvent[]): JourneyEvent[][] => {
  const records: JourneyEvent[][] = [];
  for (const e of events)
    if (records.at(-1)?.[0]?.cause === e.cause) records.at(-1)!.push(e);
    else records.push([e]);
  return records;
};

const arrivalsIn = ({ events }: TemporalHistory): RowArrived[] =>
  (events ?? []).flatMap(({ workflowExecutionSignaledEventAttributes: signal }) =>
    signal?.signalName === 'rowArrived'
      ? (signal.input?.payloads ?? []).map(
          ({ data }) => JSON.parse(Buffer.from(data!, 'base64').toString('utf8')) as RowArrived,
        )
      : [],
  );
