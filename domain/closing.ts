import type { Journey } from './journey';
import type { Obligation } from './obligation';
import { nextInstant, risk } from './obligation';
import { hasImages, isExamination } from './known';
import { hasEnded } from './pathway';
import { finalReport, live, standing } from './reports';
import type { Stage } from './vocabulary';

/** Closed: something was recorded, nothing is owed, and the journey has reached one of the ends that docs/ARCHITECTURE.md names. */
export const closed = (j: Journey): boolean => j.closed;

/** Whether the journey may close now. */
export const mayClose = (j: Journey): boolean =>
  j.seq > 0 && Object.keys(j.obligations).length === 0 && hasEnded(j);

/** The open obligation whose deadline comes first; at one instant the more dangerous, then by key. */
export const nextObligation = (j: Journey): Obligation | undefined =>
  Object.values(j.obligations).sort(byDeadline)[0];

/** Plain string comparison: a locale's rules would differ between two Node versions, and a replay with them. */
const byDeadline = (a: Obligation, b: Obligation): number => {
  if (nextInstant(a) !== nextInstant(b)) return nextInstant(a) < nextInstant(b) ? -1 : 1;
  return risk(a.category) - risk(b.category) || (a.key < b.key ? -1 : 1);
};

/** How far it has come, for lists. */
export const stageOf = (j: Journey): Stage => {
  if (j.seq === 0) return 'received';
  if (j.closed) return 'closed';
  if (!isExamination(j)) return 'resolving';
  const open = Object.values(j.obligations).map((o) => o.kind);
  if (open.includes('acknowledge')) return 'acknowledging';
  if (finalReport(j) || j.evaluation) {
    if (open.includes('plan') || open.includes('complete')) return 'acting';
    if (open.includes('tell-patient') || open.includes('tell-gp')) return 'telling';
    return 'resolving';
  }
  if (hasImages(j)) return 'reporting';
  return open.includes('vet') || open.includes('clarify') ? 'vetting' : 'imaging';
};

/** The most dangerous category that stands in the journey, for lists. */
export const categoryOf = (j: Journey): string | undefined =>
  live(j)
    .map((i) => i.category)
    .sort((a, b) => risk(a) - risk(b))[0];

/** Images that somebody has looked at and nobody has reported: shown as such wherever the journey is shown (C09). */
export const unreported = (j: Journey): boolean => hasImages(j) && standing(j) === undefined && !j.evaluation;
