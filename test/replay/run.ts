import { describeFailure, PlainError } from '../../src/local/plain-error';
import { givenTemporal } from '../../src/local/temporal';
import { workflowBundle } from '../../src/local/workflow-bundle';
import { LazyTemporal } from '../../src/temporal/lazy-temporal';
import { startTestServers } from '../support/servers';
import { quietRuntime } from '../support/time-skipping';
import type { Recorded } from './histories';
import { keep, recorded } from './histories';
import { liveCount, liveHistories } from './live';
import { HELP, options } from './options';
import type { Options } from './options';
import { record } from './recording';
import type { Replayed } from './replay';
import { replay } from './replay';

/** How often a long replay says how far it has come. */
const TELL_MS = 2_000;

/**
 * `npm run replay`: every history that a release has recorded, or that a running Temporal has, replayed against today's
 * workflow code. One that fails is a journey that would be stuck after a deployment.
 */
const main = async (): Promise<number> => {
  const o = options(process.argv.slice(2));
  if (o.help) {
    console.log(HELP);
    return 0;
  }
  quietRuntime('ERROR');
  if (o.record) await recordAnew();
  if (o.live) return replayLive(o);
  const histories = recorded();
  if (histories.length === 0) console.error('No history is recorded: run `npm run replay -- --record`.');
  return histories.length === 0 ? 1 : replayAll(histories, histories.length, o, 1);
};

const replayLive = async ({ closed, ...o }: Options): Promise<number> => {
  const given = givenTemporal();
  if (!given)
    throw new PlainError('Which Temporal? None is set.', 'Set TEMPORAL_ADDRESS (see npm start -- --help).');
  const temporal = new LazyTemporal(given);
  try {
    const total = await liveCount(temporal.client, closed);
    return await replayAll(liveHistories(temporal.client, closed), total, o, undefined);
  } finally {
    await temporal.onApplicationShutdown();
  }
};

/** @param each whether every history has a line, or only the failures and, now and then, how far it has come */
const replayAll = async (
  histories: Iterable<Recorded> | AsyncIterable<Recorded>,
  total: number,
  { json }: Pick<Options, 'json'>,
  each: 1 | undefined,
): Promise<number> => {
  const say = json ? console.error : console.log;
  const failed: Replayed[] = [];
  let done = 0;
  let told = performance.now();
  for await (const replayed of replay(await workflowBundle(), histories)) {
    done += 1;
    const { name, events, error } = replayed;
    if (error) failed.push(replayed);
    if (error || each) say(`${error ? 'FAILED' : 'ok    '} ${name} (${events} events)`);
    if (error) say(`       ${firstLine(error)}`);
    if (each || performance.now() - told < TELL_MS) continue;
    told = performance.now();
    console.error(`${done} of ${total}, ${failed.length} failed`);
  }
  say(`${done - failed.length} replayed, ${failed.length} failed`);
  if (json)
    await print(JSON.stringify({ replayed: done - failed.length, failed: failed.map(inJson) }, null, 2));
  return failed.length > 0 ? 1 : 0;
};

/** The process ends at once afterwards, and what a pipe has not taken by then would be cut off. */
const print = (text: string): Promise<void> =>
  new Promise((resolve) => process.stdout.write(`${text}\n`, () => resolve()));

const firstLine = ({ message }: Error): string => message.split('\n')[0]!;

/** A live history is named by its journey and run, a recorded one by its release and path. */
const inJson = ({ name, events, error }: Replayed): object => {
  const [first, second] = name.split('/');
  const what = UUID.test(first!) ? { journey: first, run: second } : { release: first, path: second };
  return { ...what, events, error: firstLine(error!) };
};
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

const recordAnew = async (): Promise<void> => {
  const servers = await startTestServers();
  try {
    console.log(`Recorded in ${keep(await record((line) => console.log(line)))}`);
  } finally {
    await servers.stop();
  }
};

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    const { text, exitCode } = describeFailure(error);
    console.error(text);
    process.exit(exitCode);
  },
);
