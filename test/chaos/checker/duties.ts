import type { Check, SeenEvent, SeenJourney, SeenObligation, SeenParty } from './seen';
import { openOnes } from './seen';

/** Invariants 2, 3 and 7: somebody owes, somebody is asked, in time or on record as late, and the read model says the same. */

/** How long after a deadline its ask must be on record, once everything is up again. */
const HEALED_MS = 20_000;

const late = (instant: string, at: string): boolean => Date.parse(at) - Date.parse(instant) > HEALED_MS;

export const somebodyOwes: Check = (seen) =>
  seen.journeys
    .filter((j) => !j.closed)
    .flatMap((j) => {
      const open = openOnes(j);
      if (open.length === 0) return [`${j.id} is open and nobody owes anything`];
      return open.flatMap((o) => [
        ...(o.accountable.person ? [] : [`nobody is accountable for ${o.key} of ${j.id}`]),
        ...(o.askedNow.person ? [] : [`nobody is asked about ${o.key} of ${j.id}`]),
        ...(late(o.dueAt, seen.at) ? [`the deadline of ${o.key} of ${j.id} is dead since ${o.dueAt}`] : []),
      ]);
    });

/** The open obligations as the events alone tell them: a second, simpler reader of the same evidence. */
const retold = (events: readonly SeenEvent[]): Map<string, SeenObligation> => {
  const open = new Map<string, SeenObligation>();
  for (const e of events) {
    const key = e['key'] as string;
    const o = open.get(key);
    if (e.type === 'opened') open.set(key, e as unknown as SeenObligation);
    else if (e.type === 'ended') open.delete(key);
    else if (e.type === 'accountable' && o) open.set(key, { ...o, accountable: e['to'] as SeenParty });
    else if (o && (e.type === 'asked' || e.type === 'rescheduled')) open.set(key, { ...o, ...stepOf(e) });
  }
  return open;
};

const STEP = ['rung', 'asks', 'askedNow', 'dueAt', 'limitAt'] as const;
const stepOf = (e: SeenEvent): Partial<SeenObligation> =>
  Object.fromEntries(STEP.filter((name) => e[name] !== undefined).map((name) => [name, e[name]]));

const FIELDS = ['opening', 'accountable', 'askedNow', 'dueAt', 'limitAt', 'rung', 'asks'] as const;
const said = (o: SeenObligation): string => JSON.stringify(FIELDS.map((name) => o[name]));

export const readModelAgrees: Check = (seen) =>
  seen.journeys.flatMap((j) => {
    const shown = new Map(openOnes(j).map((o) => [o.key, o]));
    const told = retold(j.events);
    const keys = new Set([...shown.keys(), ...told.keys()]);
    const differ = [...keys].filter((key) => {
      const [a, b] = [shown.get(key), told.get(key)];
      return a === undefined || b === undefined || said(a) !== said(b);
    });
    const ends = j.events.filter((e) => e.type === 'closed' || e.type === 'reopened').at(-1);
    return [
      ...differ.map((key) => `${j.id} shows ${key} otherwise than its evidence tells it`),
      ...((ends?.type === 'closed') === j.closed ? [] : [`${j.id} is not closed as its evidence tells it`]),
    ];
  });

/** An opening's instants at which somebody had to be asked, and the events that asked. */
const laddersOf = (j: SeenJourney): SeenEvent[][] => {
  const ladders = new Map<string, SeenEvent[]>();
  for (const e of j.events.filter((x) => x.type === 'opened' || x.type === 'asked' || x.type === 'ended')) {
    const name = `${String(e['key'])}/${String(e['opening'])}`;
    ladders.set(name, [...(ladders.get(name) ?? []), e]);
  }
  return [...ladders.values()];
};

/** When we heard of what ended a duty: that decides whether it was in time. */
const heard = (j: SeenJourney, { cause, at }: SeenEvent): string =>
  (j.events.find((e) => e.cause === cause && e['receivedAt'] !== undefined)?.['receivedAt'] as string) ?? at;

/** Each ask follows the deadline before it, never comes ahead of it, and none is skipped. */
export const noRungIsSkipped: Check = (seen) =>
  seen.journeys.flatMap((j) =>
    laddersOf(j).flatMap((ladder) =>
      ladder.slice(1).flatMap((e, i) => {
        const before = ladder[i]!;
        const name = `${String(before['key'])} of ${j.id}`;
        const due = before['dueAt'] as string;
        if (e.type === 'ended') {
          const waited = late(due, heard(j, e)) && e['passed'] === undefined;
          return waited ? [`${name} was due at ${due}, and nobody was asked until it ended at ${e.at}`] : [];
        }
        return [
          ...(e['asks'] === (before['asks'] as number) + 1 ? [] : [`${name} skipped an ask at ${e.at}`]),
          ...(e['why'] === 'deadline' && e.at < due ? [`${name} was asked about before ${due}`] : []),
        ];
      }),
    ),
  );

/** By how much each ask came after its deadline, in milliseconds: what an outage cost, as the record itself tells it. */
export const lateness = (journeys: readonly SeenJourney[]): number[] =>
  journeys.flatMap((j) =>
    laddersOf(j).flatMap((ladder) =>
      ladder
        .slice(1)
        .flatMap((e, i) =>
          e.type === 'asked' ? [Date.parse(e.at) - Date.parse(ladder[i]!['dueAt'] as string)] : [],
        ),
    ),
  );
