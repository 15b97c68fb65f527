import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { root } from '../src/local/paths';
import type { VerificationPlan } from './command-line';
import { mustEqual } from './contender';
import { putEvents } from './many-events';
import { median, round, spread, type Spread } from './numbers';
import type { Stage } from './stage';

const run = promisify(execFile);

/** The heap that a verification must do with, in megabytes, however many events there are. */
const HEAP_MB = 64;

interface Once {
  ms: number;
  peakMb: number;
  broken: number;
  events: number;
}

interface SizeFigures {
  events: number;
  microsecondsPerEvent: number;
  peakMb: number;
}

export interface VerificationFigures extends VerificationPlan {
  withFew: SizeFigures;
  withMiddle: SizeFigures;
  withMany: SizeFigures;
  /** The time for each further event over the time for each of the few; the median of the rounds. 1 is linear. */
  ratio: number;
  ratioSpread: Spread;
  /** The most memory with many over that with the middle: fewer fit into the first pages, and show nothing. */
  memoryRatio: number;
}

/**
 * Is `npm run verify` linear in events and flat in memory? Two databases of whole evidence, verified in turns by processes of
 * their own. A start costs about as much as a thousand events, so what is compared is the time of each further event: that of
 * the first few thousand, taken from a database of a middle size, against that of all the others.
 */
export const measureVerification = async (
  stage: Stage,
  plan: VerificationPlan,
  say: (line: string) => void,
): Promise<VerificationFigures> => {
  const sizes = [plan.few, plan.middle, plan.many];
  const urls = await Promise.all(sizes.map((size) => stage.another(`verify_${size}`)));
  for (const [i, url] of urls.entries()) await putEvents(url, sizes[i]!);
  const all: Once[][] = sizes.map(() => []);
  for (let r = 0; r < plan.rounds; r++) for (const [i, url] of urls.entries()) all[i]!.push(await once(url));
  const [few, middle, many] = all as [Once[], Once[], Once[]];
  const each = (a: Once, b: Once): number => (b.ms - a.ms) / (b.events - a.events);
  const ratios = spread(few.map((f, i) => each(middle[i]!, many[i]!) / each(f, middle[i]!)));
  const figures = {
    ...plan,
    withFew: figuresOf(few),
    withMiddle: figuresOf(middle),
    withMany: figuresOf(many),
    ratio: ratios.median,
    ratioSpread: ratios,
    memoryRatio: round(median(many.map((m) => m.peakMb)) / median(middle.map((f) => f.peakMb))),
  };
  say(`  verify: ${figures.withMany.events} events, ${figures.withMany.microsecondsPerEvent} µs each`);
  return figures;
};

const once = async (url: string): Promise<Once> => {
  // What is not needed is only given back under pressure: a heap that is too small for all of it shows what is.
  const program = [
    `--max-old-space-size=${HEAP_MB}`,
    '-r',
    './scripts/ts.cjs',
    join('bench', 'verify-once.ts'),
    url,
  ];
  const { stdout } = await run(process.execPath, program, { cwd: root });
  const found = JSON.parse(stdout) as Once;
  mustEqual('the verification', { broken: [found.broken, 0] });
  return found;
};

const figuresOf = (rounds: readonly Once[]): SizeFigures => ({
  events: rounds[0]!.events,
  microsecondsPerEvent: round(median(rounds.map((r) => (r.ms * 1000) / r.events)), 0),
  peakMb: round(median(rounds.map((r) => r.peakMb)), 0),
});
