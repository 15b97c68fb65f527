import { parseArgs } from 'node:util';
import { PlainError } from '../../src/local/plain-error';

export const HELP = `Histories replayed against today's workflow code

  npm run replay                      the recorded histories of every release; one that fails is a journey that would be
                                      stuck after a deployment
  npm run replay -- --live            the histories that a Temporal has now (TEMPORAL_ADDRESS and the other settings of
                                      npm start): all open runs, and those that closed last
  npm run replay -- --live --closed N how many of the closed ones (100)
  npm run replay -- --json            the failures as JSON on stdout; progress on stderr
  npm run replay -- --record          run the paths anew and keep their histories for this version

Exit codes: 0 all replay; 1 one does not, or none is recorded; 2 something has to be set up first.`;

export interface Options {
  help: boolean;
  record: boolean;
  live: boolean;
  closed: number;
  json: boolean;
}

/** @throws PlainError where the command line cannot be used */
export const options = (args: string[]): Options => {
  const { help, record, live, closed, json } = parsed(args);
  const most = Number(closed ?? 100);
  if (!Number.isInteger(most) || most < 0)
    throw new PlainError(`--closed ${closed} is no number.`, 'Give how many, 0 for none.');
  return { help: !!help, record: !!record, live: !!live, closed: most, json: !!json };
};

const parsed = (args: string[]) => {
  try {
    return parseArgs({
      args,
      options: {
        help: { type: 'boolean', short: 'h' },
        record: { type: 'boolean' },
        live: { type: 'boolean' },
        closed: { type: 'string' },
        json: { type: 'boolean' },
      },
    }).values;
  } catch (error) {
    throw new PlainError((error as Error).message, 'See npm run replay -- --help.');
  }
};
