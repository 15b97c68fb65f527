import type { Actor, FactType, Facts, InputType, Inputs } from '../../domain/inputs';
import { isAlert } from '../../domain/obligation';
import type { Instant } from '../../domain/vocabulary';

/** What came so long after it happened can wait for what happens now: its sender was down, or sends its archive. */
const BEHIND_MS = 3_600_000;

/**
 * Facts that may wait their turn. Never a person's command, a call about a finding, a death, a hold, or what a patient asks;
 * nor a report with an alert finding, nor an emergency: a critical finding three weeks old is three weeks late already.
 */
const MAY_WAIT: { [T in FactType]?: (fact: Facts[T]) => boolean } = {
  request: ({ priority }) => priority !== 'emergency',
  cancel: () => true,
  unbooked: () => true,
  'did-not-attend': () => true,
  images: () => true,
  transfer: () => true,
  'transfer-received': () => true,
  viewed: () => true,
  // One without a list of findings cannot be judged, and goes with what is live.
  report: ({ findings }) =>
    Array.isArray(findings) && !findings.some(({ category, expected }) => isAlert(category) && !expected),
  'gp-receipt': () => true,
};

/** Whether something belongs to a backlog: a source system's fact, long past, that nobody is harmed by waiting for. */
export const isBehind = (
  type: InputType,
  data: Omit<Inputs[InputType], 'note' | 'text'>,
  by: Actor,
  receivedAt: Instant,
): boolean => {
  if (by.role !== 'system') return false;
  const mayWait = (MAY_WAIT as Partial<Record<InputType, (fact: never) => boolean>>)[type];
  if (mayWait?.(data as never) !== true) return false;
  return Date.parse(receivedAt) - Date.parse((data as { at: Instant }).at) > BEHIND_MS;
};
