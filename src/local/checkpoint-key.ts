import { generateKeyPairSync } from 'node:crypto';
import { existsSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** The file of the key that signs checkpoints for whoever sets none: made once in a folder, and readable for its owner alone. */
export function checkpointKeyIn(folder: string): string {
  const file = join(folder, 'checkpoint-key.pem');
  if (existsSync(file)) return file;
  mkdirSync(folder, { recursive: true });
  const { privateKey } = generateKeyPairSync('ed25519');
  writeFileSync(`${file}.new`, privateKey.export({ format: 'pem', type: 'pkcs8' }), { mode: 0o600 });
  renameSync(`${file}.new`, file);
  return file;
}
