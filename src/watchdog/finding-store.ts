import type { DataSource } from 'typeorm';
import type { Concerns } from '../concerns/concerns';
import type { ClockPort } from '../intake/clock';
import { randomUUIDv7 } from '../ids';
import type { Finding, FindingCode } from './finding';
import { EXPLAINS_ALL, keyOf } from './finding';

/** A finding as it stands. */
export interface OpenFinding {
  id: string;
  code: FindingCode;
  journey: string | null;
  ref: string;
}

/** So many of one code are owned each by itself; what comes on top is one more concern for all: nobody reads hundreds. */
const OWNED_EACH = 10;
const MANY = 'many';
/** Rows written at once. */
const BATCH = 500;

const NOTE = `
insert into finding (id, code, journey, ref, reason, remedy)
select * from jsonb_to_recordset($1::jsonb) as f(id uuid, code text, journey uuid, ref text, reason text, remedy text)
on conflict (code, ref) where cleared_at is null do update
  set reason = excluded.reason, remedy = excluded.remedy, last_at = now(), times = finding.times + 1`;

const OPEN = `select id, code, journey, ref from finding where cleared_at is null`;

/**
 * What must be owned, the oldest first. What is amiss with a concern's own journey is nobody's concern again, or it would never
 * end: the alarm rings for it. \`owned\`: how many of its code are owned one by one already.
 */
const TO_OWN = `
select f.id, f.code, f.journey, f.ref, f.first_at as at,
  (select count(*)::int from finding o where o.code = f.code and o.cleared_at is null and o.concern is not null) as owned
from finding f left join journey j on j.id = f.journey
where f.concern is null and f.cleared_at is null and coalesce(j.subject, '') <> 'service'
order by f.first_at, f.id limit 200`;

/** Findings on journeys in which a life may hang on it, and on concerns that nobody will be asked about. */
const PRESSING = `
select f.code, f.journey, f.ref, coalesce(j.subject = 'service', false) as service
from finding f join journey j on j.id = f.journey
where f.cleared_at is null
  and (j.category in ('critical', 'urgent', 'cancer') or j.priority = 'emergency' or j.subject = 'service')
order by f.first_at, f.id limit 1000`;

/** The table of findings: what is seen is noted once, what is gone is cleared, and each is owned by the desk as a concern. */
export class FindingStore {
  constructor(
    private readonly db: DataSource,
    private readonly concerns: Concerns,
    private readonly clock: ClockPort,
  ) {}

  open(): Promise<OpenFinding[]> {
    return this.db.query<OpenFinding[]>(OPEN);
  }

  /** Notes what was found, and clears what was looked for and is gone. */
  async keep(found: readonly Finding[], cleared: readonly OpenFinding[]): Promise<void> {
    const once = [...new Map(found.map((f) => [keyOf(f), f])).values()];
    for (let i = 0; i < once.length; i += BATCH) {
      const rows = once.slice(i, i + BATCH).map((f) => ({ id: randomUUIDv7(), ...f }));
      await this.db.query(NOTE, [JSON.stringify(rows)]);
    }
    await this.db.query(
      'update finding set cleared_at = now() where id = any($1::uuid[]) and cleared_at is null',
      [cleared.map(({ id }) => id)],
    );
  }

  /**
   * Raises a concern for each that has none, in the transaction in which that is remembered. While the whole service is away,
   * that alone is owned.
   * @returns how many were raised
   */
  async own(): Promise<number> {
    const explained = (await this.open()).some(({ code }) => EXPLAINS_ALL.includes(code));
    const now = await this.clock.now();
    return this.db.transaction(async (m) => {
      const waiting = await m.query<(OpenFinding & { at: Date; owned: number })[]>(TO_OWN);
      const raised = new Map<FindingCode, number>();
      for (const { id, code, journey, ref, at, owned } of waiting) {
        if (explained && !EXPLAINS_ALL.includes(code)) continue;
        const n = owned + (raised.get(code) ?? 0);
        raised.set(code, (raised.get(code) ?? 0) + 1);
        const concern = n < OWNED_EACH ? (journey ?? ref) : MANY;
        // This server's clock may be ahead of the edge's; nothing is found in the future.
        const found = at.toISOString() < now ? at.toISOString() : now;
        if (n <= OWNED_EACH) await this.concerns.raise({ at: found, code, ref: concern }, m);
        await m.query('update finding set concern = $2 where id = $1', [id, concern]);
      }
      return raised.size;
    });
  }

  pressing(): Promise<{ code: FindingCode; journey: string; ref: string; service: boolean }[]> {
    return this.db.query(PRESSING);
  }
}
