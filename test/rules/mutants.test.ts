import * as fc from 'fast-check';
import { EXAMPLES } from './examples';
import { MUTANTS } from './mutants';
import { PROPERTIES } from './properties';
import type { Core } from './support/core';
import { mutated } from './support/mutant';

/** Tests are evidence: each rule of the core is taken away, and something must turn red. */

const examples = Object.values(EXAMPLES).flatMap((group) => Object.entries(group));

const fails = (check: () => void): boolean => {
  try {
    check();
    return false;
  } catch {
    return true;
  }
};

/** What turns red: an example, else a property. A seed makes sure that a mutant does not survive now and then. */
const killer = (core: Core): string | undefined => {
  const example = examples.find(([, run]) => fails(() => run(core)));
  const property = (): string | undefined =>
    Object.keys(PROPERTIES).find(
      (name) => fc.check(PROPERTIES[name]!.on(core), { numRuns: 500, seed: 1, endOnFailure: true }).failed,
    );
  return example ? example[0] : property();
};

describe.each(Object.entries(MUTANTS))('%s', (_, mutants) => {
  it.each(mutants.map((mutant) => [mutant.name, mutant] as const))('%s', (_name, mutant) => {
    expect(killer(mutated(mutant))).toBeDefined();
  });
});
