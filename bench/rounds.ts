import type { Client } from '@temporalio/client';
import { closedLoop } from './closed-loop';
import type { Contender } from './contender';
import { mustEqual } from './contender';
import type { Meter, Reading } from './meter';

/** One contender's share of one round. */
export interface Played {
  seconds: number;
  journeys: number;
  /** Of each command. */
  ms: number[];
  /** What the whole machine spent on it, by part. */
  spent: Reading;
  /** Of each journey's workflow. */
  histories: History[];
  checked: Record<string, number>;
}

export interface History {
  events: number;
  bytes: number;
}

let numbers = 0;

/** Plays `count` journeys, measures, and then, off the clock, checks that nothing was lost. */
export const play = async (
  contender: Contender,
  count: number,
  concurrency: number,
  meter: Meter,
  client: Client,
): Promise<Played> => {
  const ids: string[] = [];
  const ms: number[] = [];
  const before = await meter.read(contender.programs);
  const began = performance.now();
  await closedLoop(count, concurrency, async () => {
    ids.push(await contender.play((numbers += 1), (took) => void ms.push(took)));
  });
  await contender.settled(ids);
  const seconds = (performance.now() - began) / 1000;
  const spent = meter.difference(before, await meter.read(contender.programs));
  const checked = await contender.check(ids);
  return {
    seconds,
    journeys: count,
    ms,
    spent,
    histories: await ended(contender.name, client, ids),
    checked,
  };
};

/** The histories of workflows that must have ended by themselves. */
const ended = async (who: string, client: Client, ids: readonly string[]): Promise<History[]> => {
  const histories: History[] = [];
  let completed = 0;
  await closedLoop(ids.length, 10, async (i) => {
    const handle = client.workflow.getHandle(ids[i]!);
    await handle.result();
    const { status, historyLength, historySize } = await handle.describe();
    if (status.name === 'COMPLETED') completed++;
    histories.push({ events: historyLength, bytes: historySize ?? 0 });
  });
  mustEqual(who, { 'workflows completed': [completed, ids.length] });
  return histories;
};

/** Everybody's turn in each round, in another order every time, so that what changes meanwhile hits all alike. */
export const rotated = <T>(all: readonly T[], by: number): T[] =>
  all.map((_, i) => all[(i + by) % all.length]!);
