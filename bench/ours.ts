import { Pool } from 'pg';
import type { TemporalTarget } from '../src/local/temporal';
import { checkpointKeyIn } from '../src/local/checkpoint-key';
import { SEALING_KEYS } from '../test/support/master-keys';
import { freePort } from '../src/local/ports';
import { until } from './closed-loop';
import { mustEqual, timed, type Contender } from './contender';
import { HAPPY_JOURNEY, type Step } from './happy-journey';
import { HttpClient, type Answer } from './http-client';
import { startProgram, type Program } from './programs';
import type { Stage } from './stage';

/** What a happy journey leaves behind, worked out from the pure core. */
export interface Expected {
  events: number;
  asks: number;
}

export const API = '/api/v1';

/** Starts our worker as production does: a process of its own with its own settings. */
export const startWorker = (stage: Stage, more: Record<string, string> = {}): Promise<Program> =>
  startProgram({
    name: 'worker',
    script: 'src/main.ts',
    args: ['worker'],
    env: {
      ...serversOf(stage.ours, stage.temporal),
      SMTP_URL: stage.mail.url,
      MAIL_FROM: 'failsafe@bench.invalid',
      PUBLIC_URL: 'http://127.0.0.1',
      CHECKPOINT_KEYS: checkpointKeyIn(stage.dir),
      ...more,
    },
    dir: stage.dir,
    ready: /The worker is polling/,
  });

const serversOf = (databaseUrl: string, temporal: TemporalTarget): Record<string, string> => ({
  DATABASE_URL: databaseUrl,
  TEMPORAL_ADDRESS: temporal.connectionOptions.address,
  TEMPORAL_NAMESPACE: temporal.namespace,
  SEALING_KEYS,
});

/** Starts our API in the same way. */
export const startApi = async (stage: Stage, databaseUrl: string): Promise<Program & { port: number }> => {
  const port = await freePort();
  const api = await startProgram({
    name: 'api',
    script: 'src/main.ts',
    args: ['api', '--port', String(port)],
    env: serversOf(databaseUrl, stage.temporal),
    dir: stage.dir,
    ready: /Open http/,
  });
  return { ...api, port };
};

/** Our program behind its public API: an API process, a worker process, and this one as the clinical systems. */
export class Ours implements Contender {
  readonly name = 'ours';
  readonly what = 'this program: public HTTP API and worker, each a process; every first ask mailed';
  private readonly http: HttpClient;
  private readonly db: Pool;

  private constructor(
    private readonly stage: Stage,
    readonly api: Program,
    readonly worker: Program | undefined,
    port: number,
    connections: number,
    private readonly expected: Expected,
  ) {
    this.http = new HttpClient(port, connections);
    this.db = new Pool({ connectionString: stage.ours, max: 2 });
  }

  /** @param worker without it the caller runs workers of its own */
  static async start(stage: Stage, connections: number, expected: Expected, worker = true): Promise<Ours> {
    const running = worker ? await startWorker(stage) : undefined;
    const api = await startApi(stage, stage.ours);
    return new Ours(stage, api, running, api.port, connections, expected);
  }

  get programs(): readonly Program[] {
    return this.worker ? [this.api, this.worker] : [this.api];
  }

  async play(n: number, took: (ms: number) => void): Promise<string> {
    let journey = '';
    for (const step of HAPPY_JOURNEY) {
      const { body } = await timed(took, () => this.send(step, n, journey));
      journey ||= body.journey as string;
    }
    return journey;
  }

  /** Sends one command and waits for its outcome; a 202 is asked after at its address, as a client would. */
  async send(
    { type, by, body }: Pick<Step, 'type' | 'by' | 'body'>,
    n: number,
    journey: string,
  ): Promise<Answer> {
    const headers = { authorization: `Bearer dev:${by.person}:${by.role}` };
    const path = journey === '' ? `${API}/journeys` : `${API}/journeys/${journey}/${type}`;
    let answer = await this.http.post(path, body(n, new Date().toISOString()), headers);
    const { location } = answer;
    while (answer.status === 202) {
      await new Promise((resolve) => setTimeout(resolve, 100));
      answer = await this.http.get(location!, headers);
    }
    if (answer.status >= 300)
      throw new Error(`${type} was answered with ${answer.status}: ${JSON.stringify(answer.body)}`);
    return answer;
  }

  /** Until the last ask has been sent. */
  async settled(): Promise<void> {
    await until(
      'an ask was not sent',
      async () => {
        const { rows } = await this.db.query<{ left: number }>(
          `select count(*)::int as left from ask where status in ('waiting', 'sending')`,
        );
        return rows[0]!.left === 0;
      },
      20,
    );
  }

  async check(ids: readonly string[]): Promise<Record<string, number>> {
    const { rows } = await this.db.query<Record<string, number>>(COUNTS, [ids]);
    const found = rows[0]!;
    const all = ids.length;
    mustEqual(this.name, {
      'journeys closed': [found['closed']!, all],
      'commands recorded': [found['recorded']!, all * HAPPY_JOURNEY.length],
      'evidence rows': [found['evidence']!, all * this.expected.events],
      'whole chains': [found['chains']!, all],
      asks: [found['asks']!, all * this.expected.asks],
      'asks sent': [found['sent']!, found['asks']! - found['overtaken']!],
      'things stuck': [found['stuck']!, 0],
      'mails taken': [this.stage.mail.count(), found['sentEver']!],
    });
    return { evidence: found['evidence']!, asksSent: found['sent']!, asksOvertaken: found['overtaken']! };
  }

  async stop(): Promise<void> {
    this.http.close();
    await this.db.end();
    await this.api.stop();
    await this.worker?.stop();
  }
}

/** `overtaken`: the duty was done before its ask went out, so the ask was cancelled, as it should be. */
const COUNTS = `
select
  (select count(*)::int from journey where id = any($1) and closed) as closed,
  (select count(*)::int from inbox where journey = any($1) and outcome->>'result' = 'recorded') as recorded,
  (select count(*)::int from evidence where journey = any($1)) as evidence,
  (select count(*)::int from journey j where id = any($1)
     and j.head = (select hash from evidence e where e.journey = j.id order by seq desc limit 1)
     and j.seq = (select count(*) from evidence e where e.journey = j.id)) as chains,
  (select count(*)::int from ask where journey = any($1)) as asks,
  (select count(*)::int from ask where journey = any($1) and status = 'sent') as sent,
  (select count(*)::int from ask where journey = any($1) and status = 'cancelled') as overtaken,
  (select count(*)::int from ask where status = 'sent') as "sentEver",
  (select count(*)::int from stuck) as stuck`;
