import { z } from 'zod';
import {
  CATEGORIES,
  MODALITIES,
  OBLIGATION_KINDS,
  ROLE_KEYS,
  SETTINGS,
  SUBJECTS,
} from '../../domain/vocabulary';
import { paging } from '../api/paging';
import { id, instant } from '../api/schemas/common';
import { anyOf } from '../api/schemas/query';
import { NO_CANARY } from '../canaries/no-canary';
import type { Where } from '../database/where';

/** What the questions across journeys have in common: a time, a person, a duty, and what the examination was. */

/** Postgres knows no year 0, and nothing here is older than this. */
export const moment = instant.refine((at) => at >= '1900', 'before the year 1900');

const period = {
  from: moment.optional().describe('From this instant on'),
  to: moment.optional().describe('Until before this instant'),
};

/** What an examination is picked by; `category` is the most dangerous that stands in the journey. */
const examination = {
  category: anyOf(z.enum(CATEGORIES)).optional(),
  site: id.optional(),
  specialty: id.optional(),
  modality: anyOf(z.enum(MODALITIES)).optional(),
  setting: anyOf(z.enum(SETTINGS)).optional(),
};

const who = {
  person: id.optional(),
  role: z.enum(ROLE_KEYS).optional().describe('The role of the person'),
};

const words = {
  q: z
    .string()
    .min(1)
    .max(200)
    .regex(/^[^\p{Cc}\p{Cs}]*$/u, 'letters, digits, spaces and punctuation only')
    .optional()
    .describe('Words of free text: reasons, notes, report texts. For roles that may see them'),
};

export const parts = {
  period,
  examination,
  who,
  words,
  kind: { kind: anyOf(z.enum(OBLIGATION_KINDS)).optional().describe('What sort of duty') },
  paging,
};

/** A time that ends before it begins finds nothing, and whoever asks would take that for an answer. */
export const inOrder = ({ from, to }: { from?: string | undefined; to?: string | undefined }): boolean =>
  from === undefined || to === undefined || from < to;
export const IN_ORDER = { path: ['to'], message: 'must come after `from`' };

export interface ExaminationFilter {
  category?: string[] | undefined;
  site?: string | undefined;
  specialty?: string | undefined;
  modality?: string[] | undefined;
  setting?: string[] | undefined;
}

/** The examination's conditions on `journey j`, canaries left out. @param category the column that says how dangerous it is */
export const ofExamination = (where: Where, f: ExaminationFilter, category = 'j.category'): Where =>
  where
    .only(NO_CANARY)
    .and(`${category} = any(?)`, f.category)
    .and('j.site = ?', f.site)
    .and('j.specialty = ?', f.specialty)
    .and('j.modality = any(?)', f.modality)
    .and('j.setting = any(?)', f.setting);

/** Which journey an item is about, as far as lists show it. */
export const aboutView = z.object({
  id: z.string(),
  subject: z.enum(SUBJECTS),
  category: z.enum(CATEGORIES).optional(),
  site: z.string().optional(),
  specialty: z.string().optional(),
  modality: z.string().optional(),
  setting: z.enum(SETTINGS).optional(),
});
export type About = z.output<typeof aboutView>;

export const ABOUT =
  'j.id as about, j.subject, j.category as danger, j.site, j.specialty, j.modality, j.setting';

/**
 * The journey of each row, looked up one by one: with `offset 0` Postgres does not read all journeys to find those of a few rows.
 * @param of the alias of the rows that have a journey
 */
export const journeyOf = (of: string): string =>
  `cross join lateral (select * from journey where id = ${of}.journey offset 0) j`;

export interface AboutRow {
  about: string;
  subject: string;
  danger: string | null;
  site: string | null;
  specialty: string | null;
  modality: string | null;
  setting: string | null;
}

/** The fields that have a value: what is null in Postgres is absent in an answer. */
export const present = <T extends object>(fields: T): { [K in keyof T]?: NonNullable<T[K]> } =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null && value !== undefined)) as {
    [K in keyof T]?: NonNullable<T[K]>;
  };

export const aboutOf = (row: AboutRow): About =>
  present({
    id: row.about,
    subject: row.subject,
    category: row.danger,
    site: row.site,
    specialty: row.specialty,
    modality: row.modality,
    setting: row.setting,
  }) as About;

/** The columns that stand for it in a CSV. */
export const ABOUT_COLUMNS = ['id', 'subject', 'category', 'site', 'specialty', 'modality', 'setting'].map(
  (name) => `journey.${name}`,
);
