import * as fc from 'fast-check';
import type { InputType, Inputs } from '../../../domain/inputs';
import type { Core } from '../support/core';
import { after, finding, report, request, SYSTEM, T0 } from '../support/builders';
import { CheckedLoop } from '../support/invariants';
import { PATIENT, POLICY } from '../support/policy';
import type { Property } from './property';
import { told } from './property';

/** A RIS that was dark for three weeks sends everything, in any order, within the time that policy gives to arrears. */

type Message = [type: InputType, data: Inputs[InputType]];

const reported = (at: string, ...of: Parameters<typeof report>): Message => [
  'report',
  { ...report(...of), at },
];

/** One examination of those weeks: how far it came. */
const STORIES: readonly Message[][] = [
  [['request', request()]],
  [
    ['request', request({ priority: 'urgent' })],
    ['cancel', { at: after(T0, '1d') }],
  ],
  [
    ['request', request()],
    ['unbooked', { at: after(T0, '2d') }],
  ],
  [
    ['request', request()],
    ['images', { at: after(T0, '2d') }],
  ],
  [['images', { at: after(T0, '2d') }]],
  [
    ['request', request({ setting: 'inpatient' })],
    ['images', { at: after(T0, '1d') }],
    reported(after(T0, '3d'), 1, [finding('f1', 'routine')]),
  ],
  [
    ['request', request()],
    ['images', { at: after(T0, '1d') }],
    reported(after(T0, '2d'), 1, [], { status: 'preliminary' }),
    reported(after(T0, '3d'), 2, [finding('f1', 'critical')]),
  ],
];

const NOW = after(T0, '21d');
const ARREARS = { duration: 'PT1H', clock: 'elapsed', source: 'test' } as const;
const policy = { ...PATIENT, arrears: ARREARS };

const dark = (core: Core): CheckedLoop => {
  const loop = new CheckedLoop(core, { rulebook: { policy, today: { policy, hash: 'today' } } });
  loop.now = NOW;
  return loop;
};

/** What is owed in the end, without when it was heard. */
const owed = (loop: CheckedLoop): string =>
  JSON.stringify(loop.open.map((key) => [key, loop.duty(key).accountable, loop.duty(key).limitAt]));

/** What was asked about a duty, in this loop: how often until now. */
const asksOf = (loop: CheckedLoop, key: string): number => loop.asks(key).length;

/**
 * Any order ends in the same duties; about what its own messages make needless nobody is asked; what stays is asked about once
 * when the time is over, late as it is, and not once for each rung that was missed; and a critical finding at once.
 */
export const backlog: Property = {
  share: 1,
  on: (core) =>
    fc.property(
      fc.constantFrom(...STORIES),
      fc.array(fc.tuple(fc.nat(999), fc.nat(13)), { minLength: 6, maxLength: 6 }),
      (story, keys) => {
        const orderly = dark(core);
        story.forEach(([type, data]) => orderly.receive(type, data, SYSTEM));
        const loop = dark(core);
        const shuffled = story
          .map((message, i) => [keys[i]!, message] as const)
          .sort(([[a]], [[b]]) => a - b);
        told(loop, () => {
          for (const [[, minutes], [type, data]] of shuffled) {
            loop.receive(type, data, SYSTEM);
            loop.catchUp();
            loop.wait(`${minutes}m`);
          }
          if (owed(loop) !== owed(orderly)) throw new Error(`${owed(loop)}\nin order:\n${owed(orderly)}`);
          for (const e of loop.events.filter((e) => e.type === 'ended'))
            if (!isAtOnce(e.key) && asksOf(loop, e.key) > 0)
              throw new Error(`${e.key} was asked about, and the backlog has ended it`);
          loop.until(after(loop.now, '1h'));
          for (const key of loop.open) {
            const asks = asksOf(loop, key);
            const { category, limitAt } = loop.duty(key);
            if (category === 'critical' && asks === 0) throw new Error(`${key} was held back`);
            if (limitAt < NOW && asks === 0)
              throw new Error(`${key} is past its limit and was not asked about`);
            if (category !== 'critical' && asks > (isAtOnce(key) ? 2 : 1))
              throw new Error(`${key} was asked about ${asks} times`);
          }
        });
      },
    ),
};

/** Kinds that policy asks about when they open: what is owed then is a decision, not a wait. */
const isAtOnce = (key: string): boolean =>
  POLICY.rules.some((rule) => rule.asks === 'on-opening' && key.startsWith(rule.kind));
