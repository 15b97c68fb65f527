import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { Logger } from '@nestjs/common';
import type { DataSource } from 'typeorm';
import { makeDataSource } from '../../src/database/data-source';
import { EMPTY_ROOT, leafHash, nodeHash } from '../../src/ledger/merkle';
import { Sequencer } from '../../src/ledger/sequencer';
import type { Signer } from '../../src/ledger/signed-note';
import { openNote, readCheckpoint, readVerifierKey, verifierKey } from '../../src/ledger/signed-note';
import { createDatabase } from '../support/database';
import type { TestDatabase } from '../support/database';
import { StillClock } from './asks-world';

export const ORIGIN = 'failsafe.example.org/test';
export const freshSigner = (): Signer => ({
  name: ORIGIN,
  key: generateKeyPairSync('ed25519').privateKey,
});
export const verifierOf = (signer: Signer) => readVerifierKey(verifierKey(signer));

export interface Leaf {
  n: number;
  chain: string;
  seq: number;
  hash: string;
  leaf_hash: Buffer;
}

/** The hash of a tree by its definition: nothing of how it was grown or kept. */
export const naiveRoot = (leaves: readonly Buffer[]): Buffer => {
  if (leaves.length < 2) return leaves[0] ?? EMPTY_ROOT;
  const k = 2 ** (Math.ceil(Math.log2(leaves.length)) - 1);
  return nodeHash(naiveRoot(leaves.slice(0, k)), naiveRoot(leaves.slice(k)));
};

/** A leaf's hash by the page that strangers are given, not by our code. */
export const naiveLeaf = ({ chain, hash, seq }: Leaf): Buffer =>
  leafHash(Buffer.from(`{"chain":"${chain}","hash":"${hash}","seq":${seq}}`));

/** A database with a ledger in it, and sequencers on it. */
export class LedgerWorld {
  readonly signer = freshSigner();
  private readonly others: DataSource[] = [];

  private constructor(
    readonly db: DataSource,
    readonly database: TestDatabase,
  ) {}

  static async start(): Promise<LedgerWorld> {
    Logger.overrideLogger(false); // the faults are the tests' own
    const database = await createDatabase();
    return new LedgerWorld(await makeDataSource(database.url).initialize(), database);
  }

  async stop(): Promise<void> {
    for (const db of [this.db, ...this.others]) if (db.isInitialized) await db.destroy();
    await this.database.drop();
  }

  /** A program of its own, as far as the database can see. */
  async another(): Promise<DataSource> {
    const db = await makeDataSource(this.database.url).initialize();
    this.others.push(db);
    return db;
  }

  sequencer(atOnce?: number, signers: readonly Signer[] = [this.signer], db = this.db): Sequencer {
    return new Sequencer(db, new StillClock(), signers, atOnce);
  }

  /** As `record` leaves a chain that has come so far. */
  async recorded(chain: string = randomUUID(), seq = 1, db = this.db): Promise<string> {
    await db.query(
      `insert into anchor_queue (chain, seq, hash) values ($1, $2::bigint, encode(sha256(convert_to($1 || $2::text, 'utf8')), 'hex'))`,
      [chain, seq],
    );
    return chain;
  }

  async waiting(): Promise<number> {
    const [row] = await this.db.query<[{ n: number }]>('select count(*)::int as n from anchor_queue');
    return row.n;
  }

  async leaves(): Promise<Leaf[]> {
    const rows = await this.db.query<(Omit<Leaf, 'n' | 'seq'> & { n: string; seq: string })[]>(
      'select n, chain, seq, hash, leaf_hash from ledger_leaf order by n',
    );
    return rows.map((row) => ({ ...row, n: Number(row.n), seq: Number(row.seq) }));
  }

  async checkpoints(): Promise<{ size: number; root: Buffer; note: string }[]> {
    const rows = await this.db.query<{ size: string; root: Buffer; note: string }[]>(
      'select size, root, note from checkpoint order by size',
    );
    return rows.map((row) => ({ ...row, size: Number(row.size) }));
  }

  /** Works everything out again from the leaves' own texts: hashes, nodes, the root of each checkpoint, its signature. */
  async expectWhole(): Promise<void> {
    const leaves = await this.leaves();
    expect(leaves.map(({ n }) => n)).toEqual(leaves.map((_, i) => i));
    const hashes = leaves.map(naiveLeaf);
    expect(leaves.map((leaf) => leaf.leaf_hash.toString('hex'))).toEqual(
      hashes.map((h) => h.toString('hex')),
    );
    await this.expectNodes(hashes);
    const checkpoints = await this.checkpoints();
    expect(checkpoints.at(-1)?.size ?? 0).toBe(leaves.length);
    for (const { size, root, note } of checkpoints) {
      const said = readCheckpoint(openNote(note, [verifierOf(this.signer)])!);
      expect(said).toMatchObject({ origin: ORIGIN, size });
      expect(said!.root.toString('hex')).toBe(root.toString('hex'));
      expect(root.toString('hex')).toBe(naiveRoot(hashes.slice(0, size)).toString('hex'));
    }
  }

  private async expectNodes(hashes: readonly Buffer[]): Promise<void> {
    const expected: string[] = [];
    for (let level = 1; 2 ** level <= hashes.length; level++)
      for (let n = 0; (n + 1) * 2 ** level <= hashes.length; n++)
        expected.push(
          `${level}/${n} ${naiveRoot(hashes.slice(n * 2 ** level, (n + 1) * 2 ** level)).toString('hex')}`,
        );
    const rows = await this.db.query<{ level: number; n: string; hash: Buffer }[]>(
      'select level, n, hash from ledger_node order by level, n',
    );
    expect(rows.map(({ level, n, hash }) => `${level}/${n} ${hash.toString('hex')}`)).toEqual(expected);
  }
}
