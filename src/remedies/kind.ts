import type { EntityManager } from 'typeorm';
import { z } from 'zod';
import { FACT_TYPES } from '../../domain/inputs';
import type { Actor, FactType, Inputs, Sealed } from '../../domain/inputs';
import type { Instant } from '../../domain/vocabulary';
import { owedView } from './owed';
import { runLook } from './run-look';

/** What a remedy would do to one journey, and afterwards what it did. */
export const wouldView = z.object({
  run: runLook.optional(),
  owes: owedView.optional(),
  newRun: z.boolean().optional().describe('A new run begins from evidence'),
  ends: z.string().optional().describe('The run that is ended for it'),
  rows: z.int().optional().describe('Inbox rows that are delivered now'),
  asks: z.int().optional().describe('Unsent asks that are tried now'),
  again: z
    .array(z.object({ channel: z.string(), attempts: z.int() }))
    .optional()
    .describe('Asks that failed and go out again, marked'),
  stuck: z.int().optional().describe('Causes that wait to be recorded'),
  row: z.int().optional().describe('The inbox row that is set aside or corrected'),
  type: z.string().optional().describe('What that row is'),
  reason: z.string().optional().describe('Why that row could not be recorded'),
});
export type Would = z.output<typeof wouldView>;

/** Another fact in the stead of one that could not be used. */
export interface Correction {
  type: FactType;
  /** As its own route takes it. */
  data: object;
}
export const FACTS_TO_CORRECT = z.enum(FACT_TYPES);

/** What was said with the remedy, beside its reason. */
export interface Options {
  force: boolean;
  row?: number | undefined;
  /** Sealed while it waits for a second person. */
  correction?: { type: FactType; sealed?: Sealed } | undefined;
}

/** One remedy, as it is applied to one journey. */
export interface Applying {
  options: Options;
  correction?: Correction;
  /** Who asked for it. */
  by: Actor;
  at: Instant;
}

/** One of the five remedies. */
export interface RemedyKind {
  /** @throws Problem where it cannot be applied to this journey now */
  look(m: EntityManager, journey: string, options: Options): Promise<Would>;
  /**
   * In the transaction that takes the row that tells of it, with the journey locked. Looks again at what may have changed.
   * @returns what that row says beside who and why
   */
  act(
    m: EntityManager,
    journey: string,
    applying: Applying,
  ): Promise<Pick<Inputs['remedied'], 'row' | 'settles'>>;
  /** Once that is committed; until then nothing was ended, and what was begun here and not finished is asked for again. */
  after?(journey: string, would: Would): Promise<void>;
}
