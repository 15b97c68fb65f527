import { prepared } from '../database/prepared';

/**
 * All that sealing texts of a journey needs, in the round trip that takes its lock: whose they are, the keys there are, and
 * the lexemes of each text (`$2`). The keys stay as they are until the transaction ends: an erasure waits for it.
 */
export const PREPARE = prepared(`
with whose as (
  select j.id as journey, coalesce(j.patient, j.id) as owner from journey j where j.id = $1::uuid
), keys as materialized (
  select k.owner, k.wrapped, k.master from sealing_key k
  where k.owner in (select journey from whose union select owner from whose) and k.wrapped is not null
  order by k.owner for key share
)
select owner,
  (select json_agg(json_build_object('owner', k.owner, 'wrapped', encode(k.wrapped, 'base64'), 'master', k.master)) from keys k)
    as keys,
  (select json_agg(tsvector_to_array(to_tsvector('english', t.text)) order by t.n)
   from unnest($2::text[]) with ordinality as t(text, n)) as lexemes,
  pg_advisory_xact_lock(hashtextextended('texts/' || $1::text, 0)) as held
from whose`);

/** `$4`: the fingerprints under every key that this journey's texts have had. */
export const SEAL = prepared(`
with known as (
  select ref, commitment from sealed
  where journey = $3::uuid and kind = $5::text and fingerprint = any($4::text[]) limit 1
), new as (
  insert into sealed (ref, owner, journey, kind, cipher, fingerprint, terms, commitment)
  select $1::uuid, $2::uuid, $3::uuid, $5::text, $6::bytea, ($4::text[])[1], $7::text[], $8::text
  where not exists (select 1 from known)
  returning ref, commitment
)
select ref, commitment from known union all select ref, commitment from new`);

/** A new patient: their key, their details and their row. */
export const SEAL_PATIENT = prepared(`
with key as (
  insert into sealing_key (owner, kind, wrapped, master) values ($1::uuid, 'patient', $2::bytea, $3::text)
), details as (
  insert into sealed (ref, owner, kind, cipher, commitment) values ($4::uuid, $1::uuid, 'patient', $5::bytea, $6::text)
)
insert into patient (id, sealed, created_at) values ($1::uuid, $4::uuid, $7::timestamptz)`);

export const UNSEAL = prepared(`
select s.ref, s.kind, s.commitment, s.cipher, s.owner, k.wrapped, k.master
from sealed s join sealing_key k on k.owner = s.owner where s.ref = any($1::uuid[])`);

export const LEXEMES = prepared(`select tsvector_to_array(to_tsvector('english', $1::text)) as lexemes`);

export const SEARCH_TERMS = prepared(
  'select ref from sealed where terms @> $1::text[] order by ref limit $2',
);
