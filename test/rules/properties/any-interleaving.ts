import * as fc from 'fast-check';
import { steps, take } from '../support/steps';
import type { Property } from './property';
import { randomLoop, told } from './property';

/** DESIGN section 3, (2), (3), (4), (7), after every cause of any interleaving of facts, acts, deadlines and silences. */
export const anyInterleaving: Property = {
  share: 4,
  on: (core) =>
    fc.property(fc.boolean(), steps(16), (orderly, script) => {
      const loop = randomLoop(core);
      told(loop, () => {
        for (const step of script) take(loop, step, orderly ? 'orderly' : 'wild');
        loop.checkFold();
      });
    }),
};
