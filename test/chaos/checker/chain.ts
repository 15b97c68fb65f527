import { createHash } from 'node:crypto';
import type { Check, SeenEvent } from './seen';

/** Invariant 7: the evidence chain verifies, worked out again by other code than wrote it; and Temporal was told the same. */

/** RFC 8785, as far as evidence needs it: members in order, no space, numbers and strings as ECMAScript writes them. */
const canonical = (value: unknown): string => {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${members.map(([name, inner]) => `${JSON.stringify(name)}:${canonical(inner)}`).join(',')}}`;
};

export const hashOf = (journey: string, { hash: _, previous, ...event }: SeenEvent): string =>
  createHash('sha256').update(canonical({ journey, previous, event })).digest('hex');

export const chainVerifies: Check = (seen) =>
  seen.journeys.flatMap(({ id, events }) => {
    const broken = events.find(
      (e, i) => e.seq !== i + 1 || e.previous !== (events[i - 1]?.hash ?? '') || e.hash !== hashOf(id, e),
    );
    return broken === undefined ? [] : [`the chain of ${id} breaks at event ${broken.seq}`];
  });

export const temporalAgrees: Check = (seen) =>
  seen.journeys.flatMap((j) => {
    if (!j.witness) return [];
    const head = j.events.at(-1)?.hash;
    return [
      ...(j.witness.running === !j.closed ? [] : [`${j.id} is ${j.closed ? 'closed' : 'open'} without us`]),
      ...(j.witness.head === undefined || j.witness.head === head
        ? []
        : [`Temporal was last told another head of the chain of ${j.id}`]),
    ];
  });
