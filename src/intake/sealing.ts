import { createHash, randomBytes } from 'node:crypto';
import type { EntityManager } from 'typeorm';
import type { Sealed } from '../../domain/inputs';
import { randomUUIDv7 } from '../ids';

/**
 * Keeps patient data or free text in Postgres and returns what the record may hold of it: a reference, and a salted
 * SHA-256 commitment. Without the salt nobody can test a guess against the commitment; with it anybody can prove what was said.
 */
export const seal = async (
  m: EntityManager,
  kind: string,
  body: string,
  journey?: string,
): Promise<Sealed> => {
  const ref = randomUUIDv7();
  const salt = randomBytes(16);
  const commitment = createHash('sha256').update(salt).update(body, 'utf8').digest('base64url');
  await m.query(
    'insert into sealed (ref, journey, kind, salt, body, commitment) values ($1, $2, $3, $4, $5, $6)',
    [ref, journey ?? null, kind, salt, body, commitment],
  );
  return { ref, commitment };
};
