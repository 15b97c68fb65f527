import * as fc from 'fast-check';
import { steps, take } from '../support/steps';
import type { Property } from './property';
import { randomLoop, told } from './property';
import type { Subject } from '../../../domain/vocabulary';

const SUBJECTS: Readonly<Record<number, Subject>> = { 5: 'feed', 6: 'service', 7: 'unmatched' };

/** Invariants 2, 3, 4, 7, after every cause of any interleaving of facts, acts, deadlines and silences. */
export const anyInterleaving: Property = {
  share: 4,
  on: (core) =>
    fc.property(fc.boolean(), fc.nat(7), steps(16), (orderly, subject, script) => {
      const loop = randomLoop(core, SUBJECTS[subject] ?? 'examination');
      told(loop, () => {
        for (const step of script) take(loop, step, orderly ? 'orderly' : 'wild');
        loop.checkFold();
      });
    }),
};
