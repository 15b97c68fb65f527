import { z } from 'zod';
import {
  CATEGORIES,
  CONCERNS,
  MODALITIES,
  NATIONS,
  PATIENT_CLASSES,
  PRIORITIES,
  REGIONS,
  REPORT_STATUSES,
  REQUESTER_PROFESSIONS,
  REVIEWS,
  SETTINGS,
} from '../../../domain/vocabulary';
import { distinct, dutyKey, freeText, id, instant, note, owner, versionLabel } from './common';

/** One schema a fact: what a source system says that happened. */

const at = instant;
const count = z.int().min(0).max(1_000_000).optional();
export const region = z.enum(REGIONS);
export const category = z.enum(CATEGORIES);

const gp = z.discriminatedUnion('status', [
  z.strictObject({ status: z.literal('registered'), practice: id, person: id.optional() }),
  z.strictObject({ status: z.enum(['none', 'objected', 'unknown']) }),
]);

const finding = z.strictObject({
  id,
  category,
  expected: z.boolean(),
  region,
  primarySite: id.optional(),
});

export const regionStatement = z.strictObject({ region, statement: z.enum(['findings', 'no-findings']) });

export const FACTS = {
  request: z.strictObject({
    at,
    requester: z.strictObject({
      person: id,
      profession: z.enum(REQUESTER_PROFESSIONS),
      organisation: id.optional(),
    }),
    consultant: id.optional(),
    gp,
    setting: z.enum(SETTINGS),
    priority: z.enum(PRIORITIES),
    patientClass: z.enum(PATIENT_CLASSES),
    modality: z.enum(MODALITIES),
    examination: id,
    regions: z.array(region).min(1).max(REGIONS.length),
    site: id,
    nation: z.enum(NATIONS),
    specialty: id.optional(),
    decidedAt: instant.optional(),
  }),
  cancel: z.strictObject({ at, note }),
  unbooked: z.strictObject({ at }),
  'did-not-attend': z.strictObject({ at }),
  images: z.strictObject({ at, site: id.optional(), count }),
  transfer: z.strictObject({ at, id, from: id, to: id, count }),
  'transfer-received': z.strictObject({ at, id, complete: z.boolean(), count }),
  viewed: z.strictObject({ at, person: id, quality: z.enum(['diagnostic', 'low-definition']), note }),
  report: z.strictObject({
    version: z.int().min(1).max(99_999),
    series: id.optional(),
    status: z.enum(REPORT_STATUSES),
    at,
    reporter: id,
    requester: id.optional(),
    findings: distinct(finding, 200),
    regions: z.array(regionStatement).max(50).optional(),
    clinicalChange: z.boolean().optional(),
    text: freeText(200_000).optional(),
  }),
  flag: z.strictObject({ at, id, category, region, raisedBy: id, note }),
  'gp-receipt': z.strictObject({ at, version: versionLabel }),
  died: z.strictObject({ at }),
  moved: z.strictObject({ at, id, to: owner }),
  discharged: z.strictObject({ at, id, to: owner.optional() }),
  hold: z.strictObject({ at, kind: z.enum(['safeguarding', 'contact']), on: z.boolean() }),
  enquiry: z.strictObject({
    at,
    id,
    from: z.enum(['patient', 'relative', 'other']),
    about: z.enum(['not-heard', 'complaint', 'identity', 'other']),
    note,
  }),
  bounced: z.strictObject({ at, version: versionLabel }),
  'delivery-failed': z.strictObject({
    at,
    key: dutyKey,
    opening: z.int().min(1).max(1_000_000),
    ask: z.int().min(1).max(1_000_000),
    code: id,
  }),
  unusable: z.strictObject({ at, reason: id, note }),
  concern: z.strictObject({ at, code: z.enum(CONCERNS), ref: id }),
  'review-due': z.strictObject({
    at,
    code: z.enum(REVIEWS),
    ref: id.optional(),
    dueOn: instant.optional(),
  }),
};
