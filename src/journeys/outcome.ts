import type { JourneyEvent } from '../../domain/events';
import type { Journey } from '../../domain/journey';
import type { RefusalCode } from '../../domain/refusals';

/** What became of an inbox row. */
export interface Outcome {
  result: 'recorded' | 'duplicate' | 'refused';
  code?: RefusalCode;
  /** The event that holds it. */
  event: number;
  /** The journey's clinical version after it (its ETag). */
  clinical: number;
  /** Where the journey was merged into another. */
  mergedInto?: string;
}

/** The outcome of the cause that these events were recorded for. */
export const outcomeOf = (events: readonly JourneyEvent[], after: Journey): Outcome => {
  const first = events[0]!;
  return {
    result: first.type === 'refused' ? 'refused' : first.type === 'noted' ? 'duplicate' : 'recorded',
    ...(first.type === 'refused' ? { code: first.code } : {}),
    event: first.seq,
    clinical: after.clinical,
    ...(after.mergedInto === undefined ? {} : { mergedInto: after.mergedInto }),
  };
};
