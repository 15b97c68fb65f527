import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { EntityManager } from 'typeorm';
import type { JourneyEvent } from '../../domain/events';
import { evolve } from '../../domain/evolve';
import type { Row } from '../../domain/inputs';
import type { Journey } from '../../domain/journey';
import { completed, emptyJourney } from '../../domain/journey';
import type { Subject } from '../../domain/vocabulary';
import { survivorOf } from '../intake/merges';
import { ceilingNow } from '../journeys/ask-ceiling';
import { asksOf } from '../journeys/asks-of';
import { chain } from '../journeys/evidence-chain';
import { carryOver, leaveAlias } from '../journeys/merging';
import { outcomeOf } from '../journeys/outcome';
import { journeyRow, obligationRows } from '../journeys/projection';
import { proofsOf } from '../journeys/proofs-of';
import { WRITE_RECORD } from '../journeys/record-sql';
import { RulebookService } from '../policy/rulebook.service';
import type { Witnessed } from './witnessed';
import { continuation } from './witnessed';

/** What became of one journey. */
export interface WrittenBack {
  /** Events and rows that were gone and are back. */
  events: number;
  rows: number;
  /** Something that a history knows does not fit what is recorded now, or is in no history. */
  lost: boolean;
  /** What only the database had is gone: its texts, or whose it is. */
  details: boolean;
}

/** A merge whose loser has ended: what the survivor must have had of it. */
interface Merge {
  before: Journey;
  after: Journey;
  events: JourneyEvent[];
}

interface Stands {
  seq: number;
  head: string;
  state: Journey | null;
  subject: Subject;
  policy: string;
  /** The last number that its inbox has given. */
  last: number;
}

const STANDS = `select j.seq, j.head, j.state, j.subject, j.policy, coalesce(d.last_n, 0) as last
  from journey j left join delivery d on d.journey = j.id where j.id = $1 for update of j`;

/** A journey that was opened after the backup: its events say everything but whose it is, and which policy it was pinned to. */
const OPEN = `insert into journey (id, subject, received_at, policy) select $1, $2, $3, policy from standing`;
const NAMED = `insert into identifier (assigner, type, value, journey) values ('imaging-failsafe', 'concern', $2, $1)
  on conflict do nothing`;

const ROWS = `insert into inbox (journey, n, id, type, data, by_person, by_role, received_at, if_match, queries)
  select $1, r.n, r.id, r.type, r.data, r.by->>'person', r.by->>'role', r."receivedAt", r."ifMatch", r.queries
  from jsonb_to_recordset($2::jsonb) as r(n int, id uuid, type text, data jsonb, by jsonb, "receivedAt" timestamptz,
    "ifMatch" int, queries jsonb)`;
const NUMBERED = `insert into delivery (journey, last_n) values ($1, $2)
  on conflict (journey) do update set last_n = greatest(delivery.last_n, excluded.last_n)`;

/** Texts are referred to with a commitment; other references are to things elsewhere. */
const TEXTS_GONE = `select exists (
  select 1 from evidence e, jsonb_path_query(e.body, 'lax $.** ? (exists (@.commitment)).ref') r
  where e.journey = $1 and e.seq > $2 and not exists (select 1 from sealed s where s.ref = (r #>> '{}')::uuid)) as gone`;

const rowOf = (cause: string): number => Number(/^row:(\d+)$/.exec(cause)?.[1] ?? 0);

/**
 * After Postgres was restored to an earlier state: what Temporal remembers of journeys is written back as it was recorded, by
 * the same statement, where its hashes say that it is that. Rows come back under their own numbers and ids.
 */
@Injectable()
export class WriteBack {
  private readonly merges: Merge[] = [];

  constructor(
    private readonly db: DataSource,
    private readonly rulebooks: RulebookService,
  ) {}

  /** One journey. */
  journey(journey: string, subject: Subject, known: Witnessed): Promise<WrittenBack> {
    return this.db.transaction(async (m) => {
      const found = await this.stands(m, journey);
      const stands = found ?? (await this.opened(m, journey, subject, known));
      if (!stands) return { events: 0, rows: 0, lost: true, details: false };
      const { records, until } = continuation(journey, known, stands);
      const events = records.flat();
      const rows = lostRows(known.rows, stands.last, Math.max(...events.map((e) => rowOf(e.cause)), 0));
      if (await this.taken(m, journey, known.rows)) return { events: 0, rows: 0, lost: true, details: false };
      await m.query(ROWS, [journey, JSON.stringify(rows)]);
      const last = Math.max(stands.last, ...rows.map((r) => r.n), ...events.map((e) => rowOf(e.cause)));
      await m.query(NUMBERED, [journey, last]);
      await this.events(m, journey, stands, records, known.rows);
      const [{ gone }] = await m.query<[{ gone: boolean }]>(TEXTS_GONE, [journey, stands.seq]);
      return {
        events: events.length,
        rows: rows.length,
        lost: until > stands.seq + events.length,
        details: gone || (!found && stands.subject !== 'service'),
      };
    });
  }

  /**
   * At the end: where merged journeys lead, and what they had handed over, where that is not there either.
   * @returns the journeys whose survivor is not there at all: what they owed is owed by nobody
   */
  async handOver(): Promise<string[]> {
    const lost: string[] = [];
    for (const merge of this.merges)
      if (!(await this.db.transaction((m) => handedOver(m, merge)))) lost.push(merge.after.id);
    return lost;
  }

  private async stands(m: EntityManager, journey: string): Promise<Stands | undefined> {
    const [row] = await m.query<Stands[]>(STANDS, [journey]);
    return row;
  }

  private async opened(
    m: EntityManager,
    journey: string,
    subject: Subject,
    { rows }: Witnessed,
  ): Promise<Stands | undefined> {
    const first = rows.get(1);
    if (!first) return undefined;
    await m.query(OPEN, [journey, subject, first.receivedAt]);
    if (first.type === 'concern') await m.query(NAMED, [journey, `${first.data.code}:${first.data.ref}`]);
    return this.stands(m, journey);
  }

  /** Whether one of these numbers was given to another row since the restore. */
  private async taken(m: EntityManager, journey: string, rows: ReadonlyMap<number, Row>): Promise<boolean> {
    const [{ taken }] = await m.query<[{ taken: boolean }]>(
      `select exists (select 1 from inbox i join jsonb_to_recordset($2::jsonb) as r(n int, id uuid) using (n)
       where i.journey = $1 and i.id <> r.id) as taken`,
      [journey, JSON.stringify([...rows.values()].map(({ n, id }) => ({ n, id })))],
    );
    return taken;
  }

  private async events(
    m: EntityManager,
    journey: string,
    stands: Stands,
    records: readonly JourneyEvent[][],
    rows: ReadonlyMap<number, Row>,
  ): Promise<void> {
    let before = stands.state ? completed(stands.state) : emptyJourney(journey, stands.subject);
    let { head } = stands;
    const rulebook = await this.rulebooks.rulebook(
      stands.policy,
      await this.rulebooks.standing(),
      undefined,
      m,
    );
    let { policy } = rulebook;
    for (const events of records) {
      const states: Journey[] = [];
      events.forEach((e, i) => states.push(evolve(i === 0 ? before : states[i - 1]!, e)));
      const after = states.at(-1)!;
      const links = chain(journey, head, events);
      head = links.at(-1)!.hash;
      const replan = events.find((e) => e.type === 'replan')?.data.policy;
      if (replan !== undefined && (await isThere(m, replan))) {
        await m.query('update journey set policy = $2 where id = $1', [journey, replan]);
        policy = await this.rulebooks.policy(replan, m);
      }
      const { send, cancel } = asksOf(before, events, states, policy);
      const n = rowOf(events[0]!.cause);
      await m.query(WRITE_RECORD, [
        journey,
        JSON.stringify({
          links,
          obligations: obligationRows(before, events, states),
          asks: send,
          cancel,
          ceiling: ceilingNow(rulebook, events[0]!.at),
          proofs: proofsOf(events),
          row: n === 0 ? null : { n, id: rows.get(n)?.id ?? null },
          outcome: outcomeOf(events, after),
          journey: journeyRow(after, head, events.at(-1)!.at),
        }),
      ]);
      if (after.mergedInto !== undefined) this.merges.push({ before, after, events });
      before = after;
    }
  }
}

const handedOver = async (m: EntityManager, { before, after, events }: Merge): Promise<boolean> => {
  const survivor = await survivorOf(m, after.mergedInto!);
  if (!survivor) return false;
  await leaveAlias(m, after.id, survivor.id);
  const [{ there }] = await m.query<[{ there: boolean }]>(
    `select exists (select 1 from inbox where journey = $1 and type = 'absorb' and data->>'from' = $2
       and received_at = $3) as there`,
    [survivor.id, after.id, events.at(-1)!.at],
  );
  if (!there) await carryOver(m, before, after, events);
  return true;
};

const isThere = async (m: EntityManager, policy: string): Promise<boolean> =>
  (await m.query<unknown[]>('select 1 from policy where hash = $1', [policy])).length > 0;

/**
 * Rows that are not in the inbox: those that were recorded, and after them such as follow without a gap; one beyond a gap
 * would wait for ever.
 */
const lostRows = (rows: ReadonlyMap<number, Row>, last: number, recorded: number): Row[] => {
  const lost: Row[] = [];
  for (const row of [...rows.values()].sort((a, b) => a.n - b.n)) {
    if (row.n <= last) continue;
    if (row.n > recorded && row.n !== Math.max(last, recorded, lost.at(-1)?.n ?? 0) + 1) break;
    lost.push(row);
  }
  return lost;
};
