import canonicalize from 'canonicalize';
import type { EntityManager } from 'typeorm';
import type { Node, NodeAt, NodeHash, Range } from './merkle';
import { append, leafHash, nodesOf, rangeHash, rootOf } from './merkle';

/** How far a chain had come: what a leaf says. */
export interface Anchored {
  /** A journey's id, or `directory`, `access`, `keys`. */
  chain: string;
  seq: number;
  /** The chain's hash there, in hex. */
  hash: string;
}

/** RFC 8785 JSON of exactly these three. */
export const leafOf = ({ chain, seq, hash }: Anchored): Buffer =>
  leafHash(Buffer.from(canonicalize({ chain, hash, seq }) ?? ''));

const keyOf = ({ level, n }: NodeAt): string => `${level}/${n}`;

/** These nodes of the tree, by one statement. @throws when asked for one that is not there */
export const readNodes = async (m: EntityManager, nodes: readonly NodeAt[]): Promise<NodeHash> => {
  const rows = await m.query<{ level: number; n: string; hash: Buffer }[]>(
    `select 0 as level, n, leaf_hash as hash from ledger_leaf where n = any($1::bigint[])
     union all
     select level, n, hash from unnest($2::int[], $3::bigint[]) as wanted(level, n) join ledger_node using (level, n)`,
    [
      nodes.filter(({ level }) => level === 0).map(({ n }) => n),
      nodes.filter(({ level }) => level > 0).map(({ level }) => level),
      nodes.filter(({ level }) => level > 0).map(({ n }) => n),
    ],
  );
  const found = new Map(rows.map(({ level, n, hash }) => [`${level}/${n}`, hash]));
  return (at) => {
    const hash = found.get(keyOf(at));
    if (!hash) throw new Error(`the ledger has no node ${keyOf(at)}`);
    return hash;
  };
};

/** The hashes of ranges, as proofs are made of them. */
export const readRanges = async (m: EntityManager, ranges: readonly Range[]): Promise<Buffer[]> => {
  const hashOf = await readNodes(m, ranges.flatMap(nodesOf));
  return ranges.map((range) => rangeHash(range, hashOf));
};

const base64 = ({ hash }: Node): string => hash.toString('base64');

/** Appends a leaf for each of these, in this order. The caller holds the lock of the sequencer. @returns size and root then */
export const grow = async (
  m: EntityManager,
  anchored: readonly Anchored[],
  at: string,
): Promise<{ size: number; root: Buffer }> => {
  const [{ size: text }] = await m.query<[{ size: string }]>(
    'select coalesce(max(n) + 1, 0) as size from ledger_leaf',
  );
  const before = Number(text);
  const hashOf = await readNodes(m, nodesOf([0, before]));
  const added = append(before, anchored.map(leafOf), hashOf);
  const leaves = added.filter(({ level }) => level === 0);
  await m.query(
    `insert into ledger_leaf (n, chain, seq, hash, leaf_hash, at)
     select n, chain, seq, hash, decode(leaf, 'base64'), $2::timestamptz
     from jsonb_to_recordset($1::jsonb) as x(n bigint, chain text, seq bigint, hash text, leaf text)`,
    [JSON.stringify(anchored.map((each, i) => ({ ...each, n: before + i, leaf: base64(leaves[i]!) }))), at],
  );
  await m.query(
    `insert into ledger_node (level, n, hash) select level, n, decode(hash, 'base64')
     from jsonb_to_recordset($1::jsonb) as x(level int, n bigint, hash text)`,
    [
      JSON.stringify(
        added
          .filter(({ level }) => level > 0)
          .map((node) => ({ level: node.level, n: node.n, hash: base64(node) })),
      ),
    ],
  );
  const fresh = new Map(added.map((node) => [keyOf(node), node.hash]));
  const size = before + anchored.length;
  return { size, root: rootOf(size, (node) => fresh.get(keyOf(node)) ?? hashOf(node)) };
};
