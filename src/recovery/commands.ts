import { Client, Connection } from '@temporalio/client';
import { DataSource } from 'typeorm';
import { Concerns } from '../concerns/concerns';
import { Runs } from '../histories/runs';
import { TemporalHistories } from '../histories/temporal-histories';
import { ClockPort } from '../intake/clock';
import { IntakeService } from '../intake/intake.service';
import type { TemporalTarget } from '../local/temporal';
import { RulebookService } from '../policy/rulebook.service';
import { withCore } from '../standing';
import { JourneyStarter, TASK_QUEUE } from '../temporal/journey-starter';
import type { Rebuilt } from './rebuilding';
import { Rebuilding } from './rebuilding';
import { Restoring } from './restoring';
import { WriteBack } from './write-back';

/** How long one read of Temporal may take. */
const READ_MS = 10_000;
/** How often a long act says how far it has come. */
const TELL_MS = 2_000;

/** Gives every open journey its run back. @returns a line for whoever asked for it */
export const rebuild = (
  databaseUrl: string,
  temporal: TemporalTarget,
  say: (line: string) => void,
): Promise<string> =>
  withRecovery(databaseUrl, temporal, async ({ rebuilding }) =>
    inWords(await rebuilding.all(tellRebuilt(say))),
  );

/** Throws these journeys' runs away and gives them new ones. @returns a line for whoever asked for it */
export const renew = (
  databaseUrl: string,
  temporal: TemporalTarget,
  journeys: readonly string[],
  say: (line: string) => void,
): Promise<string> =>
  withRecovery(databaseUrl, temporal, async ({ rebuilding }) => {
    const tell = slowly((renewed: number) => say(`  ${renewed} of ${journeys.length} journeys`));
    await rebuilding.renewAll(journeys, tell);
    return `${journeys.length} journeys have a new run, which has read their evidence.`;
  });

/** After Postgres was restored to an earlier state. @returns lines for whoever asked for it */
export const restore = (
  databaseUrl: string,
  temporal: TemporalTarget,
  say: (line: string) => void,
): Promise<string> =>
  withRecovery(databaseUrl, temporal, async ({ restoring }) => {
    const { restored, rebuilt } = await restoring.all(
      slowly(({ looked, journeys, events }) =>
        say(`  ${looked} of ${journeys} journeys that Temporal knows, ${events} events written back`),
      ),
      tellRebuilt(say),
    );
    const { journeys, events, rows, lost, details } = restored;
    return [
      `Temporal knows ${journeys} journeys: ${events} events and ${rows} rows were gone and are back.`,
      ...(lost.length > 0 ? [`Of ${lost.length} journeys something is gone for good.`] : []),
      ...(details.length > 0
        ? [`Of ${details.length} journeys the patient, identifiers or texts are gone.`]
        : []),
      inWords(rebuilt),
      'The desk is told, and must have what was sent since the backup sent again (docs/DISASTER.md).',
    ].join('\n');
  });

const tellRebuilt = (say: (line: string) => void) =>
  slowly(({ woken, open, anew }: Rebuilt) =>
    say(`  ${woken} of ${open} open journeys, ${anew} of them without a run until now`),
  );

const inWords = ({ epoch, woken, open, anew, lost }: Rebuilt): string =>
  `Epoch ${epoch}: ${woken} of ${open} open journeys read their evidence again; ${anew} had no run and have one.${
    lost > 0 ? ` Temporal has lost ${lost} runs; the desk is told.` : ''
  }`;

/** Passes on now and then what is told all the time. */
const slowly = <T>(tell: (so: T) => void): ((so: T) => void) => {
  let told = performance.now();
  return (so) => {
    if (performance.now() - told < TELL_MS) return;
    told = performance.now();
    tell(so);
  };
};

interface Recovery {
  rebuilding: Rebuilding;
  restoring: Restoring;
}

const withRecovery = <T>(
  databaseUrl: string,
  { connectionOptions, namespace }: TemporalTarget,
  act: (recovery: Recovery) => Promise<T>,
): Promise<T> =>
  withCore(databaseUrl, async (app) => {
    const connection = await Connection.connect(connectionOptions);
    try {
      const client = new Client({ connection, namespace });
      const db = app.get(DataSource);
      const runs = new Runs(db);
      const starter = new JourneyStarter(client, TASK_QUEUE, true, (journey, run) =>
        runs.heardOf(journey, run),
      );
      const histories = new TemporalHistories(() => client, READ_MS);
      const concerns = new Concerns(app.get(IntakeService));
      const clock = app.get(ClockPort);
      const rebuilding = new Rebuilding(db, starter, runs, histories, concerns, clock);
      const writeBack = new WriteBack(db, app.get(RulebookService));
      const restoring = new Restoring(db, client, runs, writeBack, rebuilding, concerns, clock);
      return await act({ rebuilding, restoring });
    } finally {
      await connection.close();
    }
  });
