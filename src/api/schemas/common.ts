import { z } from 'zod';
import { ROLE_KEYS } from '../../../domain/vocabulary';

/** The parts that the schemas of facts, commands and queries share. Every object is strict: an unknown field is refused. */

/** An opaque id or a local code. Never a name or a number of a patient. */
export const id = z
  .string()
  .regex(/^[A-Za-z0-9._:-]{1,64}$/, 'letters, digits and . _ : - only, 1 to 64 of them');

/** An obligation's key, as the journey gave it. */
export const dutyKey = z
  .string()
  .regex(/^[A-Za-z0-9._:/-]{1,240}$/, 'an obligation key as the journey gives it');

/** A report version's label, or a flag's: `r2`, `r1.outsourced`, `flag:f1`. */
export const versionLabel = z
  .string()
  .regex(
    /^(r\d{1,5}(\.[A-Za-z0-9._:-]{1,64})?|flag:[A-Za-z0-9._:-]{1,64})$/,
    'a version such as r1, or flag:<id>',
  )
  .meta({ examples: ['r1'] });

export const uuid = z
  .string()
  .regex(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i, 'an id as this API gave it')
  .transform((text) => text.toLowerCase());

export const policyHash = z.string().regex(/^[0-9a-f]{64}$/, 'a policy hash as this API gave it');

const utc = (text: string): string => new Date(text).toISOString();
const FOUR_DIGIT_YEAR = /^\d{4}-/;

/** An instant with its offset; kept in UTC with milliseconds, so that all compare as text. */
export const instant = z.iso
  .datetime({ offset: true, error: 'an ISO 8601 instant with its offset, such as 2026-03-02T09:30:00Z' })
  .refine(
    (text) => !Number.isNaN(Date.parse(text)) && FOUR_DIGIT_YEAR.test(utc(text)),
    'outside the years 0000 to 9999',
  )
  .transform(utc)
  .meta({ examples: ['2026-03-02T09:30:00Z'] });

/** Free text; kept apart from the record, which holds a salted commitment to it. */
export const freeText = (most: number) => z.string().min(1).max(most);
export const note = freeText(10_000).optional();

export const role = z.enum(ROLE_KEYS);
export const owner = z.strictObject({ role, person: id.optional() });
export const party = z.strictObject({ role, person: id });

/** A list in which no two share an id: two that do would be one duty. */
export const distinct = <S extends z.ZodType<{ id: string }>>(item: S, most: number) =>
  z
    .array(item)
    .max(most)
    .refine((list) => new Set(list.map((x) => x.id)).size === list.length, 'two have the same id');

/** An order number, an accession number or a study instance UID, unique under whoever gave it out. */
export const identifier = z.strictObject({
  assigner: id,
  type: z.enum(['order', 'accession', 'study']),
  value: z
    .string()
    .regex(/^[\x21-\x7e]([\x20-\x7e]{0,126}[\x21-\x7e])?$/, '1 to 128 printable ASCII characters'),
});

/**
 * Who the patient is, as the sender says it. A defect in here (a check digit, a date that never was) is kept and becomes
 * the desk's question; it is never a reason to refuse.
 */
export const patient = z
  .strictObject({
    nhsNumber: z.string().min(1).max(32).optional(),
    hospitalNumber: z.string().min(1).max(64).optional(),
    assigner: id.optional(),
    name: z.string().min(1).max(200).optional(),
    birthDate: z
      .string()
      .regex(/^\d{4}(-\d{2}(-\d{2})?)?$/, 'a date, a month or a year such as 1971-04-30')
      .optional(),
  })
  .refine((p) => p.hospitalNumber === undefined || p.assigner !== undefined, {
    path: ['assigner'],
    message: 'a hospital number needs to say who gave it out',
  });
