import canonicalize from 'canonicalize';
import type { Verifier } from '../ledger/signed-note';
import { openNote, readCheckpoint } from '../ledger/signed-note';
import type { Findings } from './findings';
import type { TreeNode } from './frontier';
import { Frontier, leafHashOf } from './frontier';
import type { Snapshot } from './snapshot';

/** A checkpoint as somebody elsewhere holds it: `name` says where from. */
export interface Held {
  name: string;
  note: string;
}

interface Leaf {
  n: number;
  chain: string;
  seq: number;
  hash: string;
  leaf_hash: Buffer;
  /** The hash that the chain has there now. */
  is: string | null;
}

/** Nodes compared at once. */
const BATCH = 1_000;

const LEAVES = `
select l.n::int, l.chain, l.seq::int, l.hash, l.leaf_hash, case l.chain
    when 'directory' then (select hash from directory_change where version = l.seq)
    when 'access' then (select hash from access_batch where n = l.seq)
    when 'keys' then (select hash from signing_key where n = l.seq)
    else (select hash from evidence
      where journey = case when l.chain ~ '^[0-9a-f-]{36}$' then l.chain::uuid end and seq = l.seq) end as is
from ledger_leaf l order by n`;

/** A checkpoint that is due to be held against the tree when it has grown to its size. */
interface Due {
  size: number;
  root: Buffer;
  where: string;
}

/**
 * Rebuilds the tree from its leaves and holds it to every checkpoint: those in the database and those that went elsewhere. A
 * leaf is held to the chain that it anchors.
 * @param trusted keys by which checkpoints from elsewhere must be signed
 */
export const verifyLedger = async (
  db: Snapshot,
  findings: Findings,
  held: readonly Held[],
  trusted: readonly Verifier[],
  step: (leaves: number) => void,
): Promise<void> => {
  const due = [...(await ownCheckpoints(db, findings, trusted)), ...heldCheckpoints(findings, held, trusted)];
  due.sort((a, b) => a.size - b.size);
  const tree = new Frontier();
  let nodes: TreeNode[] = [];
  for await (const leaf of db.stream<Leaf>('verify_leaf', LEAVES)) {
    if (leaf.n !== tree.size)
      return findings.broken(
        'ledger',
        `anchor ${tree.size}`,
        'it is missing; what follows cannot be checked',
      );
    nodes.push(...tree.add(checkedLeaf(findings, leaf)).slice(1));
    if (nodes.length >= BATCH) {
      await compareNodes(db, findings, nodes);
      nodes = [];
      step(tree.size);
    }
    for (; due[0]?.size === tree.size; due.shift())
      if (!due[0].root.equals(tree.root()))
        findings.broken('checkpoint', due[0].where, 'the tree had another root at that size');
    findings.count('anchors');
  }
  await compareNodes(db, findings, nodes);
  for (const { where, size } of due.filter((d) => d.size > tree.size))
    findings.broken('checkpoint', where, `the ledger had ${size} anchors, and now has ${tree.size}`);
};

/** Holds an anchor to the chain that it anchors. @returns its leaf's hash, worked out anew */
const checkedLeaf = (findings: Findings, { n, chain, seq, hash, leaf_hash, is }: Leaf): Buffer => {
  const where = `${chain} event ${seq}`;
  if (is === null) findings.broken('ledger', where, `it was anchored (${n}) and is gone`);
  else if (is !== hash) findings.broken('ledger', where, `it had another hash when it was anchored (${n})`);
  const leaf = leafHashOf(canonicalize({ chain, hash, seq })!);
  if (!leaf.equals(leaf_hash)) findings.broken('ledger', `anchor ${n}`, 'it is not what was hashed');
  return leaf;
};

/** The nodes that audit paths are made of. */
const compareNodes = async (db: Snapshot, findings: Findings, nodes: readonly TreeNode[]): Promise<void> => {
  const differing = await db.query<{ level: number; n: number }>(
    `select r.level, r.n from jsonb_to_recordset($1::jsonb) as r(level int, n bigint, hash text)
     left join ledger_node s on s.level = r.level and s.n = r.n where s.hash is null or encode(s.hash, 'hex') <> r.hash`,
    [JSON.stringify(nodes.map(({ level, n, hash }) => ({ level, n, hash: hash.toString('hex') })))],
  );
  for (const { level, n } of differing)
    findings.broken('ledger', `node ${level}/${n}`, 'it is not what the anchors below it give');
};

const ownCheckpoints = async (
  db: Snapshot,
  findings: Findings,
  trusted: readonly Verifier[],
): Promise<Due[]> => {
  const rows = await db.query<{ size: string; root: Buffer; note: string }>(
    'select size, root, note from checkpoint order by size',
  );
  return rows.flatMap(({ size, root, note }) => {
    const where = `size ${size}`;
    findings.count('checkpoints');
    const read = openedBy(findings, where, note, trusted);
    if (read && (read.size !== Number(size) || !read.root.equals(root)))
      findings.broken('checkpoint', where, 'its columns do not say what it says');
    return read ? [{ size: read.size, root: read.root, where }] : [];
  });
};

const heldCheckpoints = (findings: Findings, held: readonly Held[], trusted: readonly Verifier[]): Due[] =>
  held.flatMap(({ name, note }) => {
    findings.count('checkpoints from elsewhere');
    const read = openedBy(findings, name, note, trusted);
    return read ? [{ size: read.size, root: read.root, where: `${name}, size ${read.size}` }] : [];
  });

const openedBy = (findings: Findings, where: string, note: string, trusted: readonly Verifier[]) => {
  const text = openNote(note, trusted);
  const read = text === undefined ? undefined : readCheckpoint(text);
  if (!read) findings.broken('checkpoint', where, 'no key that is trusted has signed it');
  return read;
};
