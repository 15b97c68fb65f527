import { z } from 'zod';
import type { Policy } from '../../domain/policy';
import {
  CATEGORIES,
  MODALITIES,
  NATIONS,
  OBLIGATION_KINDS,
  PATIENT_CLASSES,
  PRIORITIES,
  ROLE_KEYS,
  SETTINGS,
  SUBJECTS,
} from '../../domain/vocabulary';
import { parseDuration } from '../../domain/calendar';
import { CHANNELS, PROOFS } from '../../domain/reach';
import { checkPolicy } from './policy-checks';

/**
 * The shape of a policy file. Unknown fields are refused: a misspelt condition would otherwise widen a rule in silence.
 * What must hold between the parts is in `policy-checks.ts`.
 */

const text = z.string().trim().min(1);
const code = z.string().regex(/^[a-z][a-z0-9-]*$/, 'a code is lower-case letters, digits and hyphens');
const clock = z.enum(['elapsed', 'working']);

const isDuration = (value: string): boolean => {
  try {
    parseDuration(value);
    return true;
  } catch {
    return false;
  }
};
const duration = z.string().refine(isDuration, {
  error: 'not a duration of weeks, days, hours, minutes or seconds such as PT24H or P28D',
  abort: true, // what is measured between the parts needs every duration to be one
});

/** A list without repeats that names at least one; an empty list would match nothing, which is never meant. */
const listOf = <T extends string>(values: readonly [T, ...T[]]) =>
  z
    .array(z.enum(values))
    .min(1)
    .refine((list) => new Set(list).size === list.length, 'names something twice');

const limit = z.strictObject({ duration, clock, source: text });

const rung = z.strictObject({
  ask: z.enum(['accountable', ...ROLE_KEYS]),
  wait: duration.optional(),
  clock: clock.optional(),
  repeat: duration.optional(),
});

const conditions = z.strictObject({
  subject: listOf(SUBJECTS).optional(),
  category: listOf(CATEGORIES).optional(),
  priority: listOf(PRIORITIES).optional(),
  setting: listOf(SETTINGS).optional(),
  modality: listOf(MODALITIES).optional(),
  patientClass: listOf(PATIENT_CLASSES).optional(),
});

const rule = z.strictObject({
  kind: z.enum(OBLIGATION_KINDS),
  when: conditions.optional(),
  limit,
  asks: z.enum(['on-opening', 'at-limit']),
  notice: duration.optional(),
  ladder: code,
});

/** Local times that stay clear of the small hours, in which the clocks change. */
const localTime = z.string().regex(/^(0[4-9]|1\d|2[0-3]):[0-5]\d$/, 'a local time from 04:00 to 23:59');

const workingDay = z
  .strictObject({
    start: localTime,
    end: localTime,
    days: z
      .array(z.int().min(1).max(7))
      .min(1)
      .refine((days) => new Set(days).size === days.length, 'names a day twice'),
  })
  .refine((day) => day.start < day.end, { path: ['end'], message: 'must be after the start' });

const reachRule = z.strictObject({
  when: conditions.optional(),
  steps: z.array(listOf(CHANNELS)).min(1),
  proof: z.enum(PROOFS),
  within: duration,
  source: text,
});

/** Any local time: quiet hours lie in the night. */
const anyTime = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'a local time from 00:00 to 23:59');
const routineHours = z.strictObject({
  digestAt: localTime,
  quiet: z
    .strictObject({ from: anyTime, until: localTime })
    .refine(({ from, until }) => from !== until, 'must not last the whole day'),
});

const isTimeZone = (zone: string): boolean => {
  try {
    new Intl.DateTimeFormat('en-GB', { timeZone: zone });
    return true;
  } catch {
    return false;
  }
};

const shape = z.strictObject({
  name: text,
  version: text,
  nation: z.enum(NATIONS),
  signed: z
    .strictObject({ clinicalSafetyOfficer: text, on: z.iso.date(), reviewBy: z.iso.date().optional() })
    .optional(),
  timeZone: z.string().refine(isTimeZone, 'not a time zone such as Europe/London'),
  workingDay,
  secondsPerDay: z.number().positive().max(86_400).optional(),
  rules: z.array(rule).min(1),
  ladders: z.record(code, z.strictObject({ rungs: z.array(rung).min(1) })),
  ceilings: z.array(z.strictObject({ kind: z.enum(OBLIGATION_KINDS), limit })),
  secondPersonFor: z.array(z.enum(CATEGORIES)),
  waivers: z.array(z.strictObject({ code, text, kinds: listOf(OBLIGATION_KINDS), roles: listOf(ROLE_KEYS) })),
  delegations: z.array(
    z.strictObject({
      code,
      text,
      setting: listOf(SETTINGS),
      modality: listOf(MODALITIES),
      roles: listOf(ROLE_KEYS),
      source: text,
    }),
  ),
  claimLease: limit,
  offerLimit: limit,
  askCeiling: z.strictObject({ perPerson: z.int().positive(), per: duration }),
  arrears: limit.optional(),
  reach: z.array(reachRule).min(1).optional(),
  retention: z.strictObject({ years: z.int().positive().max(200), source: text }).optional(),
  routine: routineHours.optional(),
  specialties: z
    .array(
      z.strictObject({
        code,
        name: text,
        setting: listOf(SETTINGS),
        patientClass: listOf(PATIENT_CLASSES).optional(),
      }),
    )
    .min(1),
  sources: z.record(z.string().regex(/^[A-Za-z0-9]+$/, 'a source key is letters and digits'), text),
});

export const policySchema = shape.superRefine((policy, context) => {
  for (const { path, message } of checkPolicy(policy)) context.addIssue({ code: 'custom', path, message });
});

/** The schema and the domain's type are the same thing said twice; the compiler holds them together. */
type Deep<T> = T extends object ? { [K in keyof T]: Deep<T[K]> } : T;
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
export const schemaIsThePolicyType: Same<Deep<z.output<typeof policySchema>>, Deep<Policy>> = true;
