import type { DataSource, EntityManager } from 'typeorm';
import { makeOwnerDataSource } from '../database/data-source';
import { fingerprint, sealText, term } from './ciphers';
import { SEARCH, keyOf } from './key-rows';
import { Keyring } from './keyring';
import { requireKnownMasters } from './known-masters';
import type { MasterKeys } from './master-keys';

const BATCH = 500;

interface EarlierRow {
  ref: string;
  journey: string | null;
  kind: string;
  salt: Buffer;
  body: string;
  commitment: string;
  owner: string;
  of_patient: boolean;
  lexemes: string[];
}

/** Takes the next rows out of the table of an earlier release, with whose each is and which words it has. */
const TAKE = `
with taken as (
  delete from sealed_before where ref in (select ref from sealed_before order by ref limit ${BATCH} for update)
  returning ref, journey, kind, salt, body, commitment
)
select t.*, coalesce(p.id, j.patient, j.id, t.journey, t.ref) as owner, coalesce(p.id, j.patient) is not null as of_patient,
  case when t.kind = 'patient' then '{}' else tsvector_to_array(to_tsvector('english', t.body)) end as lexemes
from taken t left join patient p on p.sealed = t.ref left join journey j on j.id = t.journey`;

/** Whether texts of an earlier release still lie in clear. */
export const hasEarlier = async (db: DataSource): Promise<boolean> => {
  const [{ there }] = await db.query<[{ there: boolean }]>(
    `select to_regclass('sealed_before') is not null as there`,
  );
  return there;
};

/**
 * Seals what an earlier release kept in clear, and drops its table, so that nothing of it stays in the database's files. Salts
 * and commitments stay as they are. In batches, each a transaction: stopped in the middle, it goes on where it was.
 * @param masters asked for only where there is something to seal
 * @returns how many texts were sealed
 */
export const sealEarlier = async (databaseUrl: string, masters: () => MasterKeys): Promise<number> => {
  const db = await makeOwnerDataSource(databaseUrl, 2).initialize();
  const session = db.createQueryRunner();
  try {
    await session.query('set statement_timeout = 0');
    await session.query("select pg_advisory_lock(hashtextextended('imaging-failsafe/seal-earlier', 0))");
    if (!(await hasEarlier(db))) return 0;
    const keyring = new Keyring(masters());
    await requireKnownMasters(db, keyring);
    const searchKey = await keyOf(db.manager, keyring, SEARCH, 'search');
    let done = 0;
    for (let more = -1; more !== 0; done += more)
      more = await db.transaction((m) => sealBatch(m, keyring, searchKey));
    await db.query('drop table sealed_before');
    return done;
  } finally {
    await session.release();
    await db.destroy();
  }
};

const sealBatch = async (m: EntityManager, keyring: Keyring, searchKey: Buffer): Promise<number> => {
  const rows = await m.query<EarlierRow[]>(TAKE);
  const keys = new Map<string, Buffer>();
  for (const row of rows) {
    const kind = row.of_patient ? 'patient' : 'journey';
    const key = keys.get(row.owner) ?? (await keyOf(m, keyring, row.owner, kind));
    keys.set(row.owner, key);
    await m.query(
      `insert into sealed (ref, owner, journey, kind, cipher, fingerprint, terms, commitment)
       values ($1, $2, $3, $4, $5, $6, $7, $8)`,
      [
        row.ref,
        row.owner,
        row.journey,
        row.kind,
        sealText(key, row.ref, row.body, row.salt).cipher,
        row.journey && fingerprint(key, row.journey, row.kind, row.body),
        row.lexemes.map((lexeme) => term(searchKey, lexeme)),
        row.commitment,
      ],
    );
  }
  return rows.length;
};
