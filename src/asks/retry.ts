import type { Category } from '../../domain/vocabulary';

/** Seconds to wait after the first, second, ... failed try; the last one repeats. */
interface Retries {
  waits: readonly [number, ...number[]];
  /** After so many tries it counts as not delivered, and the ladder goes up. Without it there is no such end. */
  tries?: number;
}

/** About a minute and a half: then somebody else, who may be looking at a screen, is worth more than another try. */
const CRITICAL: Retries = { waits: [1, 2, 5, 10, 20, 30], tries: 8 };
/** About eight minutes: a mail server's restart is no reason to wake the next person. */
const ALERT: Retries = { waits: [2, 5, 15, 30, 60], tries: 12 };
/** Tried until the ladder's next ask takes its place: hours or days, in which any outage is mended. */
const ROUTINE: Retries = { waits: [5, 30, 120, 300, 600] };

const retriesFor = (category: Category | null): Retries =>
  category === 'critical' ? CRITICAL : category === null || category === 'routine' ? ROUTINE : ALERT;

/**
 * How long to wait after a temporary failure, or `give-up`.
 * @param attempts tries so far, from 1
 * @param last nobody is above who is asked: trying again is all that is left
 */
export const afterTemporary = (
  category: Category | null,
  attempts: number,
  last: boolean,
): number | 'give-up' => {
  const { waits, tries } = retriesFor(category);
  if (!last && tries !== undefined && attempts >= tries) return 'give-up';
  return waits[Math.min(attempts, waits.length) - 1]!;
};

/** How long the last rung waits after a failure that trying again does not mend: until somebody has mended the directory. */
export const afterPermanent = (attempts: number): number =>
  ROUTINE.waits[Math.min(attempts, ROUTINE.waits.length) - 1]!;
