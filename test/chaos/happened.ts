import { lateness } from './checker/duties';
import type { Seen } from './checker/seen';
import { SKEW_SECONDS } from './clock-skew';
import type { Staff } from './staff';
import type { Witnesses } from './witness';

/** What happened, beside what was judged: that the faults really fell into the middle of something. */
export interface Happened {
  /** Tries to which no answer came. */
  unanswered: number;
  /** Inputs that were committed although the answer to that was lost. */
  committedUnanswered: number;
  /** Workflow tasks that a worker had begun and did not complete. */
  abandonedTasks: number;
  /** Mails that say that they may be duplicates. */
  markedDuplicates: number;
  /** Inputs that an API took in whose clock was minutes off. */
  stampedWrongly: number;
  /** Programs that ended although nobody had ended them, and were started again. */
  endedByThemselves: number;
  /** By how much the latest ask came after its deadline, in seconds. */
  latestAskSeconds: number;
}

/** Temporal's number for a workflow task that was begun and never completed. */
const TASK_TIMED_OUT = '8';

export async function happened(seen: Seen, staff: Staff, witnesses: Witnesses): Promise<Happened> {
  const tries = seen.sent.flatMap((sent) => sent.attempts);
  let abandonedTasks = 0;
  for (const { id } of seen.journeys)
    abandonedTasks += (await witnesses.history(id)).types.filter((type) => type === TASK_TIMED_OUT).length;
  return {
    unanswered: tries.filter((end) => end === 'no answer').length,
    committedUnanswered: await committedUnanswered(seen, staff),
    abandonedTasks,
    markedDuplicates: seen.mails.filter((mail) => mail.attempt > 1).length,
    stampedWrongly: stampedWrongly(seen),
    endedByThemselves: staff.places.reduce((sum, place) => sum + place.endedByItself, 0),
    latestAskSeconds: Math.max(0, ...lateness(seen.journeys)) / 1000,
  };
}

/** Kept before the try began that was answered. By Postgres's clock, which nobody has put wrong. */
async function committedUnanswered(seen: Seen, { hospital }: Staff): Promise<number> {
  const again = seen.sent.filter((s) => s.attempts.includes('no answer') && s.answeredTryAt !== undefined);
  const kept = await hospital.postgres.query<{ key: string; at: Date }>(
    'select key, created_at as at from idempotency where key = any($1)',
    [again.map((s) => s.key)],
  );
  const at = new Map(kept.map((row) => [row.key, row.at.getTime()]));
  return again.filter((s) => (at.get(s.key) ?? Infinity) < Date.parse(s.answeredTryAt!)).length;
}

const HALF_MS = (SKEW_SECONDS * 1000) / 2;

/** What was sent says when it happened, and that was a moment ago: it was received at about that time, by a right clock. */
const stampedWrongly = (seen: Seen): number =>
  seen.journeys
    .flatMap((j) => j.events)
    .filter((e) => {
      const { data, receivedAt } = e as { data?: { at?: string }; receivedAt?: string };
      if (data?.at === undefined || receivedAt === undefined) return false;
      return Math.abs(Date.parse(receivedAt) - Date.parse(data.at)) > HALF_MS;
    }).length;
