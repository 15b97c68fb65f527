import { readFileSync } from 'node:fs';
import { PlainError } from '../local/plain-error';

/** A key of 32 bytes that wraps the keys of patients and journeys. It is never in the database. */
export interface MasterKey {
  id: string;
  key: Buffer;
}

/** The first wraps; each of them can unwrap. */
export type MasterKeys = readonly [MasterKey, ...MasterKey[]];

const MAKE = 'Make one and keep a copy elsewhere: SEALING_KEYS=k1:$(openssl rand -base64 32)';
const WRITTEN = /^([A-Za-z0-9._-]{1,32}):([A-Za-z0-9+/]{43}=)$/;

const words = (text: string): string[] => text.split(/[\s,]+/).filter((word) => word !== '');

const keyIn = (word: string): MasterKey | undefined => {
  const [, id, key] = WRITTEN.exec(word) ?? [];
  return id === undefined ? undefined : { id, key: Buffer.from(key!, 'base64') };
};

/** An entry is never printed: where it is no file, it may be a key that was mistyped. */
const keysIn = (word: string, place: number): MasterKey[] => {
  const key = keyIn(word);
  if (key) return [key];
  let inside: (MasterKey | undefined)[];
  try {
    inside = words(readFileSync(word, 'utf8')).map(keyIn);
  } catch {
    throw new PlainError(`SEALING_KEYS: entry ${place} is neither a key nor a file that can be read.`, MAKE);
  }
  if (inside.length === 0 || inside.includes(undefined))
    throw new PlainError(
      `SEALING_KEYS: the file of entry ${place} holds something that is no key.`,
      'Write one key a line: a name, a colon, and 32 bytes in base64.',
    );
  return inside as MasterKey[];
};

/**
 * The master keys that SEALING_KEYS names: `id:<32 bytes in base64>` or files of such lines, separated by commas.
 * @returns nothing where it is not set
 * @throws PlainError where it cannot be used
 */
export const masterKeysOf = (env: NodeJS.ProcessEnv): MasterKeys | undefined => {
  const keys = words(env['SEALING_KEYS'] ?? '').flatMap((word, i) => keysIn(word, i + 1));
  if (new Set(keys.map((k) => k.id)).size !== keys.length)
    throw new PlainError('SEALING_KEYS names two keys alike.', 'Give each key a name of its own.');
  const [first, ...others] = keys;
  return first && [first, ...others];
};

/** For a program that cannot do without. */
export const requireMasterKeys = (keys: MasterKeys | undefined): MasterKeys => {
  if (keys) return keys;
  throw new PlainError('SEALING_KEYS is not set, so no text could be sealed or read.', MAKE);
};
