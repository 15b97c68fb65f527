import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { z } from 'zod';
import type { Page } from '../api/paging';
import { pageOf, paging, placeOf } from '../api/paging';
import { Problem } from '../api/problems';
import { consistencyRanges, inclusionRanges, nodesOf, rangeHash } from './merkle';
import type { Anchored } from './tree';
import { readNodes, readRanges } from './tree';

const size = z.coerce.number().int().min(1).max(Number.MAX_SAFE_INTEGER);
export const checkpointsQuery = z.strictObject({ ...paging });
export const consistencyQuery = z.strictObject({
  from: size.describe('The size of the older tree'),
  to: size.describe('The size of the newer one, at most that of the latest checkpoint'),
});

export const checkpointView = z.object({
  size: z.int().describe('Leaves of the tree'),
  root: z.string().describe('Base64'),
  at: z.string(),
  note: z.string().describe('The signed note'),
});
export type CheckpointView = z.output<typeof checkpointView>;

export const consistencyView = z.object({
  from: z.int(),
  to: z.int(),
  proof: z.array(z.string()).describe('RFC 6962 section 2.1.2, each in base64'),
});
export type ConsistencyView = z.output<typeof consistencyView>;

/** A leaf, with its audit path in the tree of the latest checkpoint (base64, from the leaf's sibling up). */
export interface Anchor extends Anchored {
  n: number;
  inclusion: string[];
}

/** All that shows what is anchored of one chain. */
export interface AnchoredChain {
  /** By place in the ledger, and so by `seq`. */
  anchors: Anchor[];
  /** The latest checkpoint's note; none before anything was anchored. */
  checkpoint: string | null;
  /** Verifier keys of all that ever signed, the oldest first. */
  keys: string[];
}

const PLACE = z.tuple([z.int().min(1).max(Number.MAX_SAFE_INTEGER)]);
const base64 = (hash: Buffer): string => hash.toString('base64');

interface Row {
  size: string;
  root: Buffer;
  at: Date;
  note: string;
}

/** The ledger, as it is shown to others. */
@Injectable()
export class LedgerReader {
  constructor(private readonly db: DataSource) {}

  /** What is anchored of a chain: a journey's id, or `directory`, `access`, `keys`. */
  async anchored(chain: string): Promise<AnchoredChain> {
    const latest = await this.newest();
    const keys = await this.keys();
    if (!latest) return { anchors: [], checkpoint: null, keys };
    const leaves = await this.db.query<{ n: string; seq: string; hash: string }[]>(
      'select n, seq, hash from ledger_leaf where chain = $1 and n < $2 order by n',
      [chain, latest.size],
    );
    const paths = leaves.map(({ n }) => inclusionRanges(Number(n), Number(latest.size)));
    const hashOf = await readNodes(this.db.manager, paths.flat().flatMap(nodesOf));
    const anchors = leaves.map(({ n, seq, hash }, i) => ({
      n: Number(n),
      chain,
      seq: Number(seq),
      hash,
      inclusion: paths[i]!.map((range) => base64(rangeHash(range, hashOf))),
    }));
    return { anchors, checkpoint: latest.note, keys };
  }

  /** Checkpoints, the newest first. */
  async checkpoints({ limit, cursor }: z.output<typeof checkpointsQuery>): Promise<Page<CheckpointView>> {
    const [before] = placeOf(cursor, PLACE) ?? [Number.MAX_SAFE_INTEGER];
    const rows = await this.db.query<Row[]>(
      'select size, root, at, note from checkpoint where size < $1 order by size desc limit $2',
      [before, limit + 1],
    );
    return pageOf(
      rows,
      limit,
      (row) => ({ ...row, size: Number(row.size), root: base64(row.root), at: row.at.toISOString() }),
      (row) => [Number(row.size)],
    );
  }

  /** The latest checkpoint's note. */
  async latest(): Promise<string> {
    const latest = await this.newest();
    if (!latest) throw new Problem('unknown-checkpoint');
    return latest.note;
  }

  /** What shows that the ledger of `to` leaves begins with the one of `from`. */
  async consistency({ from, to }: z.output<typeof consistencyQuery>): Promise<ConsistencyView> {
    const latest = await this.newest();
    if (!latest || from > to || to > Number(latest.size)) throw new Problem('unknown-checkpoint');
    const hashes = await readRanges(this.db.manager, consistencyRanges(from, to));
    return { from, to, proof: hashes.map(base64) };
  }

  /** Verifier keys of all that ever signed, the oldest first. */
  async keys(): Promise<string[]> {
    const rows = await this.db.query<{ key: string }[]>('select key from signing_key order by n');
    return rows.map(({ key }) => key);
  }

  private async newest(): Promise<Row | undefined> {
    const [row] = await this.db.query<Row[]>(
      'select size, root, at, note from checkpoint order by size desc limit 1',
    );
    return row;
  }
}
