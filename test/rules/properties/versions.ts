import * as fc from 'fast-check';
import type { CheckedLoop } from '../support/invariants';
import { Model } from '../support/model';
import { steps, take } from '../support/steps';
import type { Property } from './property';
import { randomLoop, told } from './property';

/**
 * Invariants 4 and 5, against a second working out of what must be owed: an acknowledgement, a plan and a telling
 * hold for the version that they saw and for no other, nothing closes before all of it is done, and nothing more is asked.
 */
export const versions: Property = {
  share: 3,
  on: (core) =>
    fc.property(steps(18), (script) => {
      const loop = randomLoop(core);
      const model = new Model();
      let heard = 0;
      told(loop, () => {
        for (const step of script) {
          take(loop, step, 'orderly');
          for (; heard < loop.inbox.length; heard++) {
            const row = loop.inbox[heard]!;
            const held = loop.events.find((e) => e.cause === `row:${row.n}`)!;
            model.heard(row, held.type === row.type ? 'recorded' : 'duplicate', held.seq);
          }
          compare(loop, model);
        }
      });
    }),
};

const compare = (loop: CheckedLoop, model: Model): void => {
  const waived = new Set(
    loop.events.flatMap((e) => (e.type === 'ended' && e.how === 'waived' ? [e.key] : [])),
  );
  const owed = model.owed().filter((key) => !waived.has(key));
  const missing = owed.filter((key) => !loop.open.includes(key));
  if (missing.length > 0) throw new Error(`${missing} must be owed; open are ${loop.open}`);
  const owing = new Set(model.owed());
  const needless = loop.open.filter((key) => model.knows(key) && !owing.has(key));
  if (needless.length > 0) throw new Error(`${needless} need not be owed; owed are ${[...owing]}`);
  if (!loop.closed) return;
  const decided = model.lastDecision === 'not-needed' || waived.size > 0;
  if (!model.imaged && !decided) throw new Error('closed without an image and without a decision');
};
