import { join } from 'node:path';
import { decide } from '../domain/decide';
import { fold } from '../domain/evolve';
import type { Row } from '../domain/inputs';
import { emptyJourney, type Journey } from '../domain/journey';
import type { JourneyEvent } from '../domain/events';
import { schedule, type Rulebook } from '../domain/schedule';
import { readDirectory } from '../src/directory/directory-file';
import { root } from '../src/local/paths';
import { calendarFor, loadBankHolidays } from '../src/policy/bank-holidays';
import { loadPolicy } from '../src/policy/policy-file';
import { HAPPY_JOURNEY } from './happy-journey';
import { round } from './numbers';

export interface CoreFigures {
  journeysPerSecond: number;
  /** Events that a happy journey records. */
  events: number;
  /** Asks that it sends. */
  asks: number;
}

const rulebook = (): Rulebook => {
  const policy = loadPolicy(join(root, 'policies', 'england.yaml'));
  const { people, leads } = readDirectory(join(root, 'policies', 'directory.fictitious.yaml'));
  return {
    policy,
    today: { policy, hash: '' },
    calendar: calendarFor(policy, loadBankHolidays(), 'england'),
    directory: { people: Object.fromEntries(people.map((p) => [p.id, { roles: p.roles }])), leads },
  };
};

/** The happy journey's rows as the workflow has them, all of one moment. */
export const happyRows = (at: string): Row[] =>
  HAPPY_JOURNEY.map(({ type, by, body }, i) => {
    const { identifiers: _, patient: _patient, text: _text, ...data } = body(0, at);
    return { n: i + 1, id: `row-${i}`, type, data, by, receivedAt: at } as unknown as Row;
  });

/** Decides, schedules and folds one happy journey in memory. */
const play = (
  rows: readonly Row[],
  at: string,
  rules: Rulebook,
): { state: Journey; kept: JourneyEvent[][] } => {
  const { policy } = rules;
  let state = emptyJourney('019a0000-0000-7000-8000-000000000000', 'examination');
  const kept = rows.map((row) => {
    const id = `row:${row.n}`;
    const events = schedule(state, decide(state, { kind: 'row', id, row }, at, policy), id, rules);
    state = fold(state, events);
    return events;
  });
  return { state, kept };
};

/** What our core records for each command of the happy journey. */
export const recordedByCore = (): JourneyEvent[][] => {
  const at = new Date().toISOString();
  const { state, kept } = play(happyRows(at), at, rulebook());
  if (!state.closed) throw new Error('the happy journey does not close in the pure core');
  return kept;
};

/** The rules alone, by processor time, so on one core: no database, no Temporal, no network. */
export const measureCore = (seconds: number): CoreFigures => {
  const at = new Date().toISOString();
  const rules = rulebook();
  const rows = happyRows(at);
  const events = recordedByCore().flat();
  for (const end = performance.now() + 500; performance.now() < end;) play(rows, at, rules);
  let journeys = 0;
  const began = process.cpuUsage();
  for (const end = performance.now() + seconds * 1000; performance.now() < end; journeys++)
    play(rows, at, rules);
  const { user, system } = process.cpuUsage(began);
  const asks = events.filter((e) => (e.type === 'opened' && e.asks > 0) || e.type === 'asked').length;
  return {
    journeysPerSecond: round((journeys * 1e6) / (user + system), 0),
    events: events.length,
    asks,
  };
};
