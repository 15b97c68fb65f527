import 'reflect-metadata';
import { measureBacklog } from './backlog';
import { helpText, parsePlan, type Plan } from './command-line';
import { measureEvidence } from './evidence';
import { compare, machine, type Figures } from './figures';
import { HAPPY_JOURNEY } from './happy-journey';
import { measureMemory } from './memory';
import { measureCore } from './pure-core';
import { report } from './report';
import { measureSpeed } from './speed';
import { measureStorm } from './storm';
import { setStage } from './stage';
import { measureVerification } from './verification';
import { measureWorklist } from './worklist';
import { Parts, stopOnSignals } from '../src/local/parts';
import { PlainError, describeFailure } from '../src/local/plain-error';
import { log } from '../src/logging';

/** Progress: never on the standard output, which belongs to the figures. */
const say = (line: string): void => console.error(line);

const GRACE_MS = 60_000;

async function measure(plan: Plan, parts: Parts): Promise<Figures> {
  const { quick, concurrency, rounds, journeysPerRound } = plan;
  const about = machine();
  const core = plan.parts.includes('speed') ? measureCore(plan.coreSeconds) : undefined;
  const stage = await setStage(parts, plan.quick, say);
  const figures: Figures = {
    at: new Date().toISOString(),
    machine: about,
    servers: stage.about,
    plan: { quick, concurrency, rounds, journeysPerRound, commandsPerJourney: HAPPY_JOURNEY.length },
  };
  if (core) {
    const played = await onParts((own) => measureSpeed(stage, plan, core, own, say));
    Object.assign(figures, { core, ...compare(played) });
  }
  if (plan.parts.includes('memory'))
    figures.memory = await onParts((own) => measureMemory(stage, plan.memory, own, say));
  if (plan.parts.includes('worklist'))
    figures.worklist = await onParts((own) => measureWorklist(stage, plan.worklist, own, say));
  if (plan.parts.includes('evidence'))
    figures.evidence = await onParts((own) => measureEvidence(stage, plan.evidence, own, say));
  if (plan.parts.includes('verification'))
    figures.verification = await measureVerification(stage, plan.verification, say);
  if (plan.parts.includes('storm'))
    figures.storm = await onParts((own) => measureStorm(stage, plan.storm, own, say));
  if (plan.parts.includes('backlog'))
    figures.backlog = await onParts((own) => measureBacklog(stage, plan.backlog, own, say));
  return figures;

  /** What a measurement starts ends with it, so that the next one has the machine to itself. */
  async function onParts<T>(act: (own: Parts) => Promise<T>): Promise<T> {
    const own = new Parts(say);
    parts.add({ name: 'programs', description: 'those that are measured next', stop: () => own.stop() });
    try {
      return await act(own);
    } finally {
      await own.stop();
    }
  }
}

async function main(): Promise<number> {
  const plan = parsePlan(process.argv.slice(2));
  if (plan.help) {
    console.log(helpText);
    return 0;
  }
  log.level = 'warn';
  const parts = new Parts(say);
  let asked = false;
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => (asked = true));
  const stopped = stopOnSignals(parts, GRACE_MS, say).then(() => undefined);
  // Whatever fails once we were asked to stop fails because of it.
  const measured = measure(plan, parts).catch((error: unknown) => {
    if (!asked) throw error;
    return stopped;
  });
  try {
    const figures = await Promise.race([measured, stopped]);
    if (!figures) throw new PlainError('Stopped before it had measured.', 'Run it again.', 1);
    console.log(plan.json ? JSON.stringify(figures, undefined, 2) : report(figures));
    return 0;
  } finally {
    await parts.stop();
  }
}

void main()
  .catch((error: unknown) => {
    const { text, exitCode } = describeFailure(error);
    say(text);
    return exitCode;
  })
  .then((code) => process.exit(code));
