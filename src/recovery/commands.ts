import { Client, Connection } from '@temporalio/client';
import { DataSource } from 'typeorm';
import { Concerns } from '../concerns/concerns';
import { Runs } from '../histories/runs';
import { TemporalHistories } from '../histories/temporal-histories';
import { ClockPort } from '../intake/clock';
import { IntakeService } from '../intake/intake.service';
import type { TemporalTarget } from '../local/temporal';
import { withCore } from '../standing';
import { JourneyStarter, TASK_QUEUE } from '../temporal/journey-starter';
import { raiseEpoch } from './epoch';
import { Rebuilding } from './rebuilding';

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
  withRebuilding(databaseUrl, temporal, async (rebuilding) => {
    let told = performance.now();
    const so = await rebuilding.all(({ woken, open, anew }) => {
      if (performance.now() - told < TELL_MS) return;
      told = performance.now();
      say(`  ${woken} of ${open} open journeys, ${anew} of them without a run until now`);
    });
    return `Epoch ${so.epoch}: ${so.woken} of ${so.open} open journeys read their evidence again; ${so.anew} had no run and have one.${
      so.lost > 0 ? ` Temporal has lost ${so.lost} runs; the desk is told.` : ''
    }`;
  });

/** After Postgres was restored from a backup. */
export const markRestored = (databaseUrl: string): Promise<string> =>
  withCore(databaseUrl, async (app) => {
    const epoch = await app.get(DataSource).transaction(raiseEpoch);
    return `Epoch ${epoch}: journeys read their evidence again when their next row or deadline comes.`;
  });

const withRebuilding = <T>(
  databaseUrl: string,
  { connectionOptions, namespace }: TemporalTarget,
  act: (rebuilding: Rebuilding) => Promise<T>,
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
      return await act(new Rebuilding(db, starter, runs, histories, concerns, app.get(ClockPort)));
    } finally {
      await connection.close();
    }
  });
