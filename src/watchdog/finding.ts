import type { ConcernCode } from '../../domain/vocabulary';

/** What may be done about a finding (docs/OPERATIONS.md). `none`: nothing that software could do; a person must look. */
export const REMEDIES = ['replay', 'resume', 'redeliver', 'quarantine', 'correct', 'none'] as const;
export type Remedy = (typeof REMEDIES)[number];

/** What the watchdog finds. Each code is a concern's too, so that the desk can own it. */
export const FINDING_CODES = [
  'deadline-passed',
  'row-unanswered',
  'rows-undelivered',
  'record-stuck',
  'task-failing',
  'run-missing',
  'ask-unsent',
  'invariant-broken',
  'read-model-apart',
  'worker-away',
  'temporal-away',
] as const satisfies readonly ConcernCode[];
export type FindingCode = (typeof FINDING_CODES)[number];

/** Something that is amiss now. One code and ref are one finding, however often it is seen. Codes, ids and numbers only. */
export interface Finding {
  code: FindingCode;
  /** None where it is about the whole service. */
  journey: string | null;
  /** What it is about: the journey, or within it an ask; of the whole service its part. */
  ref: string;
  /** In plain words, for whoever has to explain or mend it. */
  reason: string;
  remedy: Remedy;
}

/** While one of these is open it explains whatever else stands still: single journeys are found, and not owned one by one. */
export const EXPLAINS_ALL: readonly FindingCode[] = ['temporal-away', 'worker-away'];

export const keyOf = ({ code, ref }: Pick<Finding, 'code' | 'ref'>): string => `${code}:${ref}`;

/**
 * How long something may take before it is amiss, in milliseconds. A sweep comes on top: together they are the limits within
 * which each is found, as docs/OPERATIONS.md states them.
 */
export interface Limits {
  /** How often everything is looked at. */
  sweepMs: number;
  /** A deadline is recorded, or a row's outcome, or a record succeeds. Longer than what a killed worker costs (10 s). */
  lateMs: number;
  /** Rows that were never handed over, while others are: a backlog drains, and is no fault. */
  undeliveredMs: number;
  /** An ask that fails again and again: longer than a mail server's restart. */
  askFailingMs: number;
  /** Temporal, or every worker, is gone. */
  awayMs: number;
  /** How often Temporal's open runs are counted against open journeys. */
  countMs: number;
}

const SECOND = 1_000;
const MINUTE = 60 * SECOND;

export const LIMITS: Limits = {
  sweepMs: MINUTE,
  lateMs: 2 * MINUTE,
  undeliveredMs: 5 * MINUTE,
  askFailingMs: 15 * MINUTE,
  awayMs: 2 * MINUTE,
  countMs: 60 * MINUTE,
};

/** "3 minutes", for a reason. */
export const since = (ms: number): string => {
  const [n, unit] =
    ms < 2 * MINUTE
      ? [ms / SECOND, 'second']
      : ms < 120 * MINUTE
        ? [ms / MINUTE, 'minute']
        : [ms / (60 * MINUTE), 'hour'];
  const whole = Math.floor(n);
  return `${whole} ${unit}${whole === 1 ? '' : 's'}`;
};
