/**
 * Canaries are no patient's: whatever lists or counts journeys leaves them out, by this condition on `journey j`. It also holds
 * where there is no journey.
 */
export const NO_CANARY = `j.subject is distinct from 'canary'`;
