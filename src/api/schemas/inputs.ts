import { z } from 'zod';
import type { CommandType, FactType, Inputs } from '../../../domain/inputs';
import type { Permission } from '../permissions';
import { COMMANDS } from './commands';
import { identifier, patient } from './common';
import { EXAMPLES } from './examples';
import { FACTS } from './facts';
import { SUMMARIES } from './summaries';

/**
 * Everything that can be sent in, in one table: the routes, what they check, who may use them and what the OpenAPI document
 * says all come from here.
 */

/** What a sender may say; rows that the software writes itself are not among them. */
export type SentType = FactType | CommandType;

export interface InputSpec {
  type: SentType;
  kind: 'fact' | 'command';
  permission: Permission;
  summary: string;
  schema: z.ZodObject;
  /** A synthetic body. */
  example: object;
  /** Whether a feed may send it knowing only identifiers: then its journey is found, opened, or owned as unmatched. */
  message: boolean;
}

/** A fact may say which examination and which patient it is about; a command is addressed to a journey and needs neither. */
const WHOSE = {
  identifiers: z.array(identifier).max(20).optional(),
  patient: patient.optional(),
};
export type Whose = z.output<z.ZodObject<typeof WHOSE>>;

/** Of use only to the journey whose ask it was. */
const ADDRESSED_ONLY: readonly FactType[] = ['delivery-failed'];

/** `did-not-attend` is `DidNotAttend` in the OpenAPI document. */
const titleOf = (type: string): string =>
  type.replace(/(?:^|-)(\w)/g, (_, letter: string) => letter.toUpperCase());

const factSpecs = (Object.keys(FACTS) as FactType[]).map((type): InputSpec => ({
  type,
  kind: 'fact',
  permission: `fact:${type}`,
  summary: SUMMARIES[type],
  schema: FACTS[type].extend(WHOSE).meta({ title: titleOf(type) }),
  example: EXAMPLES[type],
  message: !ADDRESSED_ONLY.includes(type),
}));
const commandSpecs = (Object.keys(COMMANDS) as CommandType[]).map((type): InputSpec => ({
  type,
  kind: 'command',
  permission: `journey:${type}`,
  summary: SUMMARIES[type],
  schema: COMMANDS[type].meta({ title: titleOf(type) }),
  example: EXAMPLES[type],
  message: false,
}));

export const INPUTS: readonly InputSpec[] = [...factSpecs, ...commandSpecs];

/** The body that opens a journey: a request that says which order it is. */
export const START = FACTS.request
  .extend({ ...WHOSE, identifiers: z.array(identifier).min(1).max(20) })
  .meta({ title: 'NewJourney' });

/** The schemas and the domain's types are one thing said twice; the compiler holds them together. */
type Same<A, B> = [A] extends [B] ? ([B] extends [A] ? true : false) : false;
type Deep<T> = T extends object ? { [K in keyof T]: Deep<T[K]> } : T;
type Kept<T> = T extends object ? Omit<T, 'note' | 'text' | 'holds' | 'of' | 'offerId'> : T;
type Schemas = typeof FACTS & typeof COMMANDS;
type Agreement = {
  [T in SentType]: Same<Deep<Kept<z.output<Schemas[T]>>>, Deep<Kept<Inputs[T]>>>;
};
export const schemasAreTheDomainTypes: Agreement extends Record<SentType, true> ? true : Agreement = true;
