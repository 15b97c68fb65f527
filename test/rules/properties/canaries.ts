import * as fc from 'fast-check';
import { CANARY_PREFIX, canaryDirectory, canaryId } from '../../../domain/canary';
import type { Policy } from '../../../domain/policy';
import { ROLE_KEYS } from '../../../domain/vocabulary';
import { after } from '../support/builders';
import { DIRECTORY, PATIENT } from '../support/policy';
import { steps, take } from '../support/steps';
import type { Property } from './property';
import { randomLoop, told } from './property';

const ROLES = ROLE_KEYS.filter((role) => role !== 'admin' && role !== 'system');
const CANARY = canaryDirectory([...ROLES.map(canaryId), `${CANARY_PREFIX}mail`], ROLES);

/** Ladders that name roles at random before the desk. */
const naming = (roles: readonly number[]): Policy => ({
  ...PATIENT,
  ladders: Object.fromEntries(
    Object.entries(PATIENT.ladders).map(([name, { rungs }]) => [
      name,
      {
        rungs: rungs.map((rung, i) =>
          i === rungs.length - 1 ? rung : { ...rung, ask: ROLES[roles[i % roles.length]! % ROLES.length]! },
        ),
      },
    ]),
  ),
});

/** In a canary no real person is asked: whatever role the policy names, and whoever is named in what comes in. */
export const canaries: Property = {
  share: 1,
  on: (core) =>
    fc.property(
      fc.boolean(),
      fc.array(fc.nat(63), { minLength: 1, maxLength: 4 }),
      steps(14),
      (orderly, roles, script) => {
        const loop = randomLoop(core, 'canary');
        const policy = naming(roles);
        loop.rulebook = {
          ...loop.rulebook,
          policy,
          today: { policy, hash: 'today' },
          directory: { ...DIRECTORY, canary: CANARY },
        };
        told(loop, () => {
          for (const step of script) take(loop, step, orderly ? 'orderly' : 'wild');
          loop.until(after(loop.now, '9d'));
          for (const e of loop.events)
            if ((e.type === 'asked' || e.type === 'opened') && !e.askedNow.person.startsWith(CANARY_PREFIX))
              throw new Error(`${e.askedNow.person} was asked about ${e.key} of a canary`);
        });
      },
    ),
};
