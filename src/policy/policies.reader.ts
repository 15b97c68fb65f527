import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { z } from 'zod';
import type { Policy } from '../../domain/policy';
import { Problem } from '../api/problems';
import { CURRENT } from './policy-hash';
import { whoOwesWhat } from './who-owes-what';
import type { WhoOwesWhat } from './who-owes-what';

export const policySummary = z.object({
  hash: z.string(),
  name: z.string(),
  version: z.string(),
  loadedAt: z.string(),
  stands: z.boolean().describe('New journeys are pinned to it'),
  signed: z.boolean(),
});
export type PolicySummary = z.output<typeof policySummary>;

export const keptPolicy = policySummary.extend({
  policy: z.looseObject({ name: z.string(), version: z.string() }),
});
export type KeptPolicy = PolicySummary & { policy: Policy };

interface Row {
  hash: string;
  name: string;
  version: string;
  loaded_at: Date;
  stands: boolean;
  signed: boolean;
}

const SUMMARY = `p.hash, p.name, p.version, p.loaded_at, p.hash is not distinct from s.policy as stands, p.body ? 'signed' as signed`;

const summaryOf = ({ hash, name, version, loaded_at, stands, signed }: Row): PolicySummary => ({
  hash,
  name,
  version,
  loadedAt: loaded_at.toISOString(),
  stands,
  signed,
});

/** The policies in the database: each is kept by its hash and never changes. */
@Injectable()
export class PoliciesReader {
  constructor(private readonly db: DataSource) {}

  async list(): Promise<PolicySummary[]> {
    const rows = await this.db.query<Row[]>(
      `select ${SUMMARY} from policy p cross join standing s order by p.loaded_at desc, p.hash`,
    );
    return rows.map(summaryOf);
  }

  async one(hash: string): Promise<KeptPolicy> {
    const [row] = await this.db.query<(Row & { body: Policy })[]>(
      `select ${SUMMARY}, p.body from policy p cross join standing s
       where p.hash = case when $1 = '${CURRENT}' then s.policy else $1 end`,
      [hash],
    );
    if (!row) throw new Problem('unknown-policy');
    return { ...summaryOf(row), policy: row.body };
  }

  async whoOwesWhat(hash: string, area: string | undefined): Promise<WhoOwesWhat> {
    const all = whoOwesWhat((await this.one(hash)).policy);
    return area === undefined ? all : { ...all, areas: all.areas.filter((a) => a.code === area) };
  }
}
