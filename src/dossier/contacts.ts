import type { JourneyEvent } from '../../domain/events';
import type { Instant } from '../../domain/vocabulary';
import { sentenceOf } from './sentences';
import type { Words } from './words';

/** What passed between the hospital and the patient, their family, or their GP's practice. */
export interface Contact {
  with: 'patient' | 'gp';
  /** When it happened, by whoever recorded it. */
  at: Instant;
  recordedAt: Instant;
  what: string;
  seq: number;
}

const WITH: Readonly<Partial<Record<JourneyEvent['type'], Contact['with']>>> = {
  tell: 'patient',
  bounced: 'patient',
  enquiry: 'patient',
  answer: 'patient',
  'gp-receipt': 'gp',
};

export const contactsOf = (events: readonly JourneyEvent[], w: Words): Contact[] =>
  events.flatMap((e) => {
    const partner = WITH[e.type];
    if (partner === undefined || !('data' in e)) return [];
    const at = 'at' in e.data && typeof e.data.at === 'string' ? e.data.at : e.at;
    return [{ with: partner, at, recordedAt: e.at, what: sentenceOf(e, w), seq: e.seq }];
  });
