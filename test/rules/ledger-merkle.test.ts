import { createHash } from 'node:crypto';
import * as fc from 'fast-check';
import type { NodeAt, Range } from '../../src/ledger/merkle';
import {
  append,
  consistencyRanges,
  inclusionRanges,
  leafHash,
  rangeHash,
  rootOf,
  verifyConsistency,
  verifyInclusion,
} from '../../src/ledger/merkle';

const hex = (hash: Buffer): string => hash.toString('hex');
const keyOf = ({ level, n }: NodeAt): string => `${level}/${n}`;

/** A tree in memory, grown by a few leaves at a time as the sequencer grows the real one. */
class Tree {
  readonly nodes = new Map<string, Buffer>();
  size = 0;
  readonly hashOf = (at: NodeAt): Buffer => {
    const hash = this.nodes.get(keyOf(at));
    if (!hash) throw new Error(`no node ${keyOf(at)}`);
    return hash;
  };

  static of(leaves: readonly Buffer[], atOnce = leaves.length || 1): Tree {
    const tree = new Tree();
    for (let i = 0; i < leaves.length; i += atOnce) tree.add(leaves.slice(i, i + atOnce));
    return tree;
  }

  private add(leaves: readonly Buffer[]): void {
    for (const node of append(this.size, leaves.map(leafHash), this.hashOf))
      this.nodes.set(keyOf(node), node.hash);
    this.size += leaves.length;
  }

  root(size = this.size): Buffer {
    return rootOf(size, this.hashOf);
  }

  hashes(ranges: readonly Range[]): Buffer[] {
    return ranges.map((range) => rangeHash(range, this.hashOf));
  }
}

/** MTH of RFC 6962 section 2.1, word for word. */
const mth = (leaves: readonly Buffer[]): Buffer => {
  if (leaves.length === 0) return createHash('sha256').digest();
  const sha = (...parts: Buffer[]): Buffer => createHash('sha256').update(Buffer.concat(parts)).digest();
  if (leaves.length === 1) return sha(Buffer.of(0), leaves[0]!);
  const k = 2 ** (Math.ceil(Math.log2(leaves.length)) - 1);
  return sha(Buffer.of(1), mth(leaves.slice(0, k)), mth(leaves.slice(k)));
};

/** The inputs, roots and proofs that the reference implementation of Certificate Transparency is tested with. */
const INPUTS = [
  '',
  '00',
  '10',
  '2021',
  '3031',
  '40414243',
  '5051525354555657',
  '606162636465666768696a6b6c6d6e6f',
].map((text) => Buffer.from(text, 'hex'));
const ROOTS = [
  '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
  'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
  '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
  '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
];
const [N0_1, N1_1, N2_1] = [
  '96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7',
  '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e',
  '6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4',
];
const [N0_4, N1_2, N1_3] = [
  'bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b',
  '0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a',
  'ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0',
];

describe('the known answers of Certificate Transparency', () => {
  const tree = Tree.of(INPUTS, 3);

  test('the empty tree', () => {
    expect(hex(new Tree().root())).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
  });

  test.each(ROOTS.map((root, i) => [i + 1, root] as const))('the root of %i leaves', (size, root) => {
    expect(hex(tree.root(size))).toBe(root);
  });

  test.each<[number, number, string[]]>([
    [0, 1, []],
    [0, 8, [N0_1, N1_1, N2_1]],
    [5, 8, [N0_4, N1_3, ROOTS[3]!]],
    [2, 3, [ROOTS[1]!]],
    [1, 5, [ROOTS[0]!, N1_1, N0_4]],
  ])('the audit path of leaf %i in a tree of %i', (leaf, size, path) => {
    expect(tree.hashes(inclusionRanges(leaf, size)).map(hex)).toEqual(path);
  });

  test.each<[number, number, string[]]>([
    [1, 1, []],
    [1, 8, [N0_1, N1_1, N2_1]],
    [6, 8, [N1_2, N1_3, ROOTS[3]!]],
    [2, 5, [N1_1, N0_4]],
  ])('that the tree of %i begins the one of %i', (from, to, path) => {
    expect(tree.hashes(consistencyRanges(from, to)).map(hex)).toEqual(path);
  });
});

const leaves = fc.array(
  fc.uint8Array({ maxLength: 8 }).map((bytes) => Buffer.from(bytes)),
  {
    minLength: 1,
    maxLength: 70,
  },
);
const grown = leaves.chain((list) =>
  fc.record({
    list: fc.constant(list),
    atOnce: fc.integer({ min: 1, max: 9 }),
    at: fc.integer({ min: 0, max: list.length - 1 }),
    size: fc.integer({ min: 1, max: list.length }),
    flip: fc.nat(),
  }),
);
/** The same hashes with one bit changed, or nothing where there are none. */
const changed = (hashes: readonly Buffer[], flip: number): Buffer[] | undefined => {
  if (hashes.length === 0) return undefined;
  const copies = hashes.map((hash) => Buffer.from(hash));
  const copy = copies[flip % copies.length]!;
  copy[flip % 32]! ^= 1 << (flip % 8);
  return copies;
};

describe('any tree', () => {
  test('has the root of the definition, however it was grown', () => {
    fc.assert(
      fc.property(grown, ({ list, atOnce, size }) => {
        const tree = Tree.of(list, atOnce);
        expect(hex(tree.root(size))).toBe(hex(mth(list.slice(0, size))));
      }),
    );
  });

  test('includes each of its leaves, at its place, and no other', () => {
    fc.assert(
      fc.property(grown, ({ list, atOnce, at, size, flip }) => {
        const tree = Tree.of(list, atOnce);
        const leaf = at % size;
        const [hash, root] = [leafHash(list[leaf]!), tree.root(size)];
        const path = tree.hashes(inclusionRanges(leaf, size));
        expect(verifyInclusion(leaf, size, hash, path, root)).toBe(true);
        const [otherHash] = changed([hash], flip)!;
        const [otherRoot] = changed([root], flip)!;
        const otherPath = changed(path, flip);
        expect(verifyInclusion(leaf, size, otherHash!, path, root)).toBe(false);
        expect(verifyInclusion(leaf, size, hash, path, otherRoot!)).toBe(false);
        if (otherPath) expect(verifyInclusion(leaf, size, hash, otherPath, root)).toBe(false);
        expect(verifyInclusion(leaf, size, hash, [...path, root], root)).toBe(false);
        expect(verifyInclusion(size, size, hash, path, root)).toBe(false);
      }),
    );
  });

  test('begins with each of its earlier selves, and with nothing else', () => {
    fc.assert(
      fc.property(grown, ({ list, atOnce, size, flip }) => {
        const tree = Tree.of(list, atOnce);
        const to = list.length;
        const [older, newer] = [tree.root(size), tree.root()];
        const path = tree.hashes(consistencyRanges(size, to));
        expect(verifyConsistency(size, to, older, newer, path)).toBe(true);
        const [otherOlder] = changed([older], flip)!;
        const [otherNewer] = changed([newer], flip)!;
        const otherPath = changed(path, flip);
        expect(verifyConsistency(size, to, otherOlder!, newer, path)).toBe(false);
        expect(verifyConsistency(size, to, older, otherNewer!, path)).toBe(false);
        if (otherPath) expect(verifyConsistency(size, to, older, newer, otherPath)).toBe(false);
        expect(verifyConsistency(size, to, older, newer, [...path, newer])).toBe(false);
        expect(verifyConsistency(0, to, older, newer, path)).toBe(false);
      }),
    );
  });
});
