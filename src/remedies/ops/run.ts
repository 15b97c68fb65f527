import { describeFailure } from '../../local/plain-error';
import { ApiClient, Away, Refusal } from './api-client';
import { EXIT, ops } from './ops';
import { HELP, options } from './options';

/** `npm run ops`: a client of the REST API and nothing else. What it may do is what whoever signs in may. */
const main = async (): Promise<number> => {
  const o = options(process.argv.slice(2));
  if (!o) {
    process.stdout.write(HELP);
    return 0;
  }
  const progress = (line: string): void => void process.stderr.write(`${line}\n`);
  const { answer, words, code } = await ops(new ApiClient(o.url, o.token), o, progress);
  process.stdout.write(o.json ? `${JSON.stringify(answer, null, 2)}\n` : `${words.join('\n')}\n`);
  return code;
};

void main()
  .catch((error: unknown) => {
    if (error instanceof Refusal || error instanceof Away) {
      process.stderr.write(`${error.message}\n`);
      return error instanceof Away ? EXIT.away : EXIT.refused;
    }
    const { text, exitCode } = describeFailure(error);
    process.stderr.write(`${text}\n`);
    return exitCode;
  })
  .then((code) => process.exit(code));
