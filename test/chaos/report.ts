import { cpus, totalmem } from 'node:os';
import { foreignPlays } from './campaign';
import type { CampaignReport } from './campaign';
import { CHECKS } from './checker';
import type { ChaosPlan } from './command-line';

/** The campaign in figures, as `--json` prints it. */
export interface Report {
  seed: number;
  without?: string;
  /** Whether every invariant held and everything happened that was to happen. */
  held: boolean;
  /** Acknowledged, and not where it was to be. */
  lost: number;
  /** Taken in, recorded or sent twice without saying so. */
  duplicates: number;
  /** Open, and nobody owes, is asked, or has a live deadline. */
  unowned: number;
  journeys: { begun: number; found: number; closed: number };
  sent: number;
  mails: number;
  foreign: { journeys: number; sent: number; sentAgain: number };
  /** How often each invariant was seen broken. */
  violations: Record<string, number>;
  /** The first few of each. */
  examples: Record<string, string[]>;
  faults: Record<string, number>;
  moments: Record<string, number>;
  missing: string[];
  leftOut: readonly string[];
  unanswered: number;
  committedUnanswered: number;
  abandonedTasks: number;
  markedDuplicates: number;
  stampedWrongly: number;
  endedByThemselves: number;
  latestAskSeconds: number;
  seconds: { chaos: number; verdict: number };
  lookedInto: Record<string, object>;
  machine: { cores: number; processor: string; memoryGiB: number; node: string };
}

const LOST = ['1 nothing acknowledged is lost'];
const TWICE = ['1 nothing is taken in twice', '1 rows are recorded in order, once', '6 no ask twice'];
const UNOWNED = ['2 somebody owes, somebody is asked, and the deadline lives'];
const SHOWN = 5;

export function reportOf(plan: ChaosPlan, campaign: CampaignReport, leftOut: readonly string[]): Report {
  const { seen, violations, faults, moments, seconds, ...rest } = campaign;
  const count = (names: readonly string[]): number =>
    names.reduce((sum, name) => sum + (violations[name]?.length ?? 0), 0);
  const foreign = foreignPlays(seen).flatMap((play) => play.sent);
  const names = new Set([...Object.keys(CHECKS), ...Object.keys(violations)]);
  return {
    seed: plan.seed,
    ...(plan.without && { without: plan.without }),
    held: Object.keys(violations).length === 0 && rest.missing.length === 0,
    lost: count(LOST),
    duplicates: count(TWICE),
    unowned: count(UNOWNED),
    journeys: {
      begun: seen.plays.length,
      found: seen.journeys.length,
      closed: seen.journeys.filter((j) => j.closed).length,
    },
    sent: seen.sent.length,
    mails: seen.mails.length,
    foreign: {
      journeys: foreignPlays(seen).length,
      sent: foreign.length,
      sentAgain: foreign.filter((s) => s.attempts.length > 1).length,
    },
    violations: Object.fromEntries([...names].map((name) => [name, violations[name]?.length ?? 0])),
    examples: Object.fromEntries(
      Object.entries(violations).map(([name, all]) => [name, all.slice(0, SHOWN)]),
    ),
    faults: Object.fromEntries(Object.entries(faults).sort(([a], [b]) => (a < b ? -1 : 1))),
    moments,
    leftOut,
    ...rest,
    seconds: { chaos: Math.round(seconds.chaos), verdict: Math.round(seconds.verdict) },
    machine: {
      cores: cpus().length,
      processor: cpus()[0]?.model ?? 'unknown',
      memoryGiB: Math.round(totalmem() / 2 ** 30),
      node: process.version,
    },
  };
}

/** The same in words. */
export function inWords(report: Report): string {
  const { journeys, foreign, seconds, machine } = report;
  const counts = (all: Record<string, number>): string[] =>
    Object.entries(all).map(([name, n]) => `  ${String(n).padStart(5)}  ${name}`);
  const broken = Object.entries(report.examples).flatMap(([name, some]) => [
    `  ${report.violations[name]}  ${name}`,
    ...some.map((example) => `       ${example}`),
  ]);
  return [
    `Chaos, seed ${report.seed}${report.without ? `, without ${report.without}` : ''}: ${report.held ? 'every invariant held' : 'FAILED'}`,
    `  lost ${report.lost}, duplicates ${report.duplicates}, unowned ${report.unowned}`,
    `  ${journeys.begun} journeys begun (${foreign.journeys} by a foreign sender), ${report.sent} things sent, ${report.mails} mails`,
    `  ${seconds.chaos} s of chaos, ${seconds.verdict} s until the verdict, on ${machine.cores} cores (${machine.processor})`,
    ...(broken.length > 0 ? ['Broken', ...broken] : []),
    ...report.missing.map((what) => `Never happened: ${what}`),
    ...report.leftOut.map((what) => `Left out: ${what}`),
    'Faults',
    ...counts(report.faults),
    'Moments that were met',
    ...counts(report.moments),
    'What followed',
    ...counts({
      'tries without an answer': report.unanswered,
      'inputs committed although the answer was lost': report.committedUnanswered,
      'workflow tasks begun and not completed': report.abandonedTasks,
      'mails marked as possible repetitions': report.markedDuplicates,
      'inputs stamped by a clock ten minutes off': report.stampedWrongly,
      'programs that ended by themselves': report.endedByThemselves,
      'seconds by which the latest ask was late': Math.round(report.latestAskSeconds),
    }),
  ].join('\n');
}
