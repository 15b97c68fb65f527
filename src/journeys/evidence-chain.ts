import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import type { JourneyEvent } from '../../domain/events';

/** An event with its place in the journey's chain. */
export interface Link {
  event: JourneyEvent;
  previous: string;
  hash: string;
}

/**
 * One link's hash: SHA-256 over the RFC 8785 canonical JSON of the journey's id, the previous hash and the event. Anybody
 * with the events can work it out again; changing, dropping or reordering one changes every hash after it.
 */
export const linkHash = (journey: string, previous: string, event: object): string =>
  createHash('sha256')
    .update(canonicalize({ journey, previous, event }) ?? '')
    .digest('hex');

/** Events chained on after `head`; the chain of an empty journey starts from the empty string. */
export const chain = (journey: string, head: string, events: readonly JourneyEvent[]): Link[] => {
  let previous = head;
  return events.map((event) => {
    const link = { event, previous, hash: linkHash(journey, previous, event) };
    previous = link.hash;
    return link;
  });
};
