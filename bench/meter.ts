import { Pool } from 'pg';
import { cpuSeconds, cpuSecondsOfTree } from './proc';
import type { Program } from './programs';
import type { Stage } from './stage';

/** Seconds of processor time by part, bytes of write-ahead log, committed transactions. */
export type Reading = Record<string, number>;

/** Reads what the parts have used so far. */
export class Meter {
  private readonly db: Pool;

  constructor(private readonly stage: Stage) {
    this.db = new Pool({ connectionString: stage.ours, max: 1 });
  }

  async read(programs: readonly Program[]): Promise<Reading> {
    const { rows } = await this.db.query<{ wal: number; commits: number }>(
      `select (pg_current_wal_lsn() - '0/0')::float8 as wal,
         (select sum(xact_commit)::float8 from pg_stat_database) as commits`,
    );
    const { user, system } = process.cpuUsage();
    return {
      ...Object.fromEntries(programs.map((p) => [`cpu ${p.name}`, cpuSeconds(p.pid)])),
      'cpu temporal': cpuSeconds(this.stage.temporalPid),
      'cpu postgres': cpuSecondsOfTree(this.stage.postgresPid),
      'cpu driver': (user + system) / 1e6,
      'wal bytes': rows[0]!.wal,
      commits: rows[0]!.commits,
    };
  }

  difference(before: Reading, after: Reading): Reading {
    return Object.fromEntries(
      Object.entries(after).map(([name, value]) => [name, value - (before[name] ?? 0)]),
    );
  }

  stop(): Promise<void> {
    return this.db.end();
  }
}
