import { Pool } from 'pg';
import type { Parts } from '../src/local/parts';
import { putOpenDuties } from '../test/support/open-duties';
import type { WorklistPlan } from './command-line';
import { mustEqual, timed } from './contender';
import { HttpClient, type Answer } from './http-client';
import { median, percentile, round, spread, type Spread } from './numbers';
import { API, startApi } from './ours';
import type { Stage } from './stage';

/** Of one team's first page, over HTTP. */
interface PageFigures {
  p50: number;
  p95: number;
}

export interface WorklistFigures extends WorklistPlan {
  withFew: PageFigures;
  withMany: PageFigures;
  /** The time of a page with many over that with few, medians of a round; the median of the rounds. */
  ratio: number;
  ratioSpread: Spread;
}

const ADMIN = { authorization: 'Bearer dev:admin-1:admin' };
const DESK = { authorization: 'Bearer dev:desk-1:desk' };
const PAGE = 50;
const TEAMS = ['few', 'many'] as const;
type Team = (typeof TEAMS)[number];

/**
 * Does the first page of a worklist cost more, the more a team owes? Two teams of as many people in one database, the one
 * with few open duties, the other with many; their pages are asked for in turns, over the public API. The duties are put
 * into the database in bulk: a page does not know how they came there.
 */
export const measureWorklist = async (
  stage: Stage,
  plan: WorklistPlan,
  parts: Parts,
  say: (line: string) => void,
): Promise<WorklistFigures> => {
  const databaseUrl = await stage.another('worklist');
  const api = await startApi(stage, databaseUrl);
  parts.add({ name: 'api', description: 'for the worklist', stop: () => api.stop() });
  const http = new HttpClient(api.port, 1);
  try {
    await setUp(http, databaseUrl, plan);
    const ms: Record<Team, number[][]> = { few: [], many: [] };
    // The first round only warms up.
    for (let r = 0; r <= plan.rounds; r++) {
      const round = await playRound(http, plan, r);
      if (r > 0) for (const team of TEAMS) ms[team].push(round[team]);
    }
    const figures = figuresOf(plan, ms);
    say(
      `  worklist: a page in ${figures.withFew.p50} ms with ${plan.few}, ${figures.withMany.p50} ms with ${plan.many}`,
    );
    return figures;
  } finally {
    http.close();
  }
};

const setUp = async (http: HttpClient, databaseUrl: string, plan: WorklistPlan): Promise<void> => {
  const db = new Pool({ connectionString: databaseUrl, max: 1 });
  try {
    for (const team of TEAMS) {
      const people = Array.from({ length: plan.people }, (_, i) => `bench-${team}-${i}`);
      for (const id of people) {
        const person = { name: `${id} (synthetic)`, email: `${id}@bench.invalid`, roles: ['consultant'] };
        await well(http.put(`${API}/directory/people/${id}`, person, ADMIN));
      }
      const body = { name: `The team with ${team}`, lead: people[0], members: people.slice(1) };
      await well(http.put(`${API}/directory/teams/${team}`, body, ADMIN));
      await putOpenDuties(db, { name: team, people, count: plan[team] });
    }
  } finally {
    await db.end();
  }
};

/** Each team's pages in turn, the other team first in every other round. @returns milliseconds of each page */
const playRound = async (
  http: HttpClient,
  plan: WorklistPlan,
  n: number,
): Promise<Record<Team, number[]>> => {
  const ms: Record<Team, number[]> = { few: [], many: [] };
  const turns = n % 2 === 0 ? TEAMS : TEAMS.toReversed();
  for (let page = 0; page < plan.pagesPerRound; page++)
    for (const team of turns) {
      const { body } = await timed(
        (took) => void ms[team].push(took),
        () => well(http.get(`${API}/worklist?team=${team}&limit=${PAGE}`, DESK)),
      );
      const { length } = (body as { items: unknown[] }).items;
      mustEqual('the worklist', { duties: [length, Math.min(PAGE, plan[team])] });
    }
  return ms;
};

const well = async (answer: Promise<Answer>): Promise<Answer> => {
  const { status, body } = await answer;
  if (status >= 300) throw new Error(`answered with ${status}: ${JSON.stringify(body)}`);
  return answer;
};

const figuresOf = (plan: WorklistPlan, ms: Record<Team, number[][]>): WorklistFigures => {
  const of = (team: Team): PageFigures => ({
    p50: round(percentile(ms[team].flat(), 0.5)),
    p95: round(percentile(ms[team].flat(), 0.95)),
  });
  const ratios = spread(ms.many.map((round, i) => median(round) / median(ms.few[i]!)));
  return { ...plan, withFew: of('few'), withMany: of('many'), ratio: ratios.median, ratioSpread: ratios };
};
