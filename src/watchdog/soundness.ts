import { isDeepStrictEqual } from 'node:util';
import type { DataSource, EntityManager } from 'typeorm';
import { completed } from '../../domain/journey';
import type { Journey } from '../../domain/journey';
import type { EvidenceRow } from '../verification/chains';
import { brokenChain } from '../verification/chains';
import { JOURNEY_COLUMNS, OBLIGATION_COLUMNS, rebuiltRows } from '../verification/read-model';
import type { Finding } from './finding';

/** Whether single journeys are as they must be: owed by somebody while open, and what their evidence gives. */

/** Of journeys ($1): which break a rule that always holds. */
const BROKEN = `
with looked as (
  select j.id, j.closed, j.next_due_at, count(o.key) filter (where o.ended_at is null) as open,
    count(o.key) filter (where o.ended_at is null and '' in (btrim(o.accountable_person), btrim(o.asked_person))) as nobody
  from journey j left join obligation o on o.journey = j.id where j.id = any($1::uuid[]) and j.seq > 0 group by j.id)
select id as journey, case
    when closed then 'It is closed, and duties of it are open.'
    when open = 0 then 'It is open, and nobody owes anything.'
    when nobody > 0 then 'Somebody must owe each of its duties, and of one nobody does.'
    else 'It is open, and has no deadline: nobody will be asked.' end as reason
from looked where (closed and open > 0) or (not closed and (open = 0 or nobody > 0 or next_due_at is null))`;

/** Open journeys without a deadline: of these the index of what is due has none but what was only just received. */
const WITHOUT_DEADLINE = `
select id as journey from journey where not closed and seq > 0 and next_due_at is null order by id limit 500`;

export const withoutDeadline = async (db: DataSource): Promise<string[]> =>
  (await db.query<{ journey: string }[]>(WITHOUT_DEADLINE)).map(({ journey }) => journey);

/** The next journeys in the order of their ids, after one: so that each is looked at in its turn. */
export const nextJourneys = async (db: DataSource, after: string, n: number): Promise<string[]> =>
  (
    await db.query<{ id: string }[]>('select id from journey where id > $1 order by id limit $2', [after, n])
  ).map(({ id }) => id);

/** Holds journeys to what always holds, and to their evidence, in one view of the database. */
export const unsound = (db: DataSource, journeys: readonly string[]): Promise<Finding[]> =>
  db.transaction('REPEATABLE READ', async (m) => {
    const broken = await m.query<{ journey: string; reason: string }[]>(BROKEN, [journeys]);
    return [
      ...broken.map(({ journey, reason }) => about('invariant-broken', journey, reason)),
      ...(await apart(m, journeys)),
    ];
  });

const about = (code: 'invariant-broken' | 'read-model-apart', journey: string, reason: string): Finding => ({
  code,
  journey,
  ref: journey,
  reason,
  remedy: 'none',
});

interface Stored {
  id: string;
  subject: string;
  seq: number;
  head: string;
  state: Journey | null;
}

/** Folds the evidence of journeys and compares: the chain, the fold, and the rows of journey and duties. */
const apart = async (m: EntityManager, journeys: readonly string[]): Promise<Finding[]> => {
  const stored = await m.query<Stored[]>(
    'select id, subject, seq, head, state from journey where id = any($1::uuid[]) order by id',
    [journeys],
  );
  const evidence = await m.query<EvidenceRow[]>(
    `select journey, seq, type, at, cause, body, previous, hash from evidence
     where journey = any($1::uuid[]) order by journey, seq`,
    [journeys],
  );
  const of = Map.groupBy(evidence, (row) => row.journey);
  const found: Finding[] = [];
  const sound: { journey: object; obligations: object[] }[] = [];
  for (const row of stored) {
    const own = of.get(row.id) ?? [];
    const broken = brokenChain(row, own);
    if (broken)
      found.push(about('read-model-apart', row.id, `Its evidence is broken: ${broken.join(': ')}.`));
    if (broken || own.length === 0) continue;
    const rebuilt = rebuiltRows({ ...row, events: own.map(({ body }) => body) });
    if (row.state && !isDeepStrictEqual(completed(row.state), asStored(rebuilt.state)))
      found.push(about('read-model-apart', row.id, 'What is known of it is not what its evidence gives.'));
    else sound.push(rebuilt);
  }
  return [...found, ...(await differing(m, sound))];
};

/** As it comes back out of the database. */
const asStored = (state: Journey): Journey => completed(JSON.parse(JSON.stringify(state)) as Journey);

/** The fold is compared by itself: what an earlier release stored may lack what today's knows. */
const COLUMNS = {
  journey: JOURNEY_COLUMNS.filter((name) => name !== 'state'),
  obligation: OBLIGATION_COLUMNS,
};

const differing = async (
  m: EntityManager,
  sound: readonly { journey: object; obligations: object[] }[],
): Promise<Finding[]> => {
  const ids = sound.map(({ journey }) => (journey as { id: string }).id);
  const rows = {
    journey: sound.map(({ journey }) => journey),
    obligation: sound.flatMap(({ obligations }) => obligations),
  };
  const words = { journey: 'Its row in the lists', obligation: 'A duty of it' };
  const found: Finding[] = [];
  for (const table of ['journey', 'obligation'] as const) {
    const columns = COLUMNS[table].join(', ');
    const own = table === 'journey' ? 'id' : 'journey';
    const rebuilt = `select ${columns} from jsonb_populate_recordset(null::${table}, $1::jsonb)`;
    const stands = `select ${columns} from ${table} where ${own} = any($2::uuid[])`;
    const different = await m.query<{ journey: string }[]>(
      `select distinct ${own} as journey from (
         (${rebuilt} except ${stands}) union all (${stands} except ${rebuilt})) as d order by 1`,
      [JSON.stringify(rows[table]), ids],
    );
    for (const { journey } of different)
      if (!found.some((f) => f.journey === journey))
        found.push(about('read-model-apart', journey, `${words[table]} is not what its evidence gives.`));
  }
  return found;
};
