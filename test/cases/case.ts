import type { ObligationKind } from '../../domain/vocabulary';
import type { Clinic } from './clinic';
import type { Examination } from './examination';

/** How a case ended with the failsafe, best first. What the report's people went through is the measure. */
export const OUTCOMES = ['prevented', 'shortened', 'surfaced on review', 'not detectable'] as const;
export type Outcome = (typeof OUTCOMES)[number];

/** What the specification expects of a case; a worse outcome, or fewer days, fails the run. */
export interface Expected {
  outcome: Outcome;
  /** For `shortened`: by how many whole days at least. */
  days?: number;
}

/**
 * The harm's own clock, from the fact that was let lie. Both are durations, and both say where they come from: the
 * failsafe is judged by what the patient needed, not by its own limits.
 */
export interface Harm {
  /** Until then waiting did no harm. `PT0S` where every day did. */
  growsAfter: string;
  /** The failsafe's first step must have come by then, whatever the outcome. */
  stepInBy: string;
  why: string;
}

/** What the judge needs to know of a played case: what was let lie, by whom, since when, and until when in reality. */
export interface Story {
  examination: Examination;
  /** When the clock of what went wrong started: the film was taken, the report verified. */
  since: string;
  /** When somebody acted in reality; left out where nobody ever did. */
  acted?: string;
  /** The kinds of duty that the people of the case left undone. */
  undone: ObligationKind[];
  /** Who let it lie. Asking them again is a reminder, not a step. */
  letItLie: string[];
}

export interface Case {
  /** The specification's id; a part has a suffix. */
  id: string;
  title: string;
  /** What happened in reality, in our own words. */
  happened: string;
  expected: Expected;
  harm: Harm;
  /** The script's first day. Where the report gives no date, the day is ours. */
  begins: { day: string; on?: 'a bank holiday' };
  /** People do, and fail to do, what they did. */
  play(clinic: Clinic): Promise<Story[]>;
  /** The same with everybody doing their part: it must end closed and quiet. */
  twin(clinic: Clinic): Promise<Examination[]>;
}

/** A case of the specification that is not played yet. */
export interface NotYet {
  id: string;
  title: string;
  /** What it waits for. */
  waitsFor: string;
}
