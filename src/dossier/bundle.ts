import { z } from 'zod';
import type { Dossier } from './dossier';
import type { Json } from './fhir-ids';
import { fhirOf } from './fhir';
import type { Recorded } from './recorded';
import type { ArchivedRun } from '../histories/histories.reader';
import type { AnchoredChain } from '../ledger/ledger.reader';

/** The bundle of a journey, as docs/EVIDENCE.md has it: what a stranger checks, and beside it what they read. */

const hex = z.string().regex(/^[0-9a-f]{64}$/);
const base64 = z.base64();
const at = z.iso.datetime({ precision: 3 });
const told = z.array(z.looseObject({ seq: z.int().optional() }));

export const bundleView = z.strictObject({
  format: z.literal('imaging-failsafe-bundle'),
  version: z.literal(1),
  madeAt: at,
  redacted: z.boolean(),
  journey: z.uuid(),
  head: z.strictObject({ seq: z.int(), hash: hex }),
  events: z.array(
    z.strictObject({
      event: z.looseObject({ seq: z.int(), type: z.string(), at, cause: z.string() }),
      previous: z.union([z.literal(''), hex]),
      hash: hex,
    }),
  ),
  texts: z.array(
    z.strictObject({
      ref: z.uuid(),
      kind: z.string(),
      commitment: z.base64url(),
      salt: base64.optional(),
      text: z.string().optional(),
    }),
  ),
  anchors: z.array(
    z.strictObject({
      n: z.int(),
      chain: z.string(),
      seq: z.int(),
      hash: hex,
      inclusion: z.array(base64),
    }),
  ),
  checkpoint: z.string().nullable(),
  keys: z.array(z.string()),
  histories: z.array(
    z.strictObject({
      run: z.string(),
      events: z.int(),
      sha256: z.string(),
      gzip: base64,
      whole: z.boolean(),
    }),
  ),
  timeline: told,
  owners: told,
  asks: told,
  reports: told,
  contacts: told,
  leftOut: z.array(z.string()),
  fhir: z.looseObject({ resourceType: z.literal('Bundle') }),
});
export type Bundle = z.output<typeof bundleView>;

export interface Witnesses {
  anchored: AnchoredChain;
  histories: ArchivedRun[];
}

const historyOf = ({ run, events, sha256, gzip, whole }: ArchivedRun): Json => ({
  run,
  events,
  sha256,
  gzip: gzip.toString('base64'),
  whole,
});

/**
 * In the family's form `events`, `texts` and `histories` are empty, since they hold the ids of staff: `head` stands for all of
 * them, and its anchor shows when it stood.
 */
export const bundleOf = (d: Dossier, r: Recorded, { anchored, histories }: Witnesses): Json => {
  const { timeline, owners, asks, reports, contacts, leftOut } = d;
  return {
    format: 'imaging-failsafe-bundle',
    version: 1,
    madeAt: d.madeAt,
    redacted: d.redacted,
    journey: d.journey,
    head: d.head,
    events: d.redacted ? [] : r.links,
    texts: d.redacted ? [] : [...r.texts].map(([ref, text]) => ({ ref, ...text })),
    ...anchored,
    histories: d.redacted ? [] : histories.map(historyOf),
    timeline,
    owners,
    asks,
    reports,
    contacts,
    leftOut,
    fhir: fhirOf(d),
  };
};
