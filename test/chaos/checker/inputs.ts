import { isDeepStrictEqual } from 'node:util';
import type { Sent } from '../../system/support/sender';
import type { Check, Seen, SeenEvent, SeenJourney } from './seen';
import { inputOf, INTERNAL, rowsOf } from './seen';

/** Invariants 1 and 9: what was acknowledged is there, once, as it was sent; and nothing is there that nobody sent. */

/** Not part of the record, which holds no text and no patient. */
const APART = new Set(['identifiers', 'patient', 'text', 'note']);

/** Whether an event holds what was sent, as it was sent. */
const holds = (event: SeenEvent, { body }: Sent): boolean => {
  if (event.type === 'noted' || event.type === 'refused') return true;
  const data = event['data'] as Record<string, unknown>;
  return Object.entries(body).every(
    ([name, value]) => APART.has(name) || isDeepStrictEqual(data[name], value),
  );
};

const acknowledged = (sent: Sent): boolean => sent.command !== undefined;

const eventOf = (seen: Seen, sent: Sent): { journey?: SeenJourney; event?: SeenEvent; status?: number } => {
  const outcome = seen.outcomes.get(sent.command!);
  const journey = seen.journeys.find((j) => j.id === outcome?.journey);
  const event = journey?.events.find((e) => e.seq === outcome?.event);
  return {
    ...(journey && { journey }),
    ...(event && { event }),
    ...(outcome && { status: outcome.status }),
  };
};

export const nothingAcknowledgedIsLost: Check = (seen) =>
  seen.sent.filter(acknowledged).flatMap((sent) => {
    const { journey, event, status } = eventOf(seen, sent);
    const what = `${sent.type} (command ${sent.command})`;
    if (status === 202) return [`${what} was acknowledged and has no outcome`];
    if (!journey) return [`${what} was acknowledged and is in no journey`];
    if (!event) return [`${what} was acknowledged and is in no event of ${journey.id}`];
    if (inputOf(event) !== sent.type || !holds(event, sent))
      return [`event ${event.seq} of ${journey.id} is not what was sent as ${what}`];
    const said = event.type === 'refused' ? `refused ${String(event['code'])}` : 'recorded';
    const told = sent.end?.code === undefined ? 'recorded' : `refused ${sent.end.code}`;
    return sent.end === undefined || said === told
      ? []
      : [`the sender of ${what} was told "${told}", and ${journey.id} says "${said}"`];
  });

export const nothingIsTakenInTwice: Check = (seen) => {
  const events = seen.sent.filter(acknowledged).map((sent) => {
    const { journey, event } = eventOf(seen, sent);
    return `${journey?.id} ${event?.seq}`;
  });
  const twice = events.filter((e, i) => events.indexOf(e) !== i);
  return twice.map((e) => `two things that were sent are one event: ${e}`);
};

/** received = matched + unmatched: as many rows as were sent, whatever was repeated on the way. */
export const nothingComesFromNowhere: Check = (seen) => {
  const sent = seen.sent.filter(acknowledged).length;
  const rows = seen.journeys.reduce((total, j) => total + rowsOf(j).length, 0);
  return rows === sent ? [] : [`${sent} things were sent and acknowledged, ${rows} were recorded`];
};

/** Each journey's rows, in the order of their numbers, none missing and each recorded in one go, with one event for the input. */
export const rowsAreInOrder: Check = (seen) =>
  seen.journeys.flatMap((j) => {
    const causes = j.events.map((e) => e.cause).filter((c, i, all) => c !== all[i - 1]);
    const again = causes.filter((c, i) => causes.indexOf(c) !== i);
    const rows = causes.filter((c) => c.startsWith('row:')).map((c) => Number(c.slice(4)));
    // What a merge brings along comes in one row of ours, as many inputs as there were.
    const ours = new Set(j.events.filter((e) => INTERNAL.has(inputOf(e))).map((e) => e.cause));
    const inputs = j.events.filter((e) => e['receivedAt'] !== undefined && !ours.has(e.cause));
    const taken = inputs.map((e) => `${e.cause} as ${e.type}`);
    const twice = taken.filter((what, i) => taken.indexOf(what) !== i);
    return [
      ...[...again, ...twice].map((cause) => `${j.id} recorded ${cause} more than once`),
      ...(rows.some((n, i) => n !== i + 1) ? [`${j.id} took its rows in as ${rows.join(', ')}`] : []),
    ];
  });
