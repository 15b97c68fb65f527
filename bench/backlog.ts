import { Pool } from 'pg';
import type { Parts } from '../src/local/parts';
import { REQUESTERS, backlogOf } from '../test/support/backlog';
import { closedLoop } from './closed-loop';
import type { BacklogPlan } from './command-line';
import { HttpClient, type Answer } from './http-client';
import { HAPPY_JOURNEY } from './happy-journey';
import { percentile, round } from './numbers';
import { API, startApi, startWorker } from './ours';
import type { Stage } from './stage';

/** How long a person's command took until its outcome was known. */
interface CommandFigures {
  commands: number;
  p50: number;
  p99: number;
}

export interface BacklogFigures extends BacklogPlan {
  /** Without any backlog; while it comes in and is worked off. */
  before: CommandFigures;
  during: CommandFigures;
  /** The one's p99 over the other's: 1 is as if there were no backlog. */
  ratioP99: number;
  /** From the first message until the last one was recorded. */
  minutes: number;
  messagesPerSecond: number;
  /** The most asks that one person had, the desk left out, and how many the desk had. */
  mostAsks: number;
  deskAsks: number;
  /** Mails that went out. */
  mails: number;
}

const ADMIN = { authorization: 'Bearer dev:admin-1:admin' };
const RIS = { authorization: 'Bearer dev:dark-ris:system' };
const LATER = { prefer: 'respond-async' };
const SENDERS = 4;
const SAID_EVERY_MS = 10_000;

/**
 * The RIS was dark for three weeks, and sends all of it in any order, as fast as four connections carry it, while people go
 * on working: what does a command take meanwhile? Under the policy that ships, with its ceiling of asks and its digest.
 */
export const measureBacklog = async (
  stage: Stage,
  plan: BacklogPlan,
  parts: Parts,
  say: (line: string) => void,
): Promise<BacklogFigures> => {
  const worker = await startWorker(stage);
  parts.add({ name: 'worker', description: 'for the backlog', stop: () => worker.stop() });
  const api = await startApi(stage, stage.ours);
  parts.add({ name: 'api', description: 'for the backlog', stop: () => api.stop() });
  const http = new HttpClient(api.port, SENDERS + 1);
  const db = new Pool({ connectionString: stage.ours, max: 1 });
  try {
    await setUp(http);
    await commands(http, plan.commands); // warms up
    const before = await commands(http, plan.commands);
    const mails = stage.mail.count();
    const drained = await drain(http, db, plan, say);
    return {
      ...plan,
      before: figuresOf(before),
      during: figuresOf(drained.ms),
      ratioP99: round(percentile(drained.ms, 0.99) / percentile(before, 0.99)),
      minutes: round(drained.seconds / 60, 1),
      messagesPerSecond: round(plan.messages / drained.seconds, 1),
      ...(await asks(db)),
      mails: stage.mail.count() - mails,
    };
  } finally {
    http.close();
    await db.end();
  }
};

const setUp = async (http: HttpClient): Promise<void> => {
  for (let i = 0; i < REQUESTERS; i++) {
    const id = `dark-requester-${i}`;
    const person = { name: `${id} (synthetic)`, email: `${id}@bench.invalid`, roles: ['requester'] };
    await well(http.put(`${API}/directory/people/${id}`, person, ADMIN));
  }
  const feed = { name: 'A dark RIS (synthetic)', principals: ['dark-ris'], quiet: { elapsed: 'P1D' } };
  await well(http.put(`${API}/admin/feeds/dark-ris`, feed, ADMIN));
};

let orders = 900_000;

/** Requests that come in and are vetted, one after the other. @returns milliseconds of each command */
const commands = async (http: HttpClient, count: number): Promise<number[]> => {
  const ms: number[] = [];
  while (ms.length < count) ms.push(...(await requestAndVet(http)));
  return ms;
};

const requestAndVet = async (http: HttpClient): Promise<number[]> => {
  const ms: number[] = [];
  const n = orders++;
  let journey = '';
  for (const { type, by, body } of HAPPY_JOURNEY.slice(0, 2)) {
    const headers = { authorization: `Bearer dev:${by.person}:${by.role}`, prefer: 'wait=30' };
    const path = journey === '' ? `${API}/journeys` : `${API}/journeys/${journey}/${type}`;
    const began = performance.now();
    const answer = await well(http.post(path, body(n, new Date().toISOString()), headers));
    ms.push(performance.now() - began);
    if (answer.status === 202) throw new Error(`${type} had no outcome within 30 s`);
    journey ||= answer.body.journey as string;
  }
  return ms;
};

/** Sends the backlog, and gives commands until all of it is recorded. */
const drain = async (
  http: HttpClient,
  db: Pool,
  { messages }: BacklogPlan,
  say: (line: string) => void,
): Promise<{ ms: number[]; seconds: number }> => {
  const began = performance.now();
  const backlog = backlogOf(messages, new Date(), 1, 'dark-requester');
  let accepted = 0;
  const sending = closedLoop(messages, SENDERS, async (i) => {
    const { type, body } = backlog[i]!;
    await well(http.post(`${API}/messages/${type}`, body, { ...RIS, ...LATER }));
    accepted++;
  });
  const ms: number[] = [];
  let saidAt = began;
  for (;;) {
    ms.push(...(await requestAndVet(http)));
    const recorded = await recordedOf(db);
    if (performance.now() - saidAt > SAID_EVERY_MS) {
      saidAt = performance.now();
      say(`  backlog: ${accepted} of ${messages} accepted, ${recorded} recorded`);
    }
    if (recorded === messages) break;
  }
  await sending;
  return { ms, seconds: (performance.now() - began) / 1000 };
};

const recordedOf = async (db: Pool): Promise<number> => {
  const { rows } = await db.query<{ n: number }>(
    `select count(*)::int as n from inbox where feed = 'dark-ris' and outcome is not null`,
  );
  return rows[0]!.n;
};

const asks = async (db: Pool): Promise<Pick<BacklogFigures, 'mostAsks' | 'deskAsks'>> => {
  const { rows } = await db.query<{ desk: boolean; n: number }>(
    `select a.role = 'desk' as desk, count(distinct (a.journey, a.key, a.opening, a.ask))::int as n from ask a
     where exists (select 1 from inbox i where i.journey = a.journey and i.feed = 'dark-ris')
     group by a.recipient, a.role = 'desk'`,
  );
  const most = (desk: boolean): number => Math.max(0, ...rows.filter((r) => r.desk === desk).map((r) => r.n));
  return { mostAsks: most(false), deskAsks: most(true) };
};

const figuresOf = (ms: readonly number[]): CommandFigures => ({
  commands: ms.length,
  p50: round(percentile(ms, 0.5), 0),
  p99: round(percentile(ms, 0.99), 0),
});

const well = async (answer: Promise<Answer>): Promise<Answer> => {
  const { status, body } = await answer;
  if (status >= 300) throw new Error(`answered with ${status}: ${JSON.stringify(body)}`);
  return answer;
};
