import 'reflect-metadata';
import { PlainError, describeFailure } from '../../src/local/plain-error';
import { Campaign } from './campaign';
import { helpText, parsePlan } from './command-line';
import type { ChaosPlan } from './command-line';
import { canHaveForeignSender, foreign } from './foreign/foreign';
import { Installation } from './installation';
import { MUTANTS, startOf } from './mutants/switches';
import { inWords, reportOf } from './report';
import type { Report } from './report';
import { LARGE } from './sizes';
import { STORIES } from './stories';

/** Progress: never on the standard output, which belongs to the report. */
const say = (line: string): void => console.error(line);

async function campaign(plan: ChaosPlan, installation: Installation): Promise<Report> {
  const { staff, witnesses, proxy } = installation;
  const strangers = canHaveForeignSender() ? [foreign, foreign] : [];
  const leftOut = [
    ...installation.leftOut,
    ...(strangers.length > 0 ? [] : ['a foreign sender: no Python 3']),
  ];
  const done = await new Campaign(staff, witnesses, proxy, {
    ...LARGE,
    seed: plan.seed,
    journeys: plan.journeys,
    atOnce: plan.atOnce,
    stories: [...STORIES, ...strangers],
    limitMs: plan.minutes * 60_000,
    untilAllHappened: true,
    // What is broken stays broken: nobody need wait for long.
    ...(plan.without && { settleMs: 20_000, patienceMs: 30_000 }),
    say,
  }).run();
  return reportOf(plan, done, leftOut);
}

async function main(): Promise<number> {
  const plan = parsePlan(process.argv.slice(2));
  if (plan.help) {
    console.log(helpText);
    return 0;
  }
  say(`Chaos, seed ${plan.seed}: ${plan.journeys} journeys. Bringing the production shape up ...`);
  const mutant = plan.without && MUTANTS[plan.without];
  const opening = Installation.open({
    secondsPerDay: LARGE.secondsPerDay,
    ...(mutant && { [mutant.of]: startOf(mutant) }),
    say,
  });
  const asked = new Promise<never>((_, reject) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const)
      process.once(signal, () =>
        reject(new PlainError('Stopped before there was a verdict.', 'Run it again.', 1)),
      );
  });
  try {
    const report = await Promise.race([opening.then((i) => campaign(plan, i)), asked]);
    console.log(plan.json ? JSON.stringify(report, undefined, 2) : inWords(report));
    return report.held ? 0 : 1;
  } finally {
    await (await opening.catch(() => undefined))?.close();
  }
}

void main()
  .catch((error: unknown) => {
    const { text, exitCode } = describeFailure(error);
    say(text);
    return exitCode;
  })
  .then((code) => process.exit(code));
