import { createHash, createPublicKey, sign, verify } from 'node:crypto';
import type { KeyObject } from 'node:crypto';

/**
 * Signed notes (C2SP signed-note) and the checkpoints in them (C2SP tlog-checkpoint), with Ed25519. A note's text ends with a
 * newline; after an empty line come its signatures, one a line.
 */

/** What signs: an Ed25519 private key under a name. */
export interface Signer {
  name: string;
  key: KeyObject;
}

/** What a signature is checked with. */
export interface Verifier {
  name: string;
  /** The first four bytes of SHA-256 over name, newline, 0x01 and the public key. */
  id: Buffer;
  key: KeyObject;
}

const ED25519 = Buffer.of(1);
/** DER of an Ed25519 public key up to the key itself (RFC 8410). */
const SPKI = Buffer.from('302a300506032b6570032100', 'hex');
const SIGNATURE = /^\u2014 (\S+) ([A-Za-z0-9+/]+={0,2})$/u;
const VERIFIER_KEY = /^([^\s+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/]+={0,2})$/u;

/** Bytes in base64; nothing where another text would give the same bytes, since a note must have one form only. */
const bytesOf = (text: string): Buffer | undefined => {
  const bytes = Buffer.from(text, 'base64');
  return bytes.toString('base64') === text ? bytes : undefined;
};

/** The 32 bytes of a private key's public half. */
const rawOf = (key: KeyObject): Buffer =>
  createPublicKey(key).export({ format: 'der', type: 'spki' }).subarray(SPKI.length);

const keyId = (name: string, raw: Buffer): Buffer =>
  createHash('sha256').update(`${name}\n`).update(ED25519).update(raw).digest().subarray(0, 4);

/** `<name>+<id>+<key>`: what a stranger is given, by a way that they trust. */
export const verifierKey = ({ name, key }: Signer): string => {
  const raw = rawOf(key);
  return `${name}+${keyId(name, raw).toString('hex')}+${Buffer.concat([ED25519, raw]).toString('base64')}`;
};

/** @throws where the text is no verifier key of an Ed25519 key */
export const readVerifierKey = (text: string): Verifier => {
  const [, name, id, body] = VERIFIER_KEY.exec(text) ?? [];
  const bytes = bytesOf(body ?? '');
  const raw = bytes?.subarray(1);
  if (
    name === undefined ||
    bytes?.[0] !== 1 ||
    raw === undefined ||
    raw.length !== 32 ||
    keyId(name, raw).toString('hex') !== id
  )
    throw new Error('no verifier key');
  const key = createPublicKey({ key: Buffer.concat([SPKI, raw]), format: 'der', type: 'spki' });
  return { name, id: keyId(name, raw), key };
};

/** The note of a text that ends with a newline, signed by each. */
export const signNote = (text: string, signers: readonly Signer[]): string => {
  const lines = signers.map(({ name, key }) => {
    const signature = Buffer.concat([keyId(name, rawOf(key)), sign(null, Buffer.from(text), key)]);
    return `\u2014 ${name} ${signature.toString('base64')}\n`;
  });
  return `${text}\n${lines.join('')}`;
};

/** The text of a note, where one of these verifies a signature of it; nothing otherwise, and nothing where one that names itself theirs is wrong. */
export const openNote = (note: string, verifiers: readonly Verifier[]): string | undefined => {
  const end = note.lastIndexOf('\n\n');
  if (end < 0 || !note.endsWith('\n')) return undefined;
  const text = note.slice(0, end + 1);
  let verified = 0;
  for (const line of note.slice(end + 2, -1).split('\n')) {
    const [, name, body] = SIGNATURE.exec(line) ?? [];
    const bytes = bytesOf(body ?? '');
    if (name === undefined || bytes === undefined) return undefined;
    const verifier = verifiers.find((v) => v.name === name && v.id.equals(bytes.subarray(0, 4)));
    if (!verifier) continue;
    if (!verify(null, Buffer.from(text), verifier.key, bytes.subarray(4))) return undefined;
    verified++;
  }
  return verified > 0 ? text : undefined;
};

/** How large the tree was, and its root. */
export interface Checkpoint {
  origin: string;
  size: number;
  root: Buffer;
  /** When it was signed: RFC 3339, UTC, milliseconds. */
  at: string;
}

export const checkpointText = ({ origin, size, root, at }: Checkpoint): string =>
  `${origin}\n${size}\n${root.toString('base64')}\nat ${at}\n`;

/** What a note's text says; nothing where it is no checkpoint of ours. */
export const readCheckpoint = (text: string): Checkpoint | undefined => {
  const [, origin, size, root, at] = /^(.+)\n(0|[1-9]\d{0,14})\n(\S+)\nat (\S+)\n$/u.exec(text) ?? [];
  const hash = bytesOf(root ?? '');
  return origin === undefined || hash?.length !== 32
    ? undefined
    : { origin, size: Number(size), root: hash, at: at! };
};
