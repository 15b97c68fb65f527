import { noAskTwice, noMailWithoutItsAsk, whoIsAskedIsReached } from './asks';
import { chainVerifies, temporalAgrees } from './chain';
import {
  dutiesEndByTheirVersion,
  everyVersionIsOwed,
  nothingClosesByItself,
  storiesEndAsTold,
} from './closing';
import { noRungIsSkipped, readModelAgrees, somebodyOwes } from './duties';
import {
  nothingAcknowledgedIsLost,
  nothingComesFromNowhere,
  nothingIsTakenInTwice,
  rowsAreInOrder,
} from './inputs';
import type { Check, Seen, Violation } from './seen';

/**
 * The invariants, judged from outside: by what was sent, what the public API says and what came by mail. The numbers are
 * those of docs/ARCHITECTURE.md.
 */
export const CHECKS: Readonly<Record<string, Check>> = {
  '1 nothing acknowledged is lost': nothingAcknowledgedIsLost,
  '1 nothing is taken in twice': nothingIsTakenInTwice,
  '1 rows are recorded in order, once': rowsAreInOrder,
  '2 somebody owes, somebody is asked, and the deadline lives': somebodyOwes,
  '3 no rung is skipped': noRungIsSkipped,
  '3 who is asked is reached': whoIsAskedIsReached,
  '4 nothing closes by itself': nothingClosesByItself,
  '4 stories end as they were told': storiesEndAsTold,
  '5 duties end by what was done about their version': dutiesEndByTheirVersion,
  '5 every version is owed': everyVersionIsOwed,
  '6 no ask twice': noAskTwice,
  '6 no mail without its ask': noMailWithoutItsAsk,
  '7 the chain verifies': chainVerifies,
  '7 the read model agrees with the evidence': readModelAgrees,
  '7 Temporal agrees with the evidence': temporalAgrees,
  '9 nothing comes from nowhere': nothingComesFromNowhere,
};

/** Every invariant that does not hold, each with what is wrong. */
export const judge = (seen: Seen): Record<string, Violation[]> =>
  Object.fromEntries(
    Object.entries(CHECKS)
      .map(([name, check]) => [name, check(seen)] as const)
      .filter(([, violations]) => violations.length > 0),
  );
