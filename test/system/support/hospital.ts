import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { checkpointKeyIn } from '../../../src/local/checkpoint-key';
import { root } from '../../../src/local/paths';
import { startMailSink } from '../../../src/local/mail-sink';
import type { MailSink } from '../../../src/local/mail-sink';
import { migrateDatabase } from '../../../src/local/servers';
import { log } from '../../../src/logging';
import { loadPolicy } from '../../../src/policy/policy-file';
import { RulebookService } from '../../../src/policy/rulebook.service';
import { ensureStanding, withCore } from '../../../src/standing';
import { SEALING_KEYS } from '../../support/master-keys';
import { startScript } from '../../support/program';
import type { Program } from '../../support/program';
import { Client } from './client';
import type { AskMail } from './mails';
import { asksIn } from './mails';
import { OwnPostgres, startDevTemporal, startProductionTemporal } from './own-servers';
import type { OwnTemporal } from './own-servers';
import { ownPort } from './ports';
import { eventually } from './until';

export interface HospitalOptions {
  /** Temporal's dev server, or Temporal Server on Postgres as in production. */
  temporal?: 'dev' | 'production';
  /** How long a day lasts under the demonstration's policy. */
  secondsPerDay?: number;
  /** Puts something between Temporal Server and Postgres. @returns the port under which Temporal then finds Postgres */
  before?: (postgresPort: number) => Promise<number>;
}

/** The API as a process of its own. */
export interface Api extends Program {
  client: Client;
  port: number;
}

/** The program's own entry, and tests' variations of it. */
const MAIN = join(root, 'src', 'main.ts');
const STOPPING_MS = 50_000;

/**
 * A whole installation in which everything is a process of its own that a test may kill: Postgres, Temporal, APIs, workers.
 * The mail server is in the test's own process: what it took stays known, whatever dies.
 */
export class Hospital {
  private readonly programs: Program[] = [];

  private constructor(
    readonly dir: string,
    readonly postgres: OwnPostgres,
    readonly temporal: OwnTemporal,
    readonly mail: MailSink,
  ) {}

  static async open(options: HospitalOptions = {}): Promise<Hospital> {
    log.level = 'silent'; // what fails in here fails on purpose
    const dir = mkdtempSync(join(tmpdir(), 'imaging-failsafe-hospital-'));
    chmodSync(dir, 0o755); // Postgres runs under another account
    const postgres = await OwnPostgres.start(join(dir, 'postgres'));
    try {
      return await Hospital.on(postgres, dir, options);
    } catch (error) {
      await postgres.stop();
      rmSync(dir, { recursive: true, force: true });
      throw error;
    }
  }

  private static async on(postgres: OwnPostgres, dir: string, options: HospitalOptions): Promise<Hospital> {
    const port = await options.before?.(postgres.port());
    const [temporal, mail] = await Promise.all([
      options.temporal === 'production'
        ? startProductionTemporal(join(dir, 'temporal'), postgres, withPort(postgres.url('postgres'), port))
        : startDevTemporal(join(dir, 'temporal')),
      startMailSink({ dataDir: dir, port: await ownPort() }),
      prepare(postgres.url(), options.secondsPerDay ?? 10),
    ]);
    return new Hospital(dir, postgres, temporal, mail);
  }

  /** Ends everything that was started here, however far it came. */
  async close(): Promise<void> {
    await Promise.all(this.programs.map((program) => program.kill9()));
    await this.temporal.kill9();
    await this.postgres.stop();
    await this.mail.stop();
    this.keepOutput();
    rmSync(this.dir, { recursive: true, force: true });
  }

  /** What every program of this installation is told. */
  get env(): Record<string, string> {
    return {
      DATABASE_URL: this.postgres.url(),
      TEMPORAL_ADDRESS: this.temporal.address,
      SMTP_URL: this.mail.url,
      MAIL_FROM: 'failsafe@northmoor.example.org',
      PUBLIC_URL: 'https://failsafe.example.org',
      CHECKPOINT_KEYS: checkpointKeyIn(this.dir),
      IMAGING_FAILSAFE_DATA: this.dir,
      SEALING_KEYS,
      LOG_LEVEL: 'info',
    };
  }

  /** Starts an API and waits until it can accept; on a given port it takes the place of one that died. */
  async api(port?: number, script: string = MAIN, env: Record<string, string> = {}): Promise<Api> {
    const at = port ?? (await ownPort());
    const program = this.start(script, ['api', '--port', String(at)], env);
    const [, url] = await up(program, /^Open (http:\S+)/m);
    return Object.assign(program, { client: new Client(url!), port: at });
  }

  /** Starts a worker and waits until it polls. */
  async worker(script: string = MAIN, env: Record<string, string> = {}): Promise<Program> {
    const program = this.start(script, ['worker'], env);
    await up(program, /polling/);
    return program;
  }

  /** Starts a watchdog; it is there, and rings, whether or not Postgres is. */
  async watchdog(env: Record<string, string> = {}): Promise<Program> {
    const program = this.start(MAIN, ['watchdog'], env);
    await program.waitFor(/up {4}watchdog/);
    return program;
  }

  /** Runs one of the program's commands to its end. @returns what it said; fails where it ends with another code than 0 */
  async command(...args: string[]): Promise<string> {
    const program = this.start(MAIN, args, {});
    const code = await program.exited();
    if (code !== 0) throw new Error(`${args.join(' ')} ended with ${code}:\n${program.output()}`);
    return program.output();
  }

  /** What any program of this installation has written so far, dead ones included. */
  output(): string {
    return this.programs.map((program) => program.output()).join('\n');
  }

  mails(): AskMail[] {
    return asksIn(this.mail.folder);
  }

  /** Waits until everything that was received has its outcome. */
  async settled(timeoutMs?: number): Promise<void> {
    await eventually(
      'every row has its outcome',
      async () => {
        const sql = 'select count(*)::int as open from delivery where finished_n < last_n';
        return (await this.postgres.query<{ open: number }>(sql))[0]!.open === 0;
      },
      timeoutMs,
    );
  }

  /** For whoever looks for a cause: `IMAGING_FAILSAFE_TEST_KEEP` names a folder in which what the programs wrote is kept. */
  private keepOutput(): void {
    const folder = process.env['IMAGING_FAILSAFE_TEST_KEEP'];
    if (folder) writeFileSync(join(folder, `${basename(this.dir)}.log`), this.output());
  }

  private start(script: string, args: string[], env: Record<string, string>): Program {
    const program = startScript(script, args, { ...this.env, ...env });
    this.programs.push(program);
    return program;
  }
}

/** The same server behind another port, where one is given. */
export const withPort = (address: string, port: number | undefined): string => {
  const url = new URL(address);
  if (port !== undefined) url.port = String(port);
  return url.href;
};

/** Waits until a program is up; one that does not come up leaves nothing running. */
async function up(program: Program, sign: RegExp): Promise<RegExpMatchArray> {
  try {
    return await program.waitFor(sign);
  } catch (error) {
    await program.kill9();
    throw error;
  }
}

/** The exit code of a program that is asked to stop; fails where it takes longer than its grace allows. */
export async function stopped(program: Program): Promise<number | null> {
  let code: number | null | undefined;
  void program.stop().then((exit) => (code = exit));
  await eventually('the program stops', () => code !== undefined, STOPPING_MS);
  return code!;
}

/** The schema, the fictitious trust, and the demonstration's policy with a day of this length. */
async function prepare(databaseUrl: string, secondsPerDay: number): Promise<void> {
  await migrateDatabase(databaseUrl);
  await ensureStanding(databaseUrl, { demo: true, fictitious: true });
  const policy = { ...loadPolicy(join(root, 'policies', 'demo.yaml')), secondsPerDay };
  await withCore(databaseUrl, (app) => app.get(RulebookService).keepPolicy(policy, true));
}
