import 'reflect-metadata';
import { PlainError, describeFailure } from '../local/plain-error';
import { givenTemporal } from '../local/temporal';
import type { TemporalTarget } from '../local/temporal';
import { LazyTemporal } from '../temporal/lazy-temporal';
import type { Findings, Progress } from './findings';
import { HELP, options } from './options';
import { places } from './places';
import { verify } from './verify';

/** A line at most every two seconds, and one when a part is done: enough to see that it goes on. */
const EVERY_MS = 2_000;

const progressTo = (name: string): Progress => {
  let last = 0;
  return (part, done, total) => {
    if (done < total && Date.now() - last < EVERY_MS) return;
    last = Date.now();
    const percent = total === 0 ? 100 : Math.floor((done * 100) / total);
    process.stderr.write(`${name}: ${part} ${done}/${total} (${percent}%)\n`);
  };
};

const inWords = (name: string, findings: Findings): string => {
  const checked = [...findings.checked].map(([what, n]) => `${n} ${what}`).join(', ');
  const broken = findings.kept.map(({ part, where, what }) => `  BROKEN  ${part}: ${where}: ${what}`);
  const more = findings.total - findings.kept.length;
  return [
    `${findings.total === 0 ? 'ok    ' : 'BROKEN'} ${name}: ${checked}`,
    ...broken,
    ...(more > 0 ? [`  and ${more} more`] : []),
    ...findings.open.map((line) => `  open    ${line}`),
  ].join('\n');
};

const temporalGiven = (): TemporalTarget => {
  const given = givenTemporal();
  if (!given)
    throw new PlainError(
      'Which Temporal? None is set.',
      'Set TEMPORAL_ADDRESS (and TEMPORAL_NAMESPACE), or leave --temporal out.',
    );
  return given;
};

const main = async (): Promise<number> => {
  const o = options(process.argv.slice(2));
  if (!o) {
    process.stdout.write(HELP);
    return 0;
  }
  const found: object[] = [];
  let broken = 0;
  const temporal = o.temporal ? new LazyTemporal(temporalGiven()) : undefined;
  for await (const { name, ...what } of places(o)) {
    const findings = await verify({ ...what, temporal: temporal?.client, progress: progressTo(name) });
    broken += findings.total;
    found.push({
      name,
      checked: Object.fromEntries(findings.checked),
      broken: findings.kept,
      brokenInAll: findings.total,
      open: findings.open,
    });
    if (!o.json) process.stdout.write(`${inWords(name, findings)}\n`);
  }
  await temporal?.onApplicationShutdown();
  if (o.json) process.stdout.write(`${JSON.stringify(found, null, 2)}\n`);
  else process.stdout.write(`${found.length} verified, ${broken} broken\n`);
  return broken === 0 ? 0 : 1;
};

void main()
  .catch((error: unknown) => {
    const { text, exitCode } = describeFailure(error);
    process.stderr.write(`${text}\n`);
    return exitCode;
  })
  .then((code) => process.exit(code));
