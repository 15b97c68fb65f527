import { createHash } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import canonicalize from 'canonicalize';
import type { JourneyEvent } from '../../domain/events';
import type { Findings } from './findings';
import type { Snapshot } from './snapshot';

/** Temporal allows 50 MB for a history; whatever unpacks to more is none. */
const LARGEST = 256 * 1024 * 1024;

interface Archived {
  journey: string;
  run: string;
  sha256: string;
  body: Buffer;
}

/** Temporal's history in its JSON form, as far as it is read here. */
export interface TemporalHistory {
  events?: {
    markerRecordedEventAttributes?: {
      markerName?: string;
      details?: Record<string, { payloads?: { data?: string }[] }>;
    };
    workflowExecutionSignaledEventAttributes?: {
      signalName?: string;
      input?: { payloads?: { data?: string }[] };
    };
  }[];
}

/** What one recording gave back: the events, and the chain's hash after them. */
export interface Recording {
  events: JourneyEvent[];
  head: string;
}

/** The recordings in a history, in order: the results of its local activities that hold events. */
export const recordingsIn = (history: TemporalHistory): Recording[] =>
  (history.events ?? []).flatMap(({ markerRecordedEventAttributes: marker }) =>
    marker?.markerName === 'core_local_activity'
      ? (marker.details?.['result']?.payloads ?? []).flatMap(({ data }) => recordingOf(data))
      : [],
  );

const recordingOf = (data: string | undefined): Recording[] => {
  if (data === undefined) return [];
  const result = JSON.parse(Buffer.from(data, 'base64').toString('utf8')) as Partial<Recording> | null;
  return Array.isArray(result?.events) && result.events.length > 0 ? [result as Recording] : [];
};

/** Reads rows, of the snapshot or as they are now. */
type Read = <T>(sql: string, params: readonly unknown[]) => Promise<T[]>;

/** Holds a journey's chain to what its workflow remembers. The history is the second witness: it was written by another hand. */
export const witness = async (
  read: Read,
  findings: Findings,
  journey: string,
  run: string,
  history: TemporalHistory,
): Promise<void> => {
  const chain = new Map(
    (
      await read<{ seq: number; body: object; hash: string }>(
        'select seq, body, hash from evidence where journey = $1',
        [journey],
      )
    ).map((row) => [row.seq, row]),
  );
  for (const { events, head } of recordingsIn(history)) {
    const differs = events.find((e) => canonicalize(e) !== canonicalize(chain.get(e.seq)?.body));
    if (differs)
      return findings.broken(
        'history',
        `${journey} event ${differs.seq}`,
        `run ${run} recorded it ${chain.has(differs.seq) ? 'otherwise than it stands' : 'and it is gone'}`,
      );
    const last = events.at(-1)!;
    if (chain.get(last.seq)?.hash !== head)
      return findings.broken('history', `${journey} event ${last.seq}`, `in run ${run} its hash is another`);
    findings.count('events that a history confirms', events.length);
  }
};

/** Every archived history: whether it is what was archived, and whether it confirms its journey's chain. */
export const verifyArchived = async (db: Snapshot, findings: Findings): Promise<void> => {
  const rows = db.stream<Archived>(
    'verify_history',
    'select journey, run, sha256, body from history_archive order by journey, run',
  );
  for await (const { journey, run, sha256, body } of rows) {
    findings.count('archived histories');
    const history = unpacked(body, sha256);
    if (history === undefined)
      findings.broken('history', `${journey} run ${run}`, 'the archived copy is not what was archived');
    else await witness((sql, params) => db.query(sql, params), findings, journey, run, history);
  }
};

const unpacked = (body: Buffer, sha256: string): TemporalHistory | undefined => {
  try {
    const json = gunzipSync(body, { maxOutputLength: LARGEST });
    if (createHash('sha256').update(json).digest('hex') !== sha256) return undefined;
    return JSON.parse(json.toString('utf8')) as TemporalHistory;
  } catch {
    return undefined;
  }
};
