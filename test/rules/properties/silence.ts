import * as fc from 'fast-check';
import type { Instant } from '../../../domain/vocabulary';
import { after } from '../support/builders';
import { steps, take } from '../support/steps';
import type { Property } from './property';
import { lastDue, randomLoop, told } from './property';

const DAYS = 45;

const isOffer = (key: string): boolean => key.startsWith('accept-handover:');

/**
 * Invariant 3: whatever came before, if from now on nobody does anything, every open duty is asked about at its
 * deadline, rung by rung, reaches the desk, and is asked again and again; and nobody else comes to answer for it. An offer
 * that nobody answers ends at its deadline.
 */
export const silence: Property = {
  share: 1,
  on: (core) =>
    fc.property(fc.boolean(), steps(10), (orderly, script) => {
      const loop = randomLoop(core);
      told(loop, () => {
        for (const step of script) take(loop, step, orderly ? 'orderly' : 'wild');
        loop.catchUp();
        // An offer has one deadline and no ladder.
        const open = loop.open.filter((key) => !isOffer(key));
        const offers = Object.values(loop.state.obligations).filter((o) => isOffer(o.key));
        const dues = new Map<string, Instant>(
          Object.values(loop.state.obligations).map((o) => [o.key, o.dueAt]),
        );
        const heard = loop.events.length;
        loop.until(after(lastDue(loop), `${DAYS}d`));
        if (loop.open.join() !== open.join()) throw new Error(`${open} came to be ${loop.open} by silence`);
        for (const o of offers)
          if (loop.ended(o.key).at !== o.dueAt) throw new Error(`${o.key} did not end at ${o.dueAt}`);
        const asked = loop.events.slice(heard).filter((e) => e.type === 'asked');
        for (const e of asked) {
          if (e.why === 'deadline' && e.at !== dues.get(e.key))
            throw new Error(`${e.key} was due at ${dues.get(e.key)}, not ${e.at}`);
          dues.set(e.key, e.dueAt);
        }
        for (const key of open) {
          const desk = asked.filter((e) => e.key === key && e.askedNow.role === 'desk');
          if (desk.length < 3)
            throw new Error(`the desk was asked about ${key} ${desk.length} times in ${DAYS} days`);
        }
      });
    }),
};
