import { createHash, randomBytes } from 'node:crypto';
import type { EntityManager } from 'typeorm';
import type { Sealed } from '../../domain/inputs';
import { prepared } from '../database/prepared';
import { randomUUIDv7 } from '../ids';

/**
 * Keeps patient data or free text in Postgres and returns what the record may hold of it: a reference, and a salted
 * SHA-256 commitment. Without the salt nobody can test a guess against the commitment; with it anybody can prove what was said.
 * What a journey holds word for word already keeps its reference: a message sent again is then known as a repetition, and
 * one whose wording was corrected is not.
 */
export const seal = async (
  m: EntityManager,
  kind: string,
  body: string,
  journey?: string,
): Promise<Sealed> => {
  const salt = randomBytes(16);
  const commitment = createHash('sha256').update(salt).update(body, 'utf8').digest('base64url');
  const [sealed] = await m.query<[Sealed]>(SEAL, [
    randomUUIDv7(),
    journey ?? null,
    kind,
    salt,
    body,
    commitment,
  ]);
  return sealed;
};

const SEAL = prepared(`
with known as (
  select ref, commitment from sealed where journey = $2::uuid and kind = $3::text and body = $5::text limit 1
), new as (
  insert into sealed (ref, journey, kind, salt, body, commitment)
  select $1::uuid, $2::uuid, $3::text, $4::bytea, $5::text, $6::text where not exists (select 1 from known)
  returning ref, commitment
)
select ref, commitment from known union all select ref, commitment from new`);
