import { Client, escapeLiteral } from 'pg';
import type { DataSource } from 'typeorm';

/**
 * How Postgres carries out the statements that the program really sends, and what is wrong with that: a large table read
 * from end to end, or far more rows and pages read than an answer needs. Statements are caught on their way to Postgres;
 * nothing here is a copy of one.
 */

/** One statement as it went to Postgres. */
export interface Statement {
  text: string;
  values: readonly unknown[];
  /** Planned once for a connection and run for every message: its plan may know nothing of the values. */
  prepared: boolean;
  /** The connection it went by. */
  session: Client;
}

type Query = (this: Client, query: unknown, values?: unknown, ...more: unknown[]) => unknown;

/** What any connection of this process sends while `act` runs, in order. */
export const statementsOf = async (act: () => Promise<unknown>): Promise<Statement[]> => {
  const sent: Statement[] = [];
  const client = Client.prototype as unknown as { query: Query };
  const original = client.query;
  const noting: Query = function (query, values, ...more) {
    const config = typeof query === 'string' ? { text: query, values } : (query as Record<string, unknown>);
    if (typeof config['text'] === 'string')
      sent.push({
        text: config['text'],
        values: Array.isArray(config['values']) ? config['values'] : [],
        prepared: config['name'] !== undefined,
        session: this,
      });
    return original.call(this, query, values, ...more);
  };
  client.query = noting;
  try {
    await act();
  } finally {
    client.query = original;
  }
  return sent;
};

/** The one statement among them that has this in its text. */
export const onlyOne = (sent: readonly Statement[], within: string): Statement => {
  const found = sent.filter(({ text }) => text.includes(within));
  if (found.length !== 1) throw new Error(`${found.length} statements with "${within}" instead of one`);
  return found[0]!;
};

/** A node of a plan, as far as we read it. Rows are the mean of all loops. */
interface Node {
  'Node Type': string;
  'Relation Name'?: string;
  'Actual Rows': number;
  'Actual Loops': number;
  'Rows Removed by Filter'?: number;
  'Rows Removed by Index Recheck'?: number;
  'Shared Hit Blocks': number;
  'Shared Read Blocks': number;
  Plans?: Node[];
}

/** What carrying out a statement took. */
export interface Work {
  /** Rows of tables that were looked at, whether or not they were of use. */
  rows: number;
  /** Pages of tables and indexes, each time that one was looked at. */
  pages: number;
  /** Tables that were read from end to end. */
  scanned: string[];
}

const nodesOf = (node: Node): Node[] => [node, ...(node.Plans ?? []).flatMap(nodesOf)];

/** A node counts what is beneath it, but for writes, which Postgres carries out after what they hang on. */
const pagesOf = (node: Node): number =>
  Math.max(
    node['Shared Hit Blocks'] + node['Shared Read Blocks'],
    (node.Plans ?? []).reduce((sum, n) => sum + pagesOf(n), 0),
  );

const workOf = (plan: Node): Work => {
  const reads = nodesOf(plan).filter(
    (n) => n['Relation Name'] !== undefined && n['Node Type'].endsWith('Scan'),
  );
  const looked = (n: Node): number =>
    n['Actual Loops'] *
    (n['Actual Rows'] + (n['Rows Removed by Filter'] ?? 0) + (n['Rows Removed by Index Recheck'] ?? 0));
  return {
    rows: reads.reduce((sum, n) => sum + looked(n), 0),
    pages: pagesOf(plan),
    scanned: reads
      .filter((n) => n['Node Type'] === 'Seq Scan' && n['Actual Loops'] > 0)
      .map((n) => n['Relation Name']!),
  };
};

const EXPLAIN = 'explain (analyze, buffers, format json)';

/**
 * Carries the statement out in a transaction that is rolled back, and says what it took: with a plan for its values, and,
 * where it is prepared, with the one for any values, to which Postgres may change after five times.
 * @param before SQL that is carried out first, and rolled back with it: an index dropped, to see that it is missed
 */
export const workFor = async (
  db: DataSource,
  { text, values, prepared }: Statement,
  before?: string,
): Promise<Work[]> => {
  const runner = db.createQueryRunner();
  const explain = async (sql: string, params: readonly unknown[]): Promise<Work> => {
    await runner.startTransaction();
    try {
      if (before !== undefined) await runner.query(before);
      const [row] = (await runner.query(`${EXPLAIN} ${sql}`, [...params])) as [Explained];
      return workOf(row['QUERY PLAN'][0].Plan);
    } finally {
      await runner.rollbackTransaction();
    }
  };
  try {
    const work = [await explain(text, values)];
    if (!prepared) return work;
    await runner.query(`set plan_cache_mode = force_generic_plan; prepare looked_at as ${text}`);
    try {
      work.push(await explain(`execute looked_at (${values.map(literal).join(', ')})`, []));
    } finally {
      await runner.query('deallocate looked_at; reset plan_cache_mode');
    }
    return work;
  } finally {
    await runner.release();
  }
};

interface Explained {
  'QUERY PLAN': [{ Plan: Node }];
}

const literal = (value: unknown): string => {
  if (value === null) return 'null';
  if (typeof value === 'string') return escapeLiteral(value);
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (Array.isArray(value)) return `array[${value.map(literal).join(', ')}]`;
  throw new Error('write here how such a value stands in SQL');
};

/** Tables of which reading all would be too much. */
export const largeTables = async (db: DataSource, from = 10_000): Promise<string[]> => {
  const rows = await db.query<{ relname: string }[]>(
    `select relname from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace and reltuples >= $1`,
    [from],
  );
  return rows.map((row) => row.relname);
};

/** What is wrong with that much work; nothing, where it is all right. */
export const objections = (
  work: readonly Work[],
  { large, rows, pages = 5 * rows }: { large: readonly string[]; rows: number; pages?: number },
): string[] =>
  work.flatMap((w) => [
    ...w.scanned.filter((table) => large.includes(table)).map((table) => `reads all of ${table}`),
    ...(w.rows > rows ? [`looks at ${w.rows} rows, where ${rows} are enough`] : []),
    ...(w.pages > pages ? [`looks at ${w.pages} pages, where ${pages} are enough`] : []),
  ]);
