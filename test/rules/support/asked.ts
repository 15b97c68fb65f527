import type { Directory } from '../../../domain/directory';
import { finding, report } from './builders';
import type { Core } from './core';
import type { CheckedLoop } from './invariants';
import { imaged } from './journeys';
import { rulebook } from './policy';

export const CRITICAL = finding('f1', 'critical');
export const ACK = 'acknowledge:r1';

/** A critical finding of somebody's, under that directory. */
export const critical = (
  core: Core,
  is: Directory,
  asked: Parameters<typeof imaged>[1] = {},
): CheckedLoop => {
  const loop = imaged(core, asked);
  loop.rulebook = rulebook({ directory: is });
  loop.fact('report', report(1, [CRITICAL]));
  return loop;
};

/** Who is asked now, for whom, and why them. */
export const lastAsk = (loop: CheckedLoop, key = ACK) => {
  const { askedNow, insteadOf, because, rung } = loop.duty(key);
  return { asked: askedNow.person, for: insteadOf?.person, because, rung };
};
