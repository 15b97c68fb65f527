import { parseArgs } from 'node:util';
import { PlainError } from '../../src/local/plain-error';
import { MUTANTS } from './mutants/switches';
import type { Without } from './mutants/switches';

export interface ChaosPlan {
  seed: number;
  journeys: number;
  /** How many journeys are under way at once. */
  atOnce: number;
  /** After so many minutes no journey begins any more. */
  minutes: number;
  /** What is taken out of the program, to see that it is missed. */
  without?: Without;
  json: boolean;
  help: boolean;
}

const NAMES = Object.keys(MUTANTS) as Without[];

export const helpText = `The crash campaign: journeys on the production shape while parts of it are killed, restarted and cut off at random.

  npm run chaos                        500 journeys; minutes
  npm run chaos -- --seed 1 --journeys 500 --json
  npm run chaos -- --without NAME      the program without one of its safeguards: it must be found out

Options
  --seed NUMBER                        what is chosen at random is chosen again with the same seed (1)
  --journeys NUMBER                    how many at least; more follow until every fault has happened (500; --without: 12)
  --concurrency NUMBER                 journeys under way at once (20; --without: 6)
  --minutes NUMBER                     after so many no journey begins any more (25; --without: 5)
  --without ${NAMES.join(' | ')}
  --json                               nothing but JSON on the standard output; progress goes to the standard error
  --help                               this text

Everything listens on 127.0.0.1 alone. Needs Go (it builds Temporal Server and Toxiproxy from source, once) and Python 3;
with Debian's package faketime clocks go wrong too. What is left out for want of one of them, the report says.
What it does and what it found: docs/CHAOS.md.

Exit codes: 0 every invariant held and every fault happened; 1 one did not; 2 something has to be set up first, and the
message says what.
`;

/** Reads the command line; whatever we do not know is refused. */
export const parsePlan = (args: string[]): ChaosPlan => {
  const values = parse(args);
  const { without } = values;
  if (without !== undefined && !NAMES.includes(without as Without))
    throw new PlainError(`--without ${without} is not known.`, `Name one of ${NAMES.join(', ')}.`);
  const few = without !== undefined;
  return {
    seed: count(values.seed, '--seed') ?? 1,
    journeys: count(values.journeys, '--journeys') ?? (few ? 12 : 500),
    atOnce: count(values.concurrency, '--concurrency') ?? (few ? 6 : 20),
    minutes: count(values.minutes, '--minutes') ?? (few ? 5 : 25),
    ...(few && { without: without as Without }),
    json: values.json ?? false,
    help: values.help ?? false,
  };
};

const parse = (args: string[]) => {
  try {
    return parseArgs({
      args,
      options: {
        seed: { type: 'string' },
        journeys: { type: 'string' },
        concurrency: { type: 'string' },
        minutes: { type: 'string' },
        without: { type: 'string' },
        json: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    }).values;
  } catch (error) {
    throw new PlainError((error as Error).message, 'See --help for what is understood.');
  }
};

const count = (text: string | undefined, option: string): number | undefined => {
  if (text === undefined) return undefined;
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new PlainError(`${option} ${text} is no count.`, 'Give a whole number from 1.');
};
