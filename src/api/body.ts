import type { FieldError } from './problems';
import { Problem } from './problems';

/** A report with a thousand findings has a tenth of this. */
export const MAX_BODY_BYTES = 1024 * 1024;
export const MAX_DEPTH = 32;

const utf8 = new TextDecoder('utf-8', { fatal: true });
const UNSTORABLE = /\u0000|\p{Surrogate}/u;

/** A field's name, if it can be shown: a name that might be data is left out. */
const shown = (key: string): string | undefined => (/^[A-Za-z][A-Za-z_-]{0,39}$/.test(key) ? key : undefined);

/** The RFC 6901 pointer to a field of an object, or to the object where the field's name cannot be shown. */
export const pointerTo = (parent: string, key: string | number): string => {
  const name = typeof key === 'number' ? String(key) : shown(key);
  return name === undefined ? parent : `${parent}/${name}`;
};

/** What no schema can say: depth, text that Postgres cannot hold, and names that would reach into an object's own works. */
const inspect = (value: unknown, pointer: string, depth: number): void => {
  if (typeof value === 'string' && UNSTORABLE.test(value)) refuse('unstorable-text', pointer);
  if (value === null || typeof value !== 'object') return;
  if (depth >= MAX_DEPTH) throw new Problem('body-too-deep');
  for (const [key, inner] of Object.entries(value)) {
    if (UNSTORABLE.test(key)) refuse('unstorable-text', pointer);
    if (key === '__proto__') refuse('invalid-body', pointer);
    inspect(inner, pointerTo(pointer, Array.isArray(value) ? Number(key) : key), depth + 1);
  }
};

const refuse = (code: 'unstorable-text' | 'invalid-body', pointer: string): never => {
  const error: FieldError = {
    pointer,
    message: code === 'invalid-body' ? 'unknown field' : 'cannot be stored',
  };
  throw new Problem(code, { errors: [error] });
};

/** A JSON body, or why it cannot be taken. An empty one is none. */
export const parseBody = (raw: Buffer): unknown => {
  if (raw.length === 0) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(utf8.decode(raw));
  } catch {
    throw new Problem('malformed-json');
  }
  inspect(value, '', 0);
  return value;
};

/** A body of text in UTF-8, or why it cannot be taken. */
export const parseText = (raw: Buffer): string => {
  let text: string;
  try {
    text = utf8.decode(raw);
  } catch {
    throw new Problem('bad-request');
  }
  inspect(text, '', 0);
  return text;
};
