import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { makeOwnerDataSource } from '../database/data-source';
import { PlainError } from '../local/plain-error';
import { createDatabaseIfMissing, startPostgres } from '../local/postgres';
import { embeddedPostgres, installedPostgres } from '../local/postgres-binaries';
import { startPostgresServer } from '../local/postgres-server';
import { hasTables, loadTables } from './kept-tables';
import type { Held } from './ledger';
import type { Options } from './options';
import { heldIn, keysIn } from './options';
import type { VerifyOptions } from './verify';

/** A database to be verified, by a name for people. */
export type Place = Omit<VerifyOptions, 'progress' | 'temporal'> & { name: string };

/** What lies beside the kept tables of a play: its checkpoints, and the keys that signed them. */
const CHECKPOINTS = 'checkpoints';
const KEYS = 'keys.txt';

/** The databases that the command line means, one after the other; each is there until the next is asked for. */
export async function* places(o: Options): AsyncGenerator<Place> {
  const kept = o.data === undefined ? [] : keptBelow(o.data);
  if (kept.length > 0) yield* keptPlaces(kept, o);
  else if (o.data === undefined || existsSync(path.join(o.data, 'postgres'))) yield* standing(o);
  else
    throw new PlainError(
      `Nothing to verify is in ${o.data}.`,
      'Name a folder that `npm run cases -- --keep DIR` has made, or a data folder.',
    );
}

/** Folders of kept plays, the given one or those in it. */
const keptBelow = (folder: string): string[] => {
  if (hasTables(path.join(folder, 'tables'))) return [folder];
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .sort()
    .map((name) => path.join(folder, name))
    .filter((each) => hasTables(path.join(each, 'tables')));
};

/** The database of this machine, or the one that is given. */
async function* standing(o: Options): AsyncGenerator<Place> {
  const postgres = await startPostgres(o.data === undefined ? {} : { dataDir: o.data });
  try {
    yield { name: postgres.description, databaseUrl: postgres.url, held: o.held, trusted: o.keys };
  } finally {
    await postgres.stop();
  }
}

/** Kept tables, each read into a database of its own on a Postgres that is gone afterwards. */
async function* keptPlaces(folders: readonly string[], o: Options): AsyncGenerator<Place> {
  const dir = mkdtempSync(path.join(tmpdir(), 'imaging-failsafe-verify-'));
  const settings = ['fsync=off', 'synchronous_commit=off'];
  const server = await startPostgresServer({
    dir,
    binaries: installedPostgres() ?? embeddedPostgres(),
    settings,
  });
  try {
    for (const [i, folder] of folders.entries()) {
      const databaseUrl = await restored(
        (name) => server.url(name),
        `kept_${i}`,
        path.join(folder, 'tables'),
      );
      const keys = path.join(folder, KEYS);
      yield {
        name: path.basename(folder),
        databaseUrl,
        held: [...o.held, ...heldOf(folder)],
        trusted: o.keys.length > 0 || !existsSync(keys) ? o.keys : keysIn(keys),
      };
    }
  } finally {
    await server.stop();
    rmSync(dir, { recursive: true, force: true });
  }
}

const heldOf = (folder: string): Held[] => {
  const own = path.join(folder, CHECKPOINTS);
  return existsSync(own) ? heldIn(own) : [];
};

const restored = async (url: (database: string) => string, name: string, tables: string): Promise<string> => {
  await createDatabaseIfMissing(url('postgres'), name);
  const db = await makeOwnerDataSource(url(name)).initialize();
  try {
    await db.runMigrations({ transaction: 'each' });
  } finally {
    await db.destroy();
  }
  await loadTables(url(name), tables);
  return url(name);
};
