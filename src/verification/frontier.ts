import { createHash } from 'node:crypto';

const node = (left: Buffer, right: Buffer): Buffer =>
  createHash('sha256').update(Buffer.of(1)).update(left).update(right).digest();

/** The hash of a leaf (RFC 6962 section 2.1). */
export const leafHashOf = (leaf: string): Buffer =>
  createHash('sha256').update(Buffer.of(0)).update(leaf, 'utf8').digest();

/** A node of the tree: the `n`-th of its level, leaves being level 0. */
export interface TreeNode {
  level: number;
  n: number;
  hash: Buffer;
}

/**
 * A Merkle tree of which only the right edge is kept, so that memory stays flat: the roots of its full subtrees, the largest
 * first. Written apart from the ledger's own arithmetic, which it checks.
 */
export class Frontier {
  size = 0;
  private edge: TreeNode[] = [];

  /** Appends a leaf. @returns the nodes that are complete with it, itself first */
  add(leaf: Buffer): TreeNode[] {
    let whole: TreeNode = { level: 0, n: this.size, hash: leaf };
    const complete = [whole];
    while (this.edge.at(-1)?.level === whole.level) {
      const left = this.edge.pop()!;
      whole = { level: whole.level + 1, n: left.n / 2, hash: node(left.hash, whole.hash) };
      complete.push(whole);
    }
    this.edge.push(whole);
    this.size++;
    return complete;
  }

  /** The tree's root; that of no leaves is the hash of nothing. */
  root(): Buffer {
    const [last, ...larger] = this.edge.map((whole) => whole.hash).toReversed();
    if (last === undefined) return createHash('sha256').digest();
    return larger.reduce((right, left) => node(left, right), last);
  }
}
