import { join } from 'node:path';
import { Pool } from 'pg';
import { root } from '../../src/local/paths';
import { writeWorkflowBundle } from '../../src/local/workflow-bundle';
import { mustEqual, timed, type Contender } from '../contender';
import { HAPPY_JOURNEY } from '../happy-journey';
import { HttpClient } from '../http-client';
import { startProgram, type Program } from '../programs';
import type { Stage } from '../stage';
import { BareDriver } from './driver';
import { settingsOf, toEnv } from './settings';

const SCRIPTS = join('bench', 'bare');

/** The worker that both bare contenders use, one after the other. */
export const startBareWorker = async (stage: Stage, rows: unknown[]): Promise<Program> => {
  const settings = settingsOf(stage, rows);
  await writeWorkflowBundle(join(root, SCRIPTS, 'workflow.ts'), settings.bundle);
  return startProgram({
    name: 'bare-worker',
    script: join(SCRIPTS, 'worker.ts'),
    env: toEnv(settings),
    dir: stage.dir,
    ready: /ready/,
  });
};

/** What both have in common: the rows that they keep. */
abstract class Rows {
  protected readonly db: Pool;

  constructor(stage: Stage) {
    this.db = new Pool({ connectionString: stage.bare, max: 2 });
  }

  protected async rows(table: 'inbox' | 'record', ids: readonly string[]): Promise<number> {
    const counted = `select count(*)::int as rows from ${table} where journey = any($1)`;
    return (await this.db.query<{ rows: number }>(counted, [ids])).rows[0]!.rows;
  }
}

/** A plain Temporal workflow, driven by Temporal's own client. */
export class Bare extends Rows implements Contender {
  readonly name = 'bare';
  readonly what =
    'a plain workflow: a signal and one inserted row a command; Temporal client in this process';
  readonly programs: readonly Program[];

  private constructor(
    stage: Stage,
    worker: Program,
    private readonly driver: BareDriver,
  ) {
    super(stage);
    this.programs = [worker];
  }

  static async start(stage: Stage, worker: Program): Promise<Bare> {
    return new Bare(stage, worker, await BareDriver.start(settingsOf(stage)));
  }

  async play(n: number, took: (ms: number) => void): Promise<string> {
    const journey = `bare-${n}`;
    for (const [i, step] of HAPPY_JOURNEY.entries()) {
      const command = { n: i + 1, body: step.body(n, new Date().toISOString()) };
      await timed(took, () => this.driver.send(journey, command, HAPPY_JOURNEY.length));
    }
    return journey;
  }

  settled(): Promise<void> {
    return Promise.resolve();
  }

  async check(ids: readonly string[]): Promise<Record<string, number>> {
    const kept = await this.rows('record', ids);
    mustEqual(this.name, { rows: [kept, ids.length * HAPPY_JOURNEY.length] });
    return { rows: kept };
  }

  async stop(): Promise<void> {
    await this.driver.stop();
    await this.db.end();
  }
}

/** The same behind a minimal HTTP server in a process of its own, which first keeps an inbox row. */
export class BareHttp extends Rows implements Contender {
  readonly name = 'bareHttp';
  readonly what = 'the same behind a minimal HTTP server (Fastify), with an inbox row a command';

  private constructor(
    stage: Stage,
    readonly programs: readonly Program[],
    private readonly http: HttpClient,
  ) {
    super(stage);
  }

  static async start(stage: Stage, worker: Program, connections: number): Promise<BareHttp> {
    let port = 0;
    const ready = {
      test: (text: string): boolean => (port = Number(/ready (\d+)/.exec(text)?.[1] ?? 0)) > 0,
    };
    const api = await startProgram({
      name: 'bare-api',
      script: join(SCRIPTS, 'api.ts'),
      env: toEnv(settingsOf(stage)),
      dir: stage.dir,
      ready: ready as RegExp,
    });
    return new BareHttp(stage, [api, worker], new HttpClient(port, connections));
  }

  async play(n: number, took: (ms: number) => void): Promise<string> {
    const journey = `bare-http-${n}`;
    for (const [i, step] of HAPPY_JOURNEY.entries()) {
      const path = `/journeys/${journey}/${i + 1}`;
      const answer = await timed(took, () => this.http.post(path, step.body(n, new Date().toISOString())));
      if (answer.status >= 300) throw new Error(`${path} was answered with ${answer.status}`);
    }
    return journey;
  }

  settled(): Promise<void> {
    return Promise.resolve();
  }

  async check(ids: readonly string[]): Promise<Record<string, number>> {
    const [inbox, kept] = [await this.rows('inbox', ids), await this.rows('record', ids)];
    const expected = ids.length * HAPPY_JOURNEY.length;
    mustEqual(this.name, { 'inbox rows': [inbox, expected], rows: [kept, expected] });
    return { inbox, rows: kept };
  }

  async stop(): Promise<void> {
    this.http.close();
    await this.programs[0]!.stop();
    await this.db.end();
  }
}
