/**
 * What people may do about a journey that does not go on. A remedy changes how it runs and what goes out, never what is on
 * record: `replay` begins a new run from evidence, `resume` ends its waits, `redeliver` delivers and sends what is not, `quarantine`
 * sets a row aside that can never be recorded, `correct` sends in another fact in its stead.
 */
export const REMEDIES = ['replay', 'resume', 'redeliver', 'quarantine', 'correct'] as const;
export type Remedy = (typeof REMEDIES)[number];

/** Why, as a closed list: a reason in free words could tell of the patient, and is sealed. */
export const REMEDY_REASONS = [
  'run-lost',
  'run-unfit',
  'code-mended',
  'outage-over',
  'not-delivered',
  'row-unusable',
  'source-corrected',
  'restored',
  'drill',
] as const;
export type RemedyReason = (typeof REMEDY_REASONS)[number];
