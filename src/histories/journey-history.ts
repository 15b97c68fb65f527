import { Inject, Injectable, Optional } from '@nestjs/common';
import { z } from 'zod';
import type { Page } from '../api/paging';
import { pageOf, paging, placeOf } from '../api/paging';
import { Problem } from '../api/problems';
import type { ArchivedRun } from './histories.reader';
import { HistoriesReader } from './histories.reader';
import type { HistoryEvent } from './history-copy';
import { eventsIn } from './history-copy';
import { HistoryGone, TemporalHistories } from './temporal-histories';
import type { ToldEvent } from './told-history';
import { told } from './told-history';

export const historyQuery = z.strictObject({ ...paging });
export type HistoryQuery = z.output<typeof historyQuery>;

const clinical = z.array(z.object({ seq: z.int(), type: z.string() }));

export const toldEvent = z.object({
  run: z.string(),
  event: z.int().describe('Its number within the run'),
  at: z.string(),
  type: z.string().describe('Temporal’s word for it'),
  says: z.looseObject({}).describe('What it holds, decoded: ids and codes only'),
  recorded: clinical.optional().describe('The clinical events whose recording it holds'),
  caused: clinical.optional().describe('The clinical events that name this row or deadline as their cause'),
});

export const runView = z.object({
  run: z.string(),
  source: z
    .enum(['temporal', 'archive', 'none'])
    .describe('`none`: Temporal no longer has it, and no copy is kept'),
  events: z.int(),
  sound: z.boolean().describe('False where the only copy no longer has the hash that it was kept under'),
});
export type RunView = z.output<typeof runView>;

export interface HistoryPage extends Page<ToldEvent> {
  runs: RunView[];
}

interface ReadRun extends RunView {
  history: HistoryEvent[];
}

const PLACE = z.tuple([z.int().min(0).max(2_147_483_647)]);

/** A journey's workflow history, the same from Temporal and, once that has deleted it, from the archive. */
@Injectable()
export class JourneyHistory {
  constructor(
    private readonly archive: HistoriesReader,
    @Optional() @Inject(TemporalHistories) private readonly temporal?: TemporalHistories,
  ) {}

  /** @throws Problem `unknown-journey`, `bad-cursor`; `history-unavailable` where it is not kept and Temporal is away */
  async of(journey: string, { limit, cursor }: HistoryQuery): Promise<HistoryPage> {
    const [after] = placeOf(cursor, PLACE) ?? [0];
    const runs = (await this.read(journey)).sort(byStart);
    const events = told(runs.map(({ run, history }) => ({ run, events: history })));
    const rows = events.map((event, i) => ({ event, place: i + 1 })).slice(after, after + limit + 1);
    return {
      runs: runs.map(({ history: _history, ...view }) => view),
      ...pageOf(
        rows,
        limit,
        ({ event }) => event,
        ({ place }) => [place],
      ),
    };
  }

  private async read(journey: string): Promise<ReadRun[]> {
    const { known, runs } = await this.archive.runsOf(journey);
    if (!known) throw new Problem('unknown-journey');
    const archived = await this.archive.archivedOf(journey);
    const newest = await this.newestRun(journey);
    // What is kept answers while Temporal is away; where nothing is, nobody knows yet.
    if (newest === 'away' && runs.length === 0) throw new Problem('history-unavailable');
    const all = new Set([...runs, ...(newest === undefined || newest === 'away' ? [] : [newest])]);
    const read: ReadRun[] = [];
    for (const run of all) {
      const copies = archived.filter((copy) => copy.run === run);
      const history = newest === 'away' ? 'away' : await this.fromTemporal(journey, run);
      if (Array.isArray(history))
        read.push({ run, source: 'temporal', events: history.length, sound: true, history });
      else if (copies.length === 0 && history === 'away') throw new Problem('history-unavailable');
      else read.push(fromArchive(run, copies));
    }
    return read;
  }

  private async newestRun(journey: string): Promise<string | undefined> {
    return this.temporal ? this.temporal.newestRun(journey).catch(() => 'away') : 'away';
  }

  private async fromTemporal(journey: string, run: string): Promise<HistoryEvent[] | 'away' | 'gone'> {
    try {
      return (await this.temporal!.copy(journey, run)).events;
    } catch (error) {
      return error instanceof HistoryGone ? 'gone' : 'away';
    }
  }
}

/** The whole copy before others, the longest before the shorter ones, a sound one before any. */
const fromArchive = (run: string, copies: readonly ArchivedRun[]): ReadRun => {
  const rank = ({ text, whole, events }: ArchivedRun): number =>
    (text === undefined ? 0 : 2_000_000) + (whole ? 1_000_000 : 0) + events;
  const [best] = [...copies].sort((a, b) => rank(b) - rank(a));
  if (!best) return { run, source: 'none', events: 0, sound: true, history: [] };
  const history = best.text === undefined ? [] : eventsIn(best.text);
  const sound = copies.every((copy) => copy.text !== undefined);
  return { run, source: 'archive', events: history.length, sound, history };
};

/** By when each began; one of which nothing is left comes last. */
const byStart = (a: ReadRun, b: ReadRun): number => {
  const [x, y] = [a, b].map((run) => run.history[0]?.eventTime ?? '9');
  return x === y ? (a.run < b.run ? -1 : 1) : x! < y! ? -1 : 1;
};
