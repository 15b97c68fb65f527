import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { TextRow } from './recorded';

/** What a dossier takes from other parts of the evidence. The first two are optional: a dossier without them says so. */

/** How far a chain had come, as a leaf of the ledger with its audit path (docs/EVIDENCE.md). */
export interface Anchor {
  n: number;
  chain: string;
  seq: number;
  hash: string;
  inclusion: string[];
}

/** Anchors of one chain, the checkpoint whose tree their paths lead to, and the keys that have signed. */
export interface Anchored {
  anchors: Anchor[];
  checkpoint: string | null;
  keys: string[];
}
export abstract class Ledger {
  abstract anchored(chain: string): Promise<Anchored>;
}

/** One run of a journey's workflow, as it was archived. */
export interface ArchivedHistory {
  run: string;
  events: number;
  sha256: string;
  gzip: Buffer;
  whole: boolean;
}
export abstract class Histories {
  abstract archivedOf(journey: string): Promise<ArchivedHistory[]>;
}

/** Texts behind references. */
@Injectable()
export class Texts {
  constructor(private readonly db: DataSource) {}

  async unsealed(refs: readonly string[]): Promise<Map<string, TextRow>> {
    if (refs.length === 0) return new Map();
    const rows = await this.db.query<(TextRow & { ref: string })[]>(
      `select ref, kind, commitment, encode(salt, 'base64') as salt, body as text from sealed where ref = any($1::uuid[])`,
      [refs],
    );
    return new Map(rows.map(({ ref, ...row }) => [ref, row]));
  }
}
