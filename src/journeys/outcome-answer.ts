import { z } from 'zod';
import { isCommand } from '../../domain/inputs';
import { SUBJECTS } from '../../domain/vocabulary';
import { Answer } from '../api/answer';
import { etag } from '../api/headers';
import type { Ticket } from '../api/idempotency';
import { commandPath, journeyPath } from '../api/paths';
import { Problem } from '../api/problems';
import type { Outcome } from './outcome';

/** What the sender of a fact or command is told. */
export const outcomeView = z
  .object({
    command: z.string().describe('The id under which the outcome is found at /api/v1/commands/{command}'),
    journey: z.string(),
    subject: z
      .enum(SUBJECTS)
      .describe('`unmatched` where the desk must find out which examination it belongs to'),
    result: z
      .enum(['recorded', 'duplicate', 'kept', 'waiting'])
      .describe('`kept`: it could not be worked out, and the failsafe desk has been asked to look'),
    created: z.boolean().describe('A journey was opened for it'),
    event: z.int().optional().describe('The event that holds it'),
    version: z.int().optional().describe('The journey’s clinical version after it; its ETag'),
    mergedInto: z.string().optional().describe('The journey that this one was merged into'),
  })
  .meta({ title: 'Outcome' });

/**
 * Recorded: 201 or 200. Refused: the refusal's own problem. Neither yet: 202, with the address of the outcome.
 * @param recorded the status of what was recorded
 */
export const outcomeAnswer = (
  ticket: Omit<Ticket, 'waitMs'>,
  outcome: Outcome | undefined,
  recorded: 200 | 201 = ticket.created ? 201 : 200,
): Answer => {
  const { id: command, journey, created, subject, type } = ticket;
  if (!outcome) {
    const headers = { location: commandPath(command), 'retry-after': '1' };
    return new Answer(202, { command, journey, subject, created, result: 'waiting' }, headers);
  }
  const { code, event, clinical: version, mergedInto } = outcome;
  const headers = { location: journeyPath(journey), etag: etag(version) };
  // A fact is never refused: what could not be worked out is kept, and owned.
  const result = outcome.result === 'refused' && !isCommand(type) ? 'kept' : outcome.result;
  if (result === 'refused')
    throw new Problem(code!, { headers, recorded: { journey, command, event, version } });
  const merged = mergedInto === undefined ? {} : { mergedInto };
  return new Answer(
    recorded,
    { command, journey, subject, created, result, event, version, ...merged },
    headers,
  );
};
