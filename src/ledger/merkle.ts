import { createHash } from 'node:crypto';

/**
 * The tree of RFC 6962 section 2.1, over SHA-256. A node is the hash of a full subtree: at level `l` the one numbered `n`
 * covers the 2^l leaves from n * 2^l on; a leaf's hash is its node at level 0. Every hash that a root or a proof is made of
 * follows from such nodes, and once written none of them ever changes.
 */
export interface NodeAt {
  level: number;
  n: number;
}
export interface Node extends NodeAt {
  hash: Buffer;
}

/** Leaves from `start` up to, and without, `end`. */
export type Range = readonly [start: number, end: number];
/** The hash of a node that is there. */
export type NodeHash = (at: NodeAt) => Buffer;

const sha256 = (...parts: Uint8Array[]): Buffer => {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest();
};
const LEAF = Buffer.of(0);
const NODE = Buffer.of(1);

export const EMPTY_ROOT = sha256();
export const leafHash = (leaf: Uint8Array): Buffer => sha256(LEAF, leaf);
export const nodeHash = (left: Uint8Array, right: Uint8Array): Buffer => sha256(NODE, left, right);

/** The largest power of two below `size`, where a tree of at least two leaves is split. */
const split = (size: number): number => {
  let k = 1;
  while (k * 2 < size) k *= 2;
  return k;
};

/** The full subtrees that a range is made of, from the left and so from the largest on. */
export const nodesOf = ([start, end]: Range): NodeAt[] => {
  const nodes: NodeAt[] = [];
  let from = start;
  while (from < end) {
    let level = 0;
    while (from % 2 ** (level + 1) === 0 && from + 2 ** (level + 1) <= end) level++;
    nodes.push({ level, n: from / 2 ** level });
    from += 2 ** level;
  }
  return nodes;
};

/** The hash of a range as it stands in a tree: its full subtrees, joined from the right. */
export const rangeHash = (range: Range, hashOf: NodeHash): Buffer => {
  const hashes = nodesOf(range).map(hashOf);
  return hashes.length === 0 ? EMPTY_ROOT : hashes.reduceRight((right, left) => nodeHash(left, right));
};

/** The root of the first `size` leaves. */
export const rootOf = (size: number, hashOf: NodeHash): Buffer => rangeHash([0, size], hashOf);

/**
 * What is there after leaves were added.
 * @param hashOf the nodes of the tree of `size` leaves
 * @returns the new nodes, the leaves' own among them, each after those that it is made of
 */
export const append = (size: number, leaves: readonly Buffer[], hashOf: NodeHash): Node[] => {
  const edge = nodesOf([0, size]).map((at): Node => ({ ...at, hash: hashOf(at) }));
  const added: Node[] = [];
  for (const [i, hash] of leaves.entries()) {
    let node: Node = { level: 0, n: size + i, hash };
    added.push(node);
    while (edge.at(-1)?.level === node.level) {
      const left = edge.pop()!;
      node = { level: node.level + 1, n: left.n / 2, hash: nodeHash(left.hash, node.hash) };
      added.push(node);
    }
    edge.push(node);
  }
  return added;
};

/** The audit path of a leaf (section 2.1.1), from the leaf's sibling up to the root's child. */
export const inclusionRanges = (leaf: number, size: number): Range[] => {
  const path: Range[] = [];
  let [start, end] = [0, size];
  while (end - start > 1) {
    const middle = start + split(end - start);
    path.unshift(leaf < middle ? [middle, end] : [start, middle]);
    if (leaf < middle) end = middle;
    else start = middle;
  }
  return path;
};

/** What shows that the tree of `to` leaves begins with the one of `from` (section 2.1.2); `from` is 1 to `to`. */
export const consistencyRanges = (from: number, to: number): Range[] => {
  const path: Range[] = [];
  let [start, end] = [0, to];
  while (end !== from) {
    const middle = start + split(end - start);
    path.unshift(from <= middle ? [middle, end] : [start, middle]);
    if (from <= middle) end = middle;
    else start = middle;
  }
  // Where the older tree is a full subtree of the newer one, its root is known to whoever asks.
  return start === 0 ? path : [[start, end], ...path];
};

/** The root to which an audit path leads; nothing where it does not fit the place. (The algorithm of RFC 9162 section 2.1.3.2.) */
export const rootFromInclusion = (
  leaf: number,
  size: number,
  hash: Buffer,
  path: readonly Buffer[],
): Buffer | undefined => {
  const ranges = leaf >= 0 && leaf < size ? inclusionRanges(leaf, size) : undefined;
  if (ranges?.length !== path.length) return undefined;
  return ranges.reduce(
    (below, [start], i) => (start > leaf ? nodeHash(below, path[i]!) : nodeHash(path[i]!, below)),
    hash,
  );
};

export const verifyInclusion = (
  leaf: number,
  size: number,
  hash: Buffer,
  path: readonly Buffer[],
  root: Buffer,
): boolean => rootFromInclusion(leaf, size, hash, path)?.equals(root) ?? false;

/** Whether a proof shows that the newer tree begins with the older one. */
export const verifyConsistency = (
  from: number,
  to: number,
  older: Buffer,
  newer: Buffer,
  path: readonly Buffer[],
): boolean => {
  if (from < 1 || from > to) return false;
  const ranges = consistencyRanges(from, to);
  if (ranges.length !== path.length) return false;
  const whole = ranges[0]?.[1] !== from;
  let [old, now] = whole ? [older, older] : [path[0]!, path[0]!];
  for (let i = whole ? 0 : 1; i < ranges.length; i++) {
    const left = ranges[i]![1] <= from;
    if (left) old = nodeHash(path[i]!, old);
    now = left ? nodeHash(path[i]!, now) : nodeHash(now, path[i]!);
  }
  return old.equals(older) && now.equals(newer);
};
