import { execFile } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Client } from 'pg';
import { DirectoryService } from '../../../src/directory/directory.service';
import type { DirectoryFile } from '../../../src/directory/directory-file';
import { readDirectory } from '../../../src/directory/directory-file';
import { readVerifierKey, verifierKey } from '../../../src/ledger/signed-note';
import type { Findings } from '../../../src/verification/findings';
import { heldIn } from '../../../src/verification/options';
import { keepTables, loadTables } from '../../../src/verification/kept-tables';
import type { VerifyOptions } from '../../../src/verification/verify';
import { verify } from '../../../src/verification/verify';
import { root } from '../../../src/local/paths';
import type { Change } from '../../support/change';
import { copyDatabase, createDatabase } from '../../support/database';
import type { TestDatabase } from '../../support/database';
import { Loop } from '../../support/loop';
import { testBundle } from '../../support/servers';
import { settleEvidence } from '../../support/settled-evidence';
import { Examination } from './examination';
import { eventually } from './patience';
import { PEOPLE, startServer } from './use-loop';

/** The fictitious trust, and those of whom these tests speak. */
const everybody = (): DirectoryFile => {
  const trust = readDirectory('policies/directory.fictitious.yaml');
  const others = PEOPLE.filter((id) => !trust.people.some((p) => p.id === id));
  const people = others.map((id) => ({ id, name: `Synthetic ${id}`, roles: ['consultant' as const] }));
  return { ...trust, people: [...trust.people, ...people] };
};

/** What somebody does to a database who may do everything in it. */
export type Tampering = (sql: (text: string, params?: unknown[]) => Promise<unknown[]>) => Promise<unknown>;

/**
 * A database in which some journeys were recorded, anchored and archived, whose checkpoints went elsewhere. Nobody is connected to
 * it, so that each test can tamper with a copy of its own.
 */
export class Recorded {
  private constructor(
    private readonly database: TestDatabase,
    private readonly elsewhere: string,
    private readonly key: string,
    /** A journey that has closed, whose history is archived; one that is open; and one that was amended after that. */
    readonly journeys: { closed: string; open: string; grown: string },
    /** As it was before the last of it was recorded. */
    private readonly older: TestDatabase,
  ) {}

  static async make(): Promise<Recorded> {
    const database = await createDatabase();
    const elsewhere = mkdtempSync(path.join(tmpdir(), 'failsafe-checkpoints-'));
    const signer = { name: 'failsafe.example.org/test', key: generateKeyPairSync('ed25519').privateKey };
    const env = await startServer();
    const options = {
      databaseUrl: database.url,
      env,
      bundle: testBundle(),
      ledger: { signers: [signer], file: elsewhere },
    };
    const loop = await Loop.start(options);
    await loop.app.get(DirectoryService).load(everybody());
    await loop.db.query(
      `with noted as (insert into access_log (at, principal, role, method, route, status, request)
         values ($1, 'desk-1', 'desk', 'GET', '/api/v1/journeys/:journey', 200, 'r1'), ($1, 'gp-1', 'gp', 'GET', '/api/v1/worklist', 200, 'r2')
         returning id)
       insert into anchor_queue (chain, seq, hash) select 'access', id, '' from noted`,
      [await loop.now()],
    );
    const closed = await Examination.reported(loop);
    await closed.acknowledge('r1');
    await closed.finish('r1');
    await eventually('the run to end', async () => (await closed.status()) === 'COMPLETED');
    const open = await Examination.reported(loop);
    const grown = await Examination.reported(loop);
    await settleEvidence(loop);
    const older = await createDatabase();
    const dump = mkdtempSync(path.join(tmpdir(), 'failsafe-dump-'));
    await keepTables(database.url, dump);
    await loadTables(older.url, dump);
    rmSync(dump, { recursive: true });
    await new Examination(loop, grown.id).acknowledge('r1');
    await settleEvidence(loop);
    await loop.stop();
    await env.teardown();
    return new Recorded(
      database,
      elsewhere,
      verifierKey(signer),
      { closed: closed.id, open: open.id, grown: grown.id },
      older,
    );
  }

  /** Verifies a copy with which somebody has tampered. */
  tampered(act: Tampering, more: Partial<VerifyOptions> = {}): Promise<Findings> {
    return this.tamperedWith(act, (copy) => this.verified(copy, more));
  }

  /** As somebody would at a terminal, with one passage of the program's source changed, or none. */
  programAfter(act: Tampering, change?: Change): Promise<{ code: number; stdout: string; stderr: string }> {
    const hook = change ? ['-r', './test/support/changed-program.cjs'] : [];
    const program = [...hook, '-r', './scripts/ts.cjs', 'src/verification/run.ts'];
    const args = [...program, '--checkpoints', this.elsewhere, '--key', this.key];
    return this.tamperedWith(act, async ({ url }) => {
      const env = { ...process.env, DATABASE_URL: url, FAILSAFE_CHANGE: JSON.stringify(change) };
      return new Promise((resolve) => {
        execFile(process.execPath, args, { cwd: root, env }, (error, stdout, stderr) =>
          resolve({ code: typeof error?.code === 'number' ? error.code : error ? 1 : 0, stdout, stderr }),
        );
      });
    });
  }

  private async tamperedWith<T>(act: Tampering, then: (copy: TestDatabase) => Promise<T>): Promise<T> {
    const copy = await copyDatabase(this.database);
    const client = new Client({ connectionString: copy.url });
    await client.connect();
    try {
      // A superuser is held up by no trigger and no reference.
      await client.query('set session_replication_role = replica');
      await act(async (text, params) => (await client.query(text, params)).rows as unknown[]);
    } finally {
      await client.end();
    }
    try {
      return await then(copy);
    } finally {
      await copy.drop();
    }
  }

  /** Verifies the dump that somebody has restored. */
  restored(): Promise<Findings> {
    return this.verified(this.older, {});
  }

  private verified({ url }: TestDatabase, more: Partial<VerifyOptions>): Promise<Findings> {
    return verify({
      databaseUrl: url,
      held: heldIn(this.elsewhere),
      trusted: [readVerifierKey(this.key)],
      ...more,
    });
  }

  async drop(): Promise<void> {
    await this.database.drop();
    await this.older.drop();
    rmSync(this.elsewhere, { recursive: true, force: true });
  }
}
