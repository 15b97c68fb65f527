import { parseArgs } from 'node:util';
import { PlainError } from '../src/local/plain-error';

export const PARTS = ['speed', 'memory', 'worklist', 'evidence', 'verification', 'storm', 'backlog'] as const;
export type Part = (typeof PARTS)[number];

/** How much is measured. */
export interface Plan {
  concurrency: number;
  rounds: number;
  journeysPerRound: number;
  warmUpJourneys: number;
  /** Seconds for the pure core. */
  coreSeconds: number;
  memory: MemoryPlan;
  worklist: WorklistPlan;
  evidence: EvidencePlan;
  verification: VerificationPlan;
  storm: StormPlan;
  backlog: BacklogPlan;
  /** What of it. */
  parts: readonly Part[];
  /** A trial: it shows that everything works, and measures nothing. */
  quick: boolean;
  json: boolean;
  help: boolean;
}

export interface MemoryPlan {
  few: number;
  many: number;
  /** Journeys that the worker may keep in memory. */
  cacheLimit: number;
  /** Commands that a worker handles before its memory is read; the same number for few and for many. */
  commands: number;
}

export interface EvidencePlan {
  rounds: number;
  journeysPerRound: number;
}

export interface StormPlan {
  /** Deadlines at one instant. */
  deadlines: number;
  rounds: number;
}

export interface BacklogPlan {
  /** That the dark source sends. */
  messages: number;
  /** That are given before it does. */
  commands: number;
}

/** Events in each of three databases. */
export interface VerificationPlan {
  few: number;
  middle: number;
  many: number;
  rounds: number;
}

export interface WorklistPlan {
  /** Open duties of the one team, and of the other. */
  few: number;
  many: number;
  /** In each of the two teams. */
  people: number;
  rounds: number;
  /** Pages of each team that are asked for in a round, one after the other. */
  pagesPerRound: number;
}

export const helpText = `The side-by-side benchmark: this program against a bare Temporal workflow, on Temporal Server and Postgres.

  npm run bench                  all of it, about ten minutes on two cores
  npm run bench -- --quick       small, about a minute: shows that it works, not how fast
  npm run bench -- --memory      only the worker's memory with few and with many waiting journeys
  npm run bench -- --evidence    only what chain and ledger add to a record
  npm run bench -- --verification  only \`npm run verify\` on few and on many events
  npm run bench -- --storm       only how late asks are when 2,000 deadlines come at one instant
  npm run bench -- --backlog     only what commands take while three weeks of messages are worked off
  npm run bench -- --worklist    only the worklist's first page for a team with few and with many open duties

Options
  --json                         nothing but JSON on the standard output; progress goes to the standard error
  --concurrency NUMBER           journeys under way at once (20; quick: 10)
  --rounds NUMBER                rounds of each contender (7; quick: 2)
  --journeys NUMBER              journeys in a round (120; quick: 20)
  --help                         this text

Needs Go (it builds Temporal Server from source, once) and a quiet machine. What the figures mean: docs/BENCHMARK.md.

Exit codes: 0 measured, and nothing was lost; 1 a contender lost something, or a part failed; 2 something has to be
set up first, and the message says what.
`;

const FULL: Omit<Plan, 'parts' | 'quick' | 'json' | 'help'> = {
  concurrency: 20,
  rounds: 7,
  journeysPerRound: 120,
  warmUpJourneys: 60,
  coreSeconds: 5,
  memory: { few: 200, many: 5_000, cacheLimit: 100, commands: 1_000 },
  worklist: { few: 100, many: 10_000, people: 10, rounds: 15, pagesPerRound: 100 },
  evidence: { rounds: 15, journeysPerRound: 40 },
  verification: { few: 1_000, middle: 10_000, many: 100_000, rounds: 5 },
  storm: { deadlines: 2_000, rounds: 3 },
  backlog: { messages: 21_000, commands: 400 },
};
const QUICK: typeof FULL = {
  concurrency: 10,
  rounds: 2,
  journeysPerRound: 20,
  warmUpJourneys: 10,
  coreSeconds: 1,
  memory: { few: 40, many: 300, cacheLimit: 20, commands: 100 },
  worklist: { few: 100, many: 10_000, people: 10, rounds: 3, pagesPerRound: 20 },
  evidence: { rounds: 3, journeysPerRound: 10 },
  verification: { few: 1_000, middle: 3_000, many: 10_000, rounds: 2 },
  storm: { deadlines: 100, rounds: 1 },
  backlog: { messages: 600, commands: 60 },
};

/** Reads the command line; whatever we do not know is refused. */
export const parsePlan = (args: string[]): Plan => {
  const values = parse(args);
  const size = values.quick ? QUICK : FULL;
  const only = PARTS.filter((part) => part !== 'speed').filter((part) => values[part]);
  return {
    ...size,
    concurrency: count(values.concurrency, '--concurrency') ?? size.concurrency,
    rounds: count(values.rounds, '--rounds') ?? size.rounds,
    journeysPerRound: count(values.journeys, '--journeys') ?? size.journeysPerRound,
    parts: only.length > 0 ? only : PARTS,
    quick: values.quick ?? false,
    json: values.json ?? false,
    help: values.help ?? false,
  };
};

const parse = (args: string[]) => {
  try {
    return parseArgs({
      args,
      options: {
        quick: { type: 'boolean' },
        memory: { type: 'boolean' },
        worklist: { type: 'boolean' },
        evidence: { type: 'boolean' },
        verification: { type: 'boolean' },
        storm: { type: 'boolean' },
        backlog: { type: 'boolean' },
        json: { type: 'boolean' },
        concurrency: { type: 'string' },
        rounds: { type: 'string' },
        journeys: { type: 'string' },
        help: { type: 'boolean', short: 'h' },
      },
    }).values;
  } catch (error) {
    throw new PlainError((error as Error).message, 'See --help for what is understood.');
  }
};

const count = (text: string | undefined, option: string): number | undefined => {
  if (text === undefined) return undefined;
  if (/^[1-9]\d{0,5}$/.test(text)) return Number(text);
  throw new PlainError(`${option} ${text} is no count.`, 'Give a whole number from 1.');
};
