import { workflowBundle } from '../../src/local/workflow-bundle';
import { startTestServers } from '../support/servers';
import { quietRuntime } from '../support/time-skipping';
import { keep, recorded } from './histories';
import { record } from './recording';
import { replay } from './replay';

const HELP = `Recorded histories of every release, replayed against today's workflow code

  npm run replay               one line a history; one that fails is a journey that would be stuck after a deployment
  npm run replay -- --record   run the paths anew and keep their histories for this version

Exit codes: 0 all replay; 1 one does not, or none is recorded; 2 the command line cannot be used.`;

/**
 * `npm run replay`: every history that a release has recorded, replayed against today's workflow code. One that fails is a
 * journey that would be stuck after a deployment. `--record` runs the paths anew and keeps them for this version.
 */
const main = async (): Promise<number> => {
  if (process.argv.includes('--help')) {
    console.log(HELP);
    return 0;
  }
  const unknown = process.argv.slice(2).filter((arg) => arg !== '--record');
  if (unknown.length > 0) {
    console.error(`${unknown.join(' ')}: the only options are --record and --help`);
    return 2;
  }
  quietRuntime('ERROR');
  if (process.argv.includes('--record')) await recordAnew();
  let failed = 0;
  const histories = recorded();
  for await (const { name, events, error } of replay(await workflowBundle(), histories)) {
    console.log(`${error ? 'FAILED' : 'ok    '} ${name} (${events} events)`);
    if (!error) continue;
    failed += 1;
    console.log(`       ${error.message.split('\n')[0]}`);
  }
  console.log(`${histories.length - failed} replayed, ${failed} failed`);
  if (histories.length === 0) console.error('No history is recorded: run `npm run replay -- --record`.');
  return failed > 0 || histories.length === 0 ? 1 : 0;
};

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
    console.error(error);
    process.exit(1);
  },
);
