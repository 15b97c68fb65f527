import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { MasterKeys } from '../sealing/master-keys';
import { dataDir } from './paths';
import { PlainError } from './plain-error';
import { readState, writeState } from './state-file';

/**
 * The master key for whoever sets none: made once, and kept with the data. A file that cannot be read is never replaced,
 * since without its key every text is lost.
 */
export function keptMasterKeys(): MasterKeys {
  const file = join(dataDir(), 'sealing-key.json');
  const { id, key } = readState<{ id: string; key: string }>(file);
  if (typeof id === 'string' && typeof key === 'string') {
    const bytes = Buffer.from(key, 'base64');
    if (bytes.length === 32) return [{ id, key: bytes }];
  }
  if (existsSync(file))
    throw new PlainError(`The master key in ${file} cannot be read.`, 'Put it back from a copy.');
  const made = { id: `local-${randomBytes(4).toString('hex')}`, key: randomBytes(32) };
  writeState(file, { id: made.id, key: made.key.toString('base64') });
  return [made];
}
