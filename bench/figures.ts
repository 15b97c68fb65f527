import { cpus, loadavg, totalmem } from 'node:os';
import type { Plan } from './command-line';
import type { MemoryFigures } from './memory';
import { median, percentile, round, spread, type Spread } from './numbers';
import type { BacklogFigures } from './backlog';
import type { CoreFigures } from './pure-core';
import type { Played } from './rounds';
import type { Rounds } from './speed';
import type { StormFigures } from './storm';
import type { EvidenceFigures } from './evidence';
import type { VerificationFigures } from './verification';
import type { WorklistFigures } from './worklist';

/** One contender in figures. */
export interface ContenderFigures {
  journeysPerSecond: Spread & { rounds: number[] };
  commandMs: { p50: number; p95: number };
  history: { events: number; bytes: number };
  /** Per journey: milliseconds of processor time by part, write-ahead log in kB, commits of all databases. */
  perJourney: Record<string, number>;
  checked: Record<string, number>;
}

/** Everything that a run found out; printed as it is by `--json`. */
export interface Figures {
  at: string;
  machine: { cores: number; model: string; memoryGb: number; node: string; loadAtStart: number };
  servers: Record<string, string | number>;
  plan: Pick<Plan, 'quick' | 'concurrency' | 'rounds' | 'journeysPerRound'> & { commandsPerJourney: number };
  core?: CoreFigures;
  contenders?: Record<keyof Rounds, ContenderFigures>;
  /** The baseline's journeys/s over ours, round by round; the median. 1 is equal, higher is slower. */
  ratioBare?: number;
  ratioBareHttp?: number;
  ratioSpread?: { bare: Spread; bareHttp: Spread };
  /** Our command's time over that of `bareHttp`. */
  latencyRatio?: { p50: number; p95: number };
  memory?: MemoryFigures;
  worklist?: WorklistFigures;
  evidence?: EvidenceFigures;
  verification?: VerificationFigures;
  storm?: StormFigures;
  backlog?: BacklogFigures;
}

const rate = (p: Played): number => p.journeys / p.seconds;

export const machine = (): Figures['machine'] => ({
  cores: cpus().length,
  model: cpus()[0]?.model.trim() ?? 'unknown',
  memoryGb: round(totalmem() / 2 ** 30, 0),
  node: process.version,
  loadAtStart: round(loadavg()[0]!),
});

const figuresOf = (played: readonly Played[]): ContenderFigures => {
  const ms = played.flatMap((p) => p.ms);
  const rates = played.map(rate);
  const histories = played.flatMap((p) => p.histories);
  const per = (name: string): number => median(played.map((p) => (p.spent[name] ?? 0) / p.journeys));
  const parts = Object.keys(played[0]!.spent);
  return {
    journeysPerSecond: { ...spread(rates), rounds: rates.map((r) => round(r)) },
    commandMs: { p50: round(percentile(ms, 0.5), 0), p95: round(percentile(ms, 0.95), 0) },
    history: {
      events: median(histories.map((h) => h.events)),
      bytes: round(median(histories.map((h) => h.bytes)), 0),
    },
    perJourney: Object.fromEntries([
      ...parts.filter((p) => p.startsWith('cpu ')).map((p) => [`${p} ms`, round(per(p) * 1000, 0)]),
      ['wal kB', round(per('wal bytes') / 1024, 0)],
      ['commits', round(per('commits'), 0)],
    ]) as Record<string, number>,
    checked: sums(played.map((p) => p.checked)),
  };
};

const sums = (all: readonly Record<string, number>[]): Record<string, number> => {
  const total: Record<string, number> = {};
  for (const one of all)
    for (const [name, value] of Object.entries(one)) total[name] = (total[name] ?? 0) + value;
  return total;
};

/** The three contenders, and how they compare. */
export const compare = (rounds: Rounds): Partial<Figures> => {
  const ours = figuresOf(rounds.ours);
  const bareHttp = figuresOf(rounds.bareHttp);
  const against = (baseline: readonly Played[]): number[] =>
    baseline.map((played, i) => rate(played) / rate(rounds.ours[i]!));
  const bare = spread(against(rounds.bare));
  const http = spread(against(rounds.bareHttp));
  return {
    contenders: { ours, bare: figuresOf(rounds.bare), bareHttp },
    ratioBare: bare.median,
    ratioBareHttp: http.median,
    ratioSpread: { bare, bareHttp: http },
    latencyRatio: {
      p50: round(ours.commandMs.p50 / bareHttp.commandMs.p50),
      p95: round(ours.commandMs.p95 / bareHttp.commandMs.p95),
    },
  };
};
