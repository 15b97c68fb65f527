import 'reflect-metadata';
import { helpText, parsePlan, type Plan } from './command-line';
import { compare, machine, type Figures } from './figures';
import { HAPPY_JOURNEY } from './happy-journey';
import { measureMemory } from './memory';
import { measureCore } from './pure-core';
import { report } from './report';
import { measureSpeed } from './speed';
import { setStage } from './stage';
import { Parts, stopOnSignals } from '../src/local/parts';
import { describeFailure } from '../src/local/plain-error';
import { log } from '../src/logging';

/** Progress: never on the standard output, which belongs to the figures. */
const say = (line: string): void => console.error(line);

const GRACE_MS = 60_000;

async function measure(plan: Plan, parts: Parts): Promise<Figures> {
  const { concurrency, rounds, journeysPerRound } = plan;
  const about = machine();
  const core = plan.speed ? measureCore(plan.coreSeconds) : undefined;
  const stage = await setStage(parts, say);
  const figures: Figures = {
    at: new Date().toISOString(),
    machine: about,
    servers: stage.about,
    plan: { concurrency, rounds, journeysPerRound, commandsPerJourney: HAPPY_JOURNEY.length },
  };
  if (core) {
    const played = await onParts((own) => measureSpeed(stage, plan, core, own, say));
    Object.assign(figures, { core, ...compare(played) });
  }
  figures.memory = await onParts((own) => measureMemory(stage, plan.memory, own, say));
  return figures;

  /** What a measurement starts ends with it, so that the next one has the machine to itself. */
  async function onParts<T>(act: (own: Parts) => Promise<T>): Promise<T> {
    const own = new Parts(say);
    parts.add({ name: 'contenders', description: '', stop: () => own.stop() });
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
  const stopped = stopOnSignals(parts, GRACE_MS, say).then(() => {
    throw new Error('stopped before it had measured');
  });
  try {
    const figures = await Promise.race([measure(plan, parts), stopped]);
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
