import { createReadStream, createWriteStream, existsSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { once } from 'node:events';
import { Client } from 'pg';

/**
 * The tables that a verification reads, as files: one JSON object a row. Made for what a play leaves behind, so that it can be
 * verified when its database is gone. No free text and no patient data is in them, nor keys.
 */
export const TABLES = [
  'policy',
  'calendar',
  'journey',
  'obligation',
  'evidence',
  'directory_change',
  'access_log',
  'access_batch',
  'signing_key',
  'ledger_leaf',
  'ledger_node',
  'checkpoint',
  'run',
  'history_archive',
] as const;

/** Rows read and written at once. */
const BATCH = 500;

const fileOf = (folder: string, table: string): string => path.join(folder, `${table}.ndjson`);

/** Whether a folder has kept tables in it. */
export const hasTables = (folder: string): boolean => existsSync(fileOf(folder, 'evidence'));

const connected = async <T>(url: string, act: (client: Client) => Promise<T>): Promise<T> => {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return await act(client);
  } finally {
    await client.end();
  }
};

/** Writes the tables below a folder. */
export const keepTables = (url: string, folder: string): Promise<void> =>
  connected(url, async (client) => {
    mkdirSync(folder, { recursive: true });
    await client.query('begin isolation level repeatable read read only');
    for (const table of TABLES) await keepTable(client, table, fileOf(folder, table));
    await client.query('commit');
  });

const keepTable = async (client: Client, table: string, file: string): Promise<void> => {
  const out = createWriteStream(file);
  await client.query(
    `declare kept no scroll cursor for select to_jsonb(t)::text as row from ${table} t order by 1`,
  );
  for (;;) {
    const { rows } = await client.query<{ row: string }>(`fetch ${BATCH} from kept`);
    for (const { row } of rows) if (!out.write(`${row}\n`)) await once(out, 'drain');
    if (rows.length < BATCH) break;
  }
  await client.query('close kept');
  out.end();
  await once(out, 'finish');
};

/** Reads kept tables into an empty, migrated database. References to what was not kept are not checked. */
export const loadTables = (url: string, folder: string): Promise<void> =>
  connected(url, async (client) => {
    await client.query('set session_replication_role = replica');
    for (const table of TABLES) await loadTable(client, table, fileOf(folder, table));
  });

const loadTable = async (client: Client, table: string, file: string): Promise<void> => {
  let batch: string[] = [];
  const write = async (): Promise<void> => {
    if (batch.length > 0)
      await client.query(
        `insert into ${table} overriding system value select * from jsonb_populate_recordset(null::${table}, $1::jsonb)
         on conflict do nothing`,
        [`[${batch.join(',')}]`],
      );
    batch = [];
  };
  for await (const line of createInterface({ input: createReadStream(file) })) {
    batch.push(line);
    if (batch.length >= BATCH) await write();
  }
  await write();
};
