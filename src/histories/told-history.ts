import type { Kept } from '../../activities';
import type { HistoryEvent } from './history-copy';

/** A clinical event, as the journey's evidence numbers it. */
export interface ClinicalEvent {
  seq: number;
  type: string;
}

/** One Temporal event in words, with the clinical events beside it. */
export interface ToldEvent {
  run: string;
  /** Its number within the run. */
  event: number;
  at: string;
  type: string;
  /** What it holds, with payloads decoded: ids and codes only. */
  says: Record<string, unknown>;
  /** The clinical events whose recording this event holds. */
  recorded?: ClinicalEvent[];
  /** The clinical events that name this row, or this deadline, as their cause. */
  caused?: ClinicalEvent[];
}

/** One run's events. */
export interface RunEvents {
  run: string;
  events: readonly HistoryEvent[];
}

/** Says where it ran, and nothing of the journey. */
const LEFT_OUT = new Set([
  'identity',
  'taskQueue',
  'stackTrace',
  'workerVersion',
  'binaryChecksum',
  'sdkMetadata',
]);

interface Caused extends ClinicalEvent {
  cause: string;
}

/** Every event of some runs of one journey, told. Works from the histories alone, so it is the same wherever they come from. */
export const told = (runs: readonly RunEvents[]): ToldEvent[] => {
  const byCause = new Map<string, ClinicalEvent[]>();
  const seen = new Set<number>();
  for (const { events } of runs)
    for (const { seq, type, cause } of events.flatMap(recordedIn)) {
      if (seen.has(seq)) continue;
      seen.add(seq);
      byCause.set(cause, [...(byCause.get(cause) ?? []), { seq, type }]);
    }
  return runs.flatMap(({ run, events }) => {
    const deadlines = deadlinesAfter(events);
    return events.map((e, i): ToldEvent => {
      const recorded = recordedIn(e).map(({ seq, type }) => ({ seq, type }));
      const causes = [...rowIn(e), ...(deadlines.get(i) ?? [])];
      const caused = causes.flatMap((cause) => byCause.get(cause) ?? []);
      return {
        run,
        event: Number(e.eventId),
        at: new Date(e.eventTime).toISOString(),
        type: inWords(e.eventType),
        says: decoded(attributesOf(e)) as Record<string, unknown>,
        ...(recorded.length > 0 ? { recorded } : {}),
        ...(caused.length > 0 ? { caused } : {}),
      };
    });
  });
};

/** `EVENT_TYPE_TIMER_FIRED` is `timer fired`. */
const inWords = (type: string): string =>
  type
    .replace(/^EVENT_TYPE_/, '')
    .toLowerCase()
    .replaceAll('_', ' ');

const attributesOf = (e: HistoryEvent): Record<string, unknown> =>
  (Object.entries(e).find(([name]) => name.endsWith('EventAttributes'))?.[1] ?? {}) as Record<
    string,
    unknown
  >;

interface Payload {
  metadata?: { encoding?: string };
  data?: string;
}

const isPayload = (value: object): value is Payload =>
  typeof (value as Payload).metadata?.encoding === 'string' && !('payloads' in value);

const fromBase64 = (text: string): string => Buffer.from(text, 'base64').toString('utf8');

/** A payload's value; what is not JSON, or no longer is, stays as it came. */
const valueOf = ({ metadata, data }: Payload): unknown => {
  if (data === undefined) return null;
  if (!fromBase64(metadata!.encoding!).startsWith('json/')) return data;
  try {
    return JSON.parse(fromBase64(data));
  } catch {
    return data;
  }
};

const decoded = (value: unknown): unknown => {
  if (value === null || typeof value !== 'object') return value;
  if (Array.isArray(value)) return value.map(decoded);
  if (isPayload(value)) return valueOf(value);
  const { payloads, ...rest } = value as { payloads?: unknown[] };
  if (payloads && Object.keys(rest).length === 0) return payloads.map(decoded);
  const entries = Object.entries(value).filter(([name]) => !LEFT_OUT.has(name));
  return Object.fromEntries(entries.map(([name, inner]) => [name, decoded(inner)]));
};

/** The clinical events in the answer that a `record` gave to the workflow. */
const recordedIn = (e: HistoryEvent): Caused[] => {
  const marker = decoded(attributesOf(e)) as {
    markerName?: string;
    details?: { data?: { activity_type?: string }[]; result?: (Kept | null)[] };
  };
  if (marker.markerName !== 'core_local_activity') return [];
  if (marker.details?.data?.[0]?.activity_type !== 'record') return [];
  return (marker.details.result?.[0]?.events ?? []).map(({ seq, type, cause }) => ({ seq, type, cause }));
};

/** The row that a signal brought, as a cause. */
const rowIn = (e: HistoryEvent): string[] => {
  const { signalName, input } = decoded(attributesOf(e)) as {
    signalName?: string;
    input?: { row?: { n?: number } }[];
  };
  const n = input?.[0]?.row?.n;
  return signalName === 'rowArrived' && n !== undefined ? [`row:${n}`] : [];
};

/** For each timer that rang, by its place: the deadlines that were recorded after it and before the next one rang. */
const deadlinesAfter = (events: readonly HistoryEvent[]): Map<number, string[]> => {
  const found = new Map<number, string[]>();
  let rang: number | undefined;
  events.forEach((e, i) => {
    if (e.eventType === 'EVENT_TYPE_TIMER_FIRED') rang = i;
    if (rang === undefined) return;
    const causes = recordedIn(e).map(({ cause }) => cause);
    const deadlines = causes.filter((cause) => cause.startsWith('due:'));
    found.set(rang, [...new Set([...(found.get(rang) ?? []), ...deadlines])]);
  });
  return found;
};
