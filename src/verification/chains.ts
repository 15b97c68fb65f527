import type { JourneyEvent } from '../../domain/events';
import { linkHash } from '../journeys/evidence-chain';
import type { Findings } from './findings';
import type { Snapshot } from './snapshot';

/** A journey's row with its whole chain. */
export interface Chained {
  id: string;
  subject: string;
  seq: number;
  head: string;
  events: JourneyEvent[];
  /** Whether the chain is as it was hashed, from the first event to the head that the read model knows. */
  sound: boolean;
}

/** A row of evidence as it is stored. */
export interface EvidenceRow {
  journey: string;
  seq: number;
  type: string;
  at: Date;
  cause: string;
  body: JourneyEvent;
  previous: string;
  hash: string;
}

const EVIDENCE = `select journey, seq, type, at, cause, body, previous, hash from evidence order by journey, seq`;
const JOURNEYS = `select id, subject, seq, head from journey order by id`;

/** The chains of all journeys in the order of their ids, each checked; a journey whose chain is gone comes with none. */
export async function* journeysChained(db: Snapshot, findings: Findings): AsyncGenerator<Chained> {
  const rows = db.stream<EvidenceRow>('verify_evidence', EVIDENCE);
  let next = await rows.next();
  for await (const journey of db.stream<Omit<Chained, 'events' | 'sound'>>('verify_journey', JOURNEYS)) {
    const own: EvidenceRow[] = [];
    // A uuid sorts in the same way here as in Postgres: by its lower-case hex.
    for (; !next.done && next.value.journey <= journey.id; next = await rows.next())
      if (next.value.journey === journey.id) own.push(next.value);
      else findings.broken('chain', place(next.value), 'it belongs to no journey that is there');
    const broken = brokenChain(journey, own);
    if (broken) findings.broken('chain', ...broken);
    findings.count('events', own.length);
    findings.count('journeys');
    yield { ...journey, events: own.map((row) => row.body), sound: !broken };
  }
  for (; !next.done; next = await rows.next())
    findings.broken('chain', place(next.value), 'it belongs to no journey that is there');
}

/** Where a journey's chain is not what was recorded, and what is wrong there; nothing where it is sound. */
export const brokenChain = (
  journey: Pick<Chained, 'id' | 'seq' | 'head'>,
  rows: readonly EvidenceRow[],
): [string, string] | undefined => firstBroken(journey.id, rows) ?? endOf(journey, rows);

const place = ({ journey, seq }: Pick<EvidenceRow, 'journey' | 'seq'>): string => `${journey} event ${seq}`;

/** The first event that is not as it was hashed, or that is not where it was. */
const firstBroken = (journey: string, rows: readonly EvidenceRow[]): [string, string] | undefined => {
  let previous = '';
  for (const [i, row] of rows.entries()) {
    if (row.seq !== i + 1)
      return [place({ journey, seq: i + 1 }), 'it is missing, or stands in another’s place'];
    if (row.previous !== previous) return [place(row), 'it does not follow the event before it'];
    if (row.hash !== linkHash(journey, previous, row.body)) return [place(row), 'it is not what was hashed'];
    const { seq, type, at, cause } = row.body;
    if (seq !== row.seq || type !== row.type || Date.parse(at) !== row.at.getTime() || cause !== row.cause)
      return [place(row), 'its columns do not say what it says'];
    previous = row.hash;
  }
  return undefined;
};

/** Whether the chain ends where the read model says. A tail cut off both is the ledger's and the histories' to find. */
const endOf = (
  journey: Pick<Chained, 'id' | 'seq' | 'head'>,
  rows: readonly EvidenceRow[],
): [string, string] | undefined => {
  const last = rows.at(-1);
  if ((last?.seq ?? 0) === journey.seq && (last?.hash ?? '') === journey.head) return undefined;
  return [
    `${journey.id} event ${rows.length + 1}`,
    `the chain ends before it, the read model at ${journey.seq}`,
  ];
};
