import { Client, Connection } from '@temporalio/client';
import type { Parts } from '../src/local/parts';
import { Bare, BareHttp, startBareWorker } from './bare/contenders';
import type { Plan } from './command-line';
import type { Contender } from './contender';
import { Meter } from './meter';
import { Ours } from './ours';
import { recordedByCore, type CoreFigures } from './pure-core';
import { play, rotated, type Played } from './rounds';
import type { Stage } from './stage';

export type Rounds = Record<Contender['name'], Played[]>;

/** Plays warm-up and rounds. Every contender's processes are up all the time; each has the machine in its turn. */
export const measureSpeed = async (
  stage: Stage,
  plan: Plan,
  core: CoreFigures,
  parts: Parts,
  say: (line: string) => void,
): Promise<Rounds> => {
  const contenders = await start(stage, plan, core, parts);
  const connection = await Connection.connect({ address: stage.temporal.connectionOptions.address });
  const client = new Client({ connection, namespace: stage.temporal.namespace });
  const meter = new Meter(stage);
  try {
    for (const contender of contenders) {
      say(`  warm-up, ${contender.name}: ${contender.what}`);
      await play(contender, plan.warmUpJourneys, plan.concurrency, meter, client);
    }
    const rounds: Rounds = { ours: [], bare: [], bareHttp: [] };
    for (let r = 0; r < plan.rounds; r++)
      for (const contender of rotated(contenders, r)) {
        const played = await play(contender, plan.journeysPerRound, plan.concurrency, meter, client);
        rounds[contender.name].push(played);
        const perSecond = (played.journeys / played.seconds).toFixed(2);
        say(`  round ${r + 1} of ${plan.rounds}, ${contender.name.padEnd(8)} ${perSecond} journeys/s`);
      }
    return rounds;
  } finally {
    await meter.stop();
    await connection.close();
  }
};

const start = async (stage: Stage, plan: Plan, core: CoreFigures, parts: Parts): Promise<Contender[]> => {
  const up = <T extends Contender>(contender: T): T => {
    parts.add({ name: contender.name, description: contender.what, stop: () => contender.stop() });
    return contender;
  };
  const worker = await startBareWorker(stage, recordedByCore());
  parts.add({ name: 'worker', description: 'of both bare contenders', stop: () => worker.stop() });
  return [
    up(await Ours.start(stage, plan.concurrency, core)),
    up(await Bare.start(stage, worker)),
    up(await BareHttp.start(stage, worker, plan.concurrency)),
  ];
};
