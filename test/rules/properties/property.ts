import * as fc from 'fast-check';
import type { Core } from '../support/core';
import { CheckedLoop } from '../support/invariants';
import type { Instant, Subject } from '../../../domain/vocabulary';
import { PATIENT } from '../support/policy';

/** A property of the core: how it is tried on one core, and its share of all runs. */
export interface Property {
  share: number;
  on: (core: Core) => fc.IRawProperty<unknown, false>;
}

/** Says what happened, where a property fails. */
export const told = (loop: CheckedLoop, check: () => void): void => {
  try {
    check();
  } catch (error) {
    const journal = loop.events.map(
      (e) =>
        `${e.seq} ${e.at} ${e.cause} ${JSON.stringify({ ...e, seq: undefined, at: undefined, cause: undefined })}`,
    );
    throw new Error(`${(error as Error).message}\n${journal.join('\n')}`, { cause: error });
  }
};

/** A loop for random journeys. */
export const randomLoop = (core: Core, subject: Subject = 'examination'): CheckedLoop =>
  new CheckedLoop(core, { subject, rulebook: { policy: PATIENT } });

/** When the last of the open duties is asked about next: the review after this one falls due in a year. */
export const lastDue = (loop: CheckedLoop): Instant =>
  [loop.now, ...loop.open.map((key) => loop.duty(key).dueAt)].sort().at(-1)!;
