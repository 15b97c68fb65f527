import type { DataSource } from 'typeorm';

/**
 * Journeys in bulk, for tests of what many of them cost. Nothing is made up: the rows are those of real journeys, which the loop
 * has recorded, copied with other ids, at another time, and with other words in some places. What depends on an id and is read by
 * nobody here (hashes of the chain, commitments) is copied as it was. Inbox, outbox and patients are not copied.
 */

const TABLES = ['journey', 'obligation', 'evidence', 'sealed', 'access_log'] as const;
type Table = (typeof TABLES)[number];
export type Rows = Record<Table, Record<string, unknown>[]>;

const ORDER: Record<Table, string> = {
  journey: 'id',
  obligation: 'key, opening',
  evidence: 'seq',
  sealed: 'kind',
  access_log: 'id',
};

/** What is on record of one journey. */
export const rowsOf = async (db: DataSource, journey: string): Promise<Rows> => {
  const rows: Partial<Rows> = {};
  for (const table of TABLES) {
    const found = await db.query<{ row: Record<string, unknown> }[]>(
      `select to_jsonb(t) as row from ${table} t where ${table === 'journey' ? 'id' : 'journey'} = $1 order by ${ORDER[table]}`,
      [journey],
    );
    rows[table] = found.map(({ row }) => row);
  }
  return rows as Rows;
};

export interface Variant {
  /** A real journey. */
  of: Rows;
  /** How much later it all happens. */
  shiftMs: number;
  /** Texts that stand for others, where they stand alone. */
  words: Readonly<Record<string, string>>;
}

/** Variants written at once. */
const CHUNK = 500;

const INSTANT = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|\+00:00)/g;

const varied = (value: unknown, v: Variant): unknown => {
  if (typeof value === 'string')
    return (
      v.words[value] ?? value.replace(INSTANT, (at) => new Date(Date.parse(at) + v.shiftMs).toISOString())
    );
  if (value === null || typeof value !== 'object') return value;
  if (Array.isArray(value)) return value.map((inner) => varied(inner, v));
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, varied(inner, v)]));
};

const SETUP = [
  `create temp table variant (variant int, tbl text, n int, row jsonb)`,
  `create temp table copied (variant int, id uuid, later interval)`,
  // A text's reference is another one in each copy, wherever it stands.
  `create function pg_temp.refs_of(j jsonb, id uuid, refs text[]) returns jsonb language plpgsql as $$
   declare t text := j::text; r text;
   begin
     foreach r in array refs loop t := replace(t, r, (md5(id::text || r)::uuid)::text); end loop;
     return t::jsonb;
   end $$`,
];

/** What stands in a column of a copy. */
const inCopy = (table: Table, { name: column, type }: Column, withState: boolean): string => {
  if (type === 'timestamp with time zone') return `v.${column} + c.later`;
  if (column === (table === 'journey' ? 'id' : 'journey')) return 'c.id';
  if (table === 'sealed' && column === 'ref') return 'md5(c.id::text || v.ref::text)::uuid';
  if (table === 'evidence' && column === 'body')
    return 'case when v.refs is null then v.body else pg_temp.refs_of(v.body, c.id, v.refs) end';
  if (table === 'journey' && column === 'state')
    return withState
      ? `pg_temp.refs_of(jsonb_set(v.state, '{id}', to_jsonb(c.id)), c.id, coalesce(v.refs, '{}'))`
      : 'null';
  return `v.${column}`;
};

/** The references to texts in a row. */
const REFS = `(select array_agg(r #>> '{}') from jsonb_path_query(x.row, 'strict $.**.ref') r)`;

/**
 * Writes `count` journeys, of each variant as many. @returns their ids, in the order of the variants if there is one of each
 * @param spreadSeconds copies are this much apart at most, in their columns: what is within their events is not looked for by time
 * @param withState also the fold, which is large and which lists do not read
 */
export const putJourneys = async (
  db: DataSource,
  variants: readonly Variant[],
  { count, withState, spreadSeconds = 1 }: { count: number; withState: boolean; spreadSeconds?: number },
): Promise<string[]> => {
  const runner = db.createQueryRunner();
  await runner.connect();
  try {
    // Copies of rows that were checked need not be checked one by one: what they refer to is copied with them.
    await runner.query(
      `set statement_timeout = 0; set session_replication_role = replica; set work_mem = '256MB'`,
    );
    for (const statement of SETUP) await runner.query(statement);
    for (let from = 0; from < variants.length; from += CHUNK) {
      const rows = variants
        .slice(from, from + CHUNK)
        .flatMap((v, i) =>
          TABLES.flatMap((tbl) =>
            v.of[tbl].map((row, n) => ({ variant: from + i, tbl, n, row: varied(row, v) })),
          ),
        );
      await runner.query(
        'insert into variant select * from jsonb_populate_recordset(null::variant, $1::jsonb)',
        [JSON.stringify(rows)],
      );
    }
    const ids = (await runner.query(
      `insert into copied select n % $1::int, gen_random_uuid(), (n::bigint * 7919 % $3::int) * interval '1 second'
       from generate_series(0, $2::int - 1) n returning id`,
      [variants.length, count, spreadSeconds],
    )) as { id: string }[];
    await runner.query('analyze copied');
    for (const table of TABLES) {
      await withoutIndexes(runner, table, () => copy(runner, table, withState));
    }
    await runner.query('drop table variant, copied; drop function pg_temp.refs_of; reset all');
    for (const table of TABLES) await runner.query(`vacuum analyze ${table}`);
    return ids.map(({ id }) => id);
  } finally {
    await runner.release();
  }
};

interface Column {
  name: string;
  type: string;
}

interface Runner {
  query(sql: string, params?: unknown[]): Promise<unknown>;
}

/** Indexes are built at once when the rows are there, those of constraints apart. */
const withoutIndexes = async (runner: Runner, table: Table, act: () => Promise<void>): Promise<void> => {
  const indexes = (await runner.query(
    `select i.indexname as name, i.indexdef as def from pg_indexes i where i.schemaname = 'public' and i.tablename = $1
       and not exists (select 1 from pg_constraint c where c.conname = i.indexname)`,
    [table],
  )) as { name: string; def: string }[];
  for (const { name } of indexes) await runner.query(`drop index ${name}`);
  await act();
  for (const { def } of indexes) await runner.query(def);
};

const copy = async (runner: Runner, table: Table, withState: boolean): Promise<void> => {
  const columns = (await runner.query(
    `select column_name as name, data_type as type from information_schema.columns
       where table_schema = 'public' and table_name = $1 and is_identity = 'NO' and is_generated = 'NEVER' order by 1`,
    [table],
  )) as Column[];
  await runner.query(
    `create temp table v as select x.variant, x.n, (jsonb_populate_record(null::${table}, x.row)).*, ${REFS} as refs
     from variant x where tbl = '${table}'`,
  );
  await runner.query('analyze v');
  await runner.query(
    `insert into ${table} (${columns.map(({ name }) => name).join(', ')})
     select ${columns.map((column) => inCopy(table, column, withState)).join(', ')}
     from copied c join v using (variant) ${table === 'access_log' ? 'order by c.id, v.n' : ''}`,
  );
  await runner.query('drop table v');
};
