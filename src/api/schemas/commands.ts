import { z } from 'zod';
import {
  ACTIONS,
  CALL_OUTCOMES,
  DECLINE_REASONS,
  NO_ACTION_REASONS,
  PROOFS,
  RETURN_REASONS,
  REVIEW_OUTCOMES,
  TOLD_HOW,
  TOLD_OUTCOMES,
  TOLD_TO,
} from '../../../domain/inputs';
import { PRIORITIES } from '../../../domain/vocabulary';
import { distinct, dutyKey, id, instant, note, owner, party, policyHash, uuid, versionLabel } from './common';
import { regionStatement } from './facts';

/** One schema a command: a person's act, which may be refused. */

/** A plan may look years ahead, but not beyond what any clinic books. */
const actionDate = instant.refine((text) => text < '2200', 'too far ahead');

const action = z.strictObject({ id, what: z.enum(ACTIONS), owner, by: actionDate });

/** What follows `accept-handover:` in the key of an offer. */
const offerId = dutyKey.meta({ examples: ['move:adt-7001:consultant-2'] });

export const COMMANDS = {
  vet: z.strictObject({ priority: z.enum(PRIORITIES) }),
  return: z.strictObject({ reason: z.enum(RETURN_REASONS), note }),
  clarify: z.strictObject({
    duty: dutyKey.optional(),
    decision: z.enum(['rebook', 'change', 'still-act', 'not-needed']),
    note,
  }),
  answer: z.strictObject({ enquiry: id, note }),
  claim: z.strictObject({}),
  release: z.strictObject({}),
  evaluate: z.strictObject({ delegation: id, note }),
  assure: z.strictObject({ version: versionLabel, regions: z.array(regionStatement).min(1).max(50) }),
  acknowledge: z.strictObject({
    version: versionLabel,
    findings: z.array(id).max(200),
    how: z.enum(['screen', 'voice']),
    readBack: z.boolean().optional(),
  }),
  plan: z.strictObject({
    version: versionLabel,
    finding: id,
    actions: distinct(action, 50).optional(),
    noAction: z.enum(NO_ACTION_REASONS).optional(),
    note,
  }),
  complete: z.strictObject({ action: dutyKey, proof: z.strictObject({ kind: z.enum(PROOFS), ref: id }) }),
  tell: z.strictObject({
    version: versionLabel,
    at: instant,
    to: z.enum(TOLD_TO),
    basis: id.optional(),
    how: z.enum(TOLD_HOW).optional(),
    outcome: z.enum(TOLD_OUTCOMES),
    note,
  }),
  offer: z.strictObject({ duty: dutyKey.optional(), to: owner, note }),
  accept: z.strictObject({ offer: offerId }),
  decline: z.strictObject({
    offer: offerId,
    reason: z.enum(DECLINE_REASONS),
    instead: owner.optional(),
    note,
  }),
  call: z.strictObject({
    duty: dutyKey,
    whom: party,
    at: instant,
    outcome: z.enum(CALL_OUTCOMES),
    findings: z.array(id).max(200).optional(),
    note,
  }),
  reassign: z.strictObject({ duty: dutyKey.optional(), to: party, note }),
  waive: z.strictObject({ duty: dutyKey, reason: id, note }),
  retract: z.strictObject({ event: z.int().min(1).max(1_000_000_000), note }),
  match: z.strictObject({ journey: uuid }),
  explain: z.strictObject({ duty: dutyKey, note }),
  reviewed: z.strictObject({
    duty: dutyKey,
    outcome: z.enum(REVIEW_OUTCOMES),
    evidence: id,
    next: instant.optional(),
    note,
  }),
  replan: z.strictObject({ policy: policyHash.optional() }),
};
