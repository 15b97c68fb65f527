import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import { DefaultLogger, makeTelemetryFilterString, Runtime } from '@temporalio/worker';
import type { Policy } from '../../domain/policy';
import { DirectoryService } from '../../src/directory/directory.service';
import type { Signer } from '../../src/ledger/signed-note';
import { createDatabase } from '../support/database';
import { Loop } from '../support/loop';
import { startTestServers, testBundle, testServerPath } from '../support/servers';
import { directory } from './people';
import { Post } from './post';

export interface HospitalOptions {
  policy?: Policy;
  /** Other workflow code than ours; for the tests that show what a rule is worth. */
  bundle?: { codePath: string };
}

/**
 * Where cases are played: each play has a database and a time-skipping Temporal of its own, so that plays can run side by
 * side, years apart. The servers below are those of the tests; a run of its own starts and stops them.
 */
export class Hospital {
  /** What is up, as the acts that stop it. */
  private readonly running = new Set<() => Promise<void>>();
  private closed = false;

  private constructor(
    private readonly options: HospitalOptions,
    private readonly servers: { stop(): Promise<void> } | undefined,
  ) {}

  static async open(options: HospitalOptions = {}): Promise<Hospital> {
    quiet();
    const shared = process.env['FAILSAFE_TEST_POSTGRES'] !== undefined;
    return new Hospital(options, shared ? undefined : await startTestServers());
  }

  /** Plays something in a loop of its own, whose clock starts now and whose asks go out to servers of its own. */
  async play<T>(act: (loop: Loop, post: Post) => Promise<T>): Promise<T> {
    if (this.closed) throw new Error('the run was stopped');
    const database = await createDatabase();
    const post = await Post.open();
    const elsewhere = mkdtempSync(path.join(tmpdir(), 'failsafe-checkpoints-'));
    let env: TestWorkflowEnvironment | undefined;
    let loop: Loop | undefined;
    const stop = async (): Promise<void> => {
      if (!this.running.delete(stop)) return;
      await loop?.stop();
      await post.close();
      await env?.teardown();
      await database.drop();
      rmSync(elsewhere, { recursive: true, force: true });
    };
    this.running.add(stop);
    try {
      env = await TestWorkflowEnvironment.createTimeSkipping({
        server: { executable: { type: 'existing-path', path: testServerPath() } },
      });
      const { policy, bundle = testBundle() } = this.options;
      loop = await Loop.start({
        databaseUrl: database.url,
        env,
        bundle,
        asks: post.settings,
        returned: () => post.settled,
        ledger: { signers: [signer()], file: elsewhere },
        ...(policy ? { policy } : {}),
      });
      await new DirectoryService(loop.db, loop.clock).load(directory((person) => post.systemOf(person)));
      return await act(loop, post);
    } finally {
      await stop();
    }
  }

  /** Stops every server, also in the middle of a play. */
  async close(): Promise<void> {
    this.closed = true;
    for (const stop of [...this.running]) await stop();
    await this.servers?.stop();
  }
}

/** A key of this play alone. */
const signer = (): Signer => ({
  name: 'imaging-failsafe.invalid/cases',
  key: generateKeyPairSync('ed25519').privateKey,
});

/** Only Temporal's errors are worth a line among the findings. */
const quiet = (): void => {
  try {
    Runtime.install({
      logger: new DefaultLogger('ERROR'),
      shutdownSignals: [],
      telemetryOptions: { logging: { filter: makeTelemetryFilterString({ core: 'ERROR', other: 'ERROR' }) } },
    });
  } catch {
    // It was installed before, for this process.
  }
};
