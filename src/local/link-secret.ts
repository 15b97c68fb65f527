import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { dataDir } from './paths';
import { readState, writeState } from './state-file';

/** The key of one-click links for whoever sets none: made once, and kept with the data, so that a link outlives a restart. */
export function keptLinkSecret(): string {
  const file = join(dataDir(), 'link-secret.json');
  const { secret } = readState<{ secret: string }>(file);
  if (typeof secret === 'string' && secret.length >= 32) return secret;
  const made = randomBytes(32).toString('base64url');
  writeState(file, { secret: made });
  return made;
}
