import { z } from 'zod';
import { REMEDIES, REMEDY_REASONS } from '../../domain/inputs';
import { ROLE_KEYS } from '../../domain/vocabulary';
import { paging } from '../api/paging';
import { PROBLEMS } from '../api/problems';
import type { ProblemCode } from '../api/problems';
import { id, note, uuid } from '../api/schemas/common';
import { FACTS_TO_CORRECT, wouldView } from './kind';

/** Journeys in one remedy: each is looked at, and replayed, while somebody waits for the answer. */
export const MOST = 50;

export const remedyBody = z
  .strictObject({
    remedy: z.enum(REMEDIES),
    journeys: z.array(uuid).min(1).max(MOST).optional(),
    finding: id
      .optional()
      .describe(`Instead of journeys: those that have an open finding of this code, the oldest ${MOST}`),
    reason: z.enum(REMEDY_REASONS),
    note: note.describe('In free words; sealed'),
    dry: z.boolean().default(false).describe('Say what would happen, and do nothing'),
    force: z.boolean().default(false).describe('Replay although the run is sound'),
    row: z.int().min(1).optional().describe('The inbox row to set aside or to correct'),
    correction: z
      .strictObject({ type: FACTS_TO_CORRECT, data: z.record(z.string(), z.unknown()) })
      .optional()
      .describe('The fact that comes in the stead of the row, as its own route takes it'),
  })
  .refine(({ journeys, finding }) => (journeys === undefined) !== (finding === undefined), {
    path: ['journeys'],
    message: 'name journeys or a finding, not both',
  })
  .refine(({ remedy, correction }) => (remedy === 'correct') === (correction !== undefined), {
    path: ['correction'],
    message: 'goes with the remedy correct, and only with it',
  })
  .refine(
    ({ remedy, row, journeys }) => remedy !== 'correct' || (row !== undefined && journeys?.length === 1),
    {
      path: ['row'],
      message: 'a correction names one journey and one row of it',
    },
  )
  .meta({ title: 'Remedy' });
export type RemedyBody = z.output<typeof remedyBody>;

const refused = z.enum(Object.keys(PROBLEMS) as [ProblemCode, ...ProblemCode[]]);

/** One journey of a dry run. */
export const foreseenItem = z.object({
  journey: z.string(),
  critical: z.boolean().describe('A duty of the category critical is open: a second person must approve'),
  would: wouldView.optional(),
  refused: refused.optional(),
});
export const foreseenView = z.object({
  remedy: z.enum(REMEDIES),
  secondPerson: z.boolean(),
  items: z.array(foreseenItem),
});

const party = z.object({ person: z.string(), role: z.enum(ROLE_KEYS) });
export const remedyView = z.object({
  id: z.string(),
  remedy: z.enum(REMEDIES),
  reason: z.enum(REMEDY_REASONS),
  status: z.enum(['waiting', 'applied']).describe('`waiting`: for a second person'),
  asked: party,
  askedAt: z.string(),
  approved: party.optional(),
  approvedAt: z.string().optional(),
  items: z
    .array(
      z.object({
        journey: z.string(),
        critical: z.boolean(),
        command: z.string().optional().describe('The row in its inbox that tells of it'),
        did: wouldView.optional(),
        refused: refused.optional(),
      }),
    )
    .describe('One with neither `did` nor `refused` was not come to: ask for it again'),
});
export type RemedyView = z.output<typeof remedyView>;

export const remediesQuery = z.strictObject({
  remedy: z.enum(REMEDIES).optional(),
  status: z.enum(['waiting', 'applied']).optional(),
  journey: uuid.optional(),
  ...paging,
});
export type RemediesQuery = z.output<typeof remediesQuery>;
