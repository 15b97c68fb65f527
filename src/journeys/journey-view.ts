import { z } from 'zod';
import type { Journey } from '../../domain/journey';
import { issueFor, labelOf, standing } from '../../domain/reports';
import { COMMANDS } from '../api/schemas/commands';
import { identifier, patient } from '../api/schemas/common';
import { FACTS } from '../api/schemas/facts';
import { obligationView } from '../obligations/obligation-view';
import { journeyItem } from './journey-list';

/** A fact or command as it stands in a journey: what was sent, by whom, when, and the event that holds it. */
const standingAs = <S extends z.ZodRawShape>(schema: z.ZodObject<S>) =>
  z.object({
    ...schema.shape,
    seq: z.int(),
    by: z.object({ role: z.string(), person: z.string() }),
    receivedAt: z.string(),
  });

const reportView = standingAs(FACTS.report).extend({
  label: z.string().describe('The version as commands name it'),
  stands: z.boolean().describe('Part of the report that stands now'),
});

/** All that is known of a journey, for whoever cares for the patient. */
export const journeyView = journeyItem
  .extend({
    waiting: z.int().describe('What was received and has no outcome yet'),
    identifiers: z.array(identifier),
    patient: patient
      .optional()
      .describe('For roles that may see who the patient is; likewise notes and report texts'),
    standingReport: z
      .object({
        version: z.string(),
        kind: z.string(),
        category: z.string(),
        alertFindings: z.array(z.string()),
      })
      .optional()
      .describe('The version to act on, and the findings that an acknowledgement must list'),
    obligations: z.array(obligationView).describe('Open ones, the next to breach first'),
    request: standingAs(FACTS.request).optional(),
    reports: z.array(reportView),
    flags: z.array(standingAs(FACTS.flag)),
    images: z.array(standingAs(FACTS.images)),
    views: z.array(standingAs(FACTS.viewed)),
    transfers: z.array(standingAs(FACTS.transfer)),
    arrivals: z.array(standingAs(FACTS['transfer-received'])),
    cancels: z.array(standingAs(FACTS.cancel)),
    unbooked: z.array(standingAs(FACTS.unbooked)),
    missed: z.array(standingAs(FACTS['did-not-attend'])),
    gpReceipts: z.array(standingAs(FACTS['gp-receipt'])),
    deaths: z.array(standingAs(FACTS.died)),
    holds: z.array(standingAs(FACTS.hold)),
    enquiries: z.array(standingAs(FACTS.enquiry)),
    bounces: z.array(standingAs(FACTS.bounced)),
    vettings: z.array(z.union([standingAs(COMMANDS.vet), standingAs(COMMANDS.return)])),
    clarifications: z.array(standingAs(COMMANDS.clarify)),
    answers: z.array(standingAs(COMMANDS.answer)),
    claim: z.object({ by: z.object({ role: z.string(), person: z.string() }), seq: z.int() }).optional(),
    evaluation: standingAs(COMMANDS.evaluate).optional(),
    assurances: z.array(standingAs(COMMANDS.assure)),
    acknowledgements: z.array(standingAs(COMMANDS.acknowledge)),
    plans: z.array(standingAs(COMMANDS.plan)),
    completions: z.array(standingAs(COMMANDS.complete)),
    tellings: z.array(standingAs(COMMANDS.tell)),
    queries: z.array(z.object({ id: z.string(), from: z.string(), explained: z.boolean() })),
  })
  .meta({ title: 'Journey' });

/** What the record keeps for itself, or what the obligations say better. */
const HIDDEN = new Set<keyof Journey>([
  'id',
  'subject',
  'seq',
  'highWater',
  'clinical',
  'obligations',
  'openings',
  'overtaken',
  'gone',
  'reassigned',
  'waivers',
  'closed',
  'mergedInto',
  'unusable',
]);

/** What a journey's state says, with the texts behind its references where the reader may see them. */
export const viewState = (j: Journey, texts: ReadonlyMap<string, string>): Record<string, unknown> => {
  const stands = standing(j);
  const shown = Object.entries(j).filter(([name]) => !HIDDEN.has(name as keyof Journey));
  const state = withTexts(Object.fromEntries(shown), texts) as Record<string, unknown>;
  const reports = (state['reports'] as object[]).map((report, i) => {
    const label = labelOf(j.reports[i]!);
    return { ...report, label, stands: stands !== undefined && issueFor(j, label)?.label === stands.label };
  });
  return {
    ...state,
    reports,
    ...(stands === undefined
      ? {}
      : {
          standingReport: {
            version: stands.labels.at(-1)!,
            kind: stands.kind,
            category: stands.category,
            alertFindings: stands.alerts.map((f) => f.id),
          },
        }),
  };
};

const isSealed = (value: object): value is { ref: string; commitment: string } =>
  'ref' in value && 'commitment' in value && Object.keys(value).length === 2;

/** The references to texts anywhere in a state. */
export const refsIn = (value: unknown): string[] => {
  if (value === null || typeof value !== 'object') return [];
  return isSealed(value) ? [value.ref] : Object.values(value).flatMap(refsIn);
};

/** The same with each reference replaced by its text, or left out where the reader may not see it. */
const withTexts = (value: unknown, texts: ReadonlyMap<string, string>): unknown => {
  if (value === null || typeof value !== 'object') return value;
  if (Array.isArray(value)) return value.map((item) => withTexts(item, texts));
  if (isSealed(value)) return texts.get(value.ref);
  const entries = Object.entries(value).map(([name, inner]) => [name, withTexts(inner, texts)] as const);
  return Object.fromEntries(entries.filter(([, inner]) => inner !== undefined));
};
