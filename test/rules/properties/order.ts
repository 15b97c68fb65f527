import * as fc from 'fast-check';
import type { Row } from '../../../domain/inputs';
import type { Core } from '../support/core';
import type { CheckedLoop } from '../support/invariants';
import { SYSTEM } from '../support/builders';
import type { Step } from '../support/steps';
import { step, steps, take } from '../support/steps';
import type { Property } from './property';
import { randomLoop, told } from './property';

/** Operations below this are facts. */
const FACTS = 40;
const factStep: fc.Arbitrary<Step> = fc.tuple(fc.nat(FACTS - 1), fc.nat(63), fc.nat(63));

/** What is known and owed, without what depends on when and how often it was heard. */
const outcome = (loop: CheckedLoop): string => {
  const { state } = loop;
  const lists = [
    state.cancels,
    state.unbooked,
    state.missed,
    state.images,
    state.transfers,
    state.arrivals,
    state.views,
  ];
  const said = [
    ...lists,
    state.reports,
    state.flags,
    state.gpReceipts,
    state.deaths,
    state.holds,
    state.enquiries,
    state.bounces,
  ];
  const duties = loop.open.map((key) => {
    const { kind, category, accountable } = loop.duty(key);
    return [key, kind, category, accountable];
  });
  const facts = said.map((list) => list.map((f) => loop.core.content(f)));
  return JSON.stringify([
    duties,
    loop.closed,
    loop.core.stageOf(state),
    state.request && loop.core.content(state.request),
    facts,
  ]);
};

/** The facts among a loop's rows. A failed delivery speaks of one ask of one loop, and is none. */
const factsOf = (rows: readonly Row[]): Row[] =>
  rows.filter(
    (row) =>
      row.by === SYSTEM &&
      row.type !== 'delivery-failed' &&
      row.type !== 'replan' &&
      row.type !== 'directory',
  );

const send = (loop: CheckedLoop, rows: readonly Row[]): void => {
  for (const { type, data, by, receivedAt, queries } of rows)
    loop.receive(type, data as never, by, { receivedAt, ...(queries ? { queries } : {}) });
};

const shuffled = <T>(list: readonly T[], keys: readonly number[]): T[] =>
  list
    .map((item, i) => [keys[i % keys.length]! * 31 + ((i * (keys[0]! + 7)) % 97), item] as const)
    .sort((a, b) => a[0] - b[0])
    .map(([, item]) => item);

const begun = (core: Core, script: readonly Step[]): CheckedLoop => {
  const loop = randomLoop(core);
  for (const s of script) take(loop, s, 'wild');
  return loop;
};

/** Invariant 8: any order and any duplication of the same facts, after whatever came before, ends the same. */
export const order: Property = {
  share: 3,
  on: (core) =>
    fc.property(
      steps(8),
      fc.array(factStep, { minLength: 2, maxLength: 7, size: 'max' }),
      fc.array(fc.nat(96), { minLength: 4, maxLength: 12 }),
      (before, facts, keys) => {
        const one = begun(core, before);
        const other = begun(core, before);
        const known = one.inbox.length;
        told(one, () => facts.forEach((s) => take(one, s, 'wild')));
        const rows = factsOf(one.inbox.slice(known));
        told(other, () => send(other, shuffled([...rows, ...rows.slice(0, keys.length % 4)], keys)));
        const again = begun(core, before);
        told(again, () => send(again, rows));
        const [a, b] = [outcome(again), outcome(other)];
        if (a !== b)
          throw new Error(
            `in one order:\n${a}\nin another:\n${b}\n${rows.map((r) => JSON.stringify(r)).join('\n')}`,
          );
      },
    ),
};

/** Facts that reach two journeys which are one examination, once merged, are as if they had reached one. */
export const merging: Property = {
  share: 1,
  on: (core) =>
    fc.property(fc.array(step, { minLength: 2, maxLength: 9, size: 'max' }), fc.nat(255), (script, split) => {
      const whole = randomLoop(core);
      told(whole, () => script.forEach(([op, a, b]) => take(whole, [op % FACTS, a, b], 'wild')));
      const rows = factsOf(whole.inbox);
      fc.pre(rows.length > 0);
      const here = (i: number): boolean => ((split >> (i % 8)) & 1) === 0;
      const loser = randomLoop(core);
      send(
        loser,
        rows.filter((_, i) => !here(i)),
      );
      const survivor = randomLoop(core);
      send(
        survivor,
        rows.filter((_, i) => here(i)),
      );
      const facts = loser.events.flatMap((e) =>
        'data' in e ? [{ type: e.type, data: e.data, by: e.by, receivedAt: e.receivedAt, at: e.at }] : [],
      );
      const queries = loser.state.queries.map((q) => q.id);
      told(survivor, () =>
        survivor.receive(
          'absorb',
          { from: 'loser', facts, open: Object.values(loser.state.obligations) },
          SYSTEM,
          { queries },
        ),
      );
      loser.receive('merged', { into: 'survivor' }, SYSTEM);
      if (!loser.closed) throw new Error('the loser did not close');
      const once = randomLoop(core);
      send(once, rows);
      if (outcome(once) !== outcome(survivor))
        throw new Error(`in one:\n${outcome(once)}\nmerged:\n${outcome(survivor)}`);
    }),
};
