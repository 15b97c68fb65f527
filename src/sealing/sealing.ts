import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { EntityManager } from 'typeorm';
import type { Sealed } from '../../domain/inputs';
import type { Instant } from '../../domain/vocabulary';
import { randomUUIDv7 } from '../ids';
import { fingerprint, sealText, term, unsealText } from './ciphers';
import { SEARCH, keyOf } from './key-rows';
import { Keyring } from './keyring';
import { requireKnownMasters } from './known-masters';
import type { MasterKeys } from './master-keys';
import { LEXEMES, PREPARE, SEAL, SEAL_PATIENT, SEARCH_TERMS, UNSEAL } from './sealing-sql';

/** A text or a patient's details, as they can be read. Without `salt` and `text` the key was destroyed. */
export interface Unsealed {
  kind: string;
  commitment: string;
  /** Base64. */
  salt?: string;
  text?: string;
}

interface Prepared {
  owner: string;
  keys: { owner: string; wrapped: string; master: string }[] | null;
  lexemes: string[][];
}

interface SealedRow {
  ref: string;
  kind: string;
  commitment: string;
  cipher: Buffer | null;
  owner: string;
  wrapped: Buffer | null;
  master: string | null;
}

interface Open {
  keyring: Keyring;
  searchKey: Buffer;
}

/**
 * Patients' details and free text, encrypted in Postgres under a key per patient. The record holds a reference and a salted
 * SHA-256 commitment: without the salt nobody can test a guess against it; with it anybody can prove what was said. What a
 * journey holds word for word already keeps its reference: a message sent again is then known as a repetition, and one
 * whose wording was corrected is not.
 */
@Injectable()
export class Sealing {
  private constructor(
    private readonly db: DataSource,
    private readonly open: Open | undefined,
  ) {}

  /**
   * @param masters none for a program that neither seals nor reads: a worker, a command
   * @throws PlainError where the database has keys that these cannot unwrap
   */
  static async start(db: DataSource, masters: MasterKeys | undefined): Promise<Sealing> {
    if (!masters) return new Sealing(db, undefined);
    const keyring = new Keyring(masters);
    await requireKnownMasters(db, keyring);
    return new Sealing(db, { keyring, searchKey: await keyOf(db.manager, keyring, SEARCH, 'search') });
  }

  /** Seals the texts of a journey, by name, in the caller's transaction; one round trip more than there are texts. */
  async texts(
    m: EntityManager,
    journey: string,
    texts: Readonly<Record<string, string>>,
  ): Promise<Record<string, Sealed>> {
    const all = Object.entries(texts);
    if (all.length === 0) return {};
    const { keyring, searchKey } = this.opened();
    const [prepared] = await m.query<[Prepared]>(PREPARE, [journey, all.map(([, text]) => text)]);
    const { owner, lexemes } = prepared;
    const keys = new Map(
      (prepared.keys ?? []).map((k) => [
        k.owner,
        keyring.unwrap({ ...k, wrapped: Buffer.from(k.wrapped, 'base64') }),
      ]),
    );
    const key =
      keys.get(owner) ?? (await keyOf(m, keyring, owner, owner === journey ? 'journey' : 'patient'));
    // The owner's first: it is the one that is kept. What came before the patient was known is under the journey's own.
    const under = [key, ...[...keys].filter(([whose]) => whose !== owner).map(([, other]) => other)];
    const sealed: Record<string, Sealed> = {};
    for (const [i, [kind, text]] of all.entries()) {
      const ref = randomUUIDv7();
      const { cipher, commitment } = sealText(key, ref, text);
      const prints = under.map((k) => fingerprint(k, journey, kind, text));
      const terms = lexemes[i]!.map((lexeme) => term(searchKey, lexeme));
      const row = [ref, owner, journey, prints, kind, cipher, terms, commitment];
      [sealed[kind]] = await m.query<[Sealed]>(SEAL, row);
    }
    return sealed;
  }

  /** Keeps a new patient, with their details and a key of their own. Details are found by numbers and never by words. */
  async patient(m: EntityManager, id: string, details: object, at: Instant): Promise<void> {
    const { keyring } = this.opened();
    const { key, row } = keyring.make(id);
    const ref = randomUUIDv7();
    const { cipher, commitment } = sealText(key, ref, JSON.stringify(details));
    await m.query(SEAL_PATIENT, [id, row.wrapped, row.master, ref, cipher, commitment, at]);
  }

  /** What is behind references, by reference; those that name nothing are left out. */
  async unsealed(refs: readonly string[]): Promise<Map<string, Unsealed>> {
    if (refs.length === 0) return new Map();
    const rows = await this.db.query<SealedRow[]>(UNSEAL, [refs]);
    const keys = new Map<string, Buffer>();
    return new Map(rows.map((row) => [row.ref, this.read(row, keys)]));
  }

  /**
   * The references of texts in which every word of the query occurs, in any of its forms. No word finds nothing.
   * @param most how many are enough
   */
  async search(text: string, most = 10_000): Promise<string[]> {
    const { searchKey } = this.opened();
    const [{ lexemes }] = await this.db.query<[{ lexemes: string[] }]>(LEXEMES, [text]);
    if (lexemes.length === 0) return [];
    const terms = lexemes.map((lexeme) => term(searchKey, lexeme));
    return (await this.db.query<{ ref: string }[]>(SEARCH_TERMS, [terms, most])).map(({ ref }) => ref);
  }

  /** @param keys of owners whose texts were read just now */
  private read(row: SealedRow, keys: Map<string, Buffer>): Unsealed {
    const { ref, kind, commitment, cipher, owner, wrapped, master } = row;
    if (!cipher || !wrapped || master === null) return { kind, commitment };
    const key = keys.get(owner) ?? this.opened().keyring.unwrap({ owner, wrapped, master });
    keys.set(owner, key);
    const { salt, text } = unsealText(key, ref, cipher);
    return { kind, commitment, salt: salt.toString('base64'), text };
  }

  private opened(): Open {
    if (!this.open) throw new Error('this program was started without master keys');
    return this.open;
  }
}
