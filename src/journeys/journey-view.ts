import { z } from 'zod';
import { ERASURE_REASONS } from '../../domain/inputs';
import type { Journey } from '../../domain/journey';
import { labelOf, live, standing } from '../../domain/reports';
import type { Issue } from '../../domain/reports';
import { CATEGORIES } from '../../domain/vocabulary';
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

const issueView = z.object({
  version: z.string().describe('As commands name it: a report version, or `flag:<id>`'),
  kind: z.enum(['preliminary', 'final', 'withdrawn', 'flag']),
  category: z.enum(CATEGORIES),
  alertFindings: z.array(z.string()).describe('The findings that an acknowledgement must list'),
});

/** All that is known of a journey, for whoever cares for the patient. */
export const journeyView = journeyItem
  .extend({
    waiting: z.int().describe('What was received and has no outcome yet'),
    identifiers: z.array(identifier),
    patient: z
      .union([patient, z.object({ erased: z.literal(true) })])
      .optional()
      .describe('For roles that may see who the patient is; likewise notes and report texts'),
    standingReport: issueView.optional().describe('The report that stands now'),
    live: z
      .array(issueView)
      .describe(
        'All that people must know of now: the report that stands, what it does not replace, and flags',
      ),
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
    unusable: z.array(standingAs(FACTS.unusable)).describe('What could not be used, for the desk to explain'),
    concerns: z.array(standingAs(FACTS.concern)).describe('What is amiss with the service itself'),
    queries: z.array(z.object({ id: z.string(), from: z.string(), explained: z.boolean() })),
    erased: z
      .object({ at: z.string(), reason: z.enum(ERASURE_REASONS) })
      .optional()
      .describe('The texts and the patient’s details were destroyed'),
  })
  .meta({ title: 'Journey' });

/** Of a journey's state, what the view has and its row does not say already. */
const SHOWN = Object.keys(journeyView.shape).filter(
  (name) => !(name in journeyItem.shape) && name !== 'obligations',
);

const viewIssue = (issue: Issue): z.output<typeof issueView> => ({
  version: issue.labels.at(-1)!,
  kind: issue.kind,
  category: issue.category,
  alertFindings: issue.alerts.map((f) => f.id),
});

/** What a journey's state says, with the texts behind its references where the reader may see them. */
export const viewState = (
  j: Journey,
  texts: ReadonlyMap<string, { text?: string }>,
): Record<string, unknown> => {
  const stands = standing(j);
  const shown = Object.entries(j).filter(([name]) => SHOWN.includes(name));
  const state = withTexts(Object.fromEntries(shown), texts) as Record<string, unknown>;
  const reports = (state['reports'] as object[]).map((report, i) => {
    const label = labelOf(j.reports[i]!);
    return { ...report, label, stands: stands?.labels.includes(label) === true };
  });
  return {
    ...state,
    reports,
    ...(stands === undefined ? {} : { standingReport: viewIssue(stands) }),
    live: live(j).map(viewIssue),
  };
};

const isSealed = (value: object): value is { ref: string; commitment: string } =>
  'ref' in value && 'commitment' in value && Object.keys(value).length === 2;

/** The references to texts anywhere in a state. */
export const refsIn = (value: unknown): string[] => {
  if (value === null || typeof value !== 'object') return [];
  return isSealed(value) ? [value.ref] : Object.values(value).flatMap(refsIn);
};

/** The same with each reference replaced by its text, or left out where the reader may not see it or it was erased. */
const withTexts = (value: unknown, texts: ReadonlyMap<string, { text?: string }>): unknown => {
  if (value === null || typeof value !== 'object') return value;
  if (Array.isArray(value)) return value.map((item) => withTexts(item, texts));
  if (isSealed(value)) return texts.get(value.ref)?.text;
  const entries = Object.entries(value).map(([name, inner]) => [name, withTexts(inner, texts)] as const);
  return Object.fromEntries(entries.filter(([, inner]) => inner !== undefined));
};
