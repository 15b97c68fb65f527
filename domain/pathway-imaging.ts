import type { Owner } from './inputs';
import type { Journey } from './journey';
import { earliest, since } from './journey';
import { hasImages, hasReport, imagedAt, notNeeded, requesterOf, unanswered, unique } from './known';
import type { Duty, Rule } from './obligation';
import { finalReport, holdsFor, labelOf, runs, standing } from './reports';
import type { Region } from './vocabulary';

/** The pathway from request to report. See `pathway.ts`. */

const IMAGING: Owner = { role: 'imaging-department' };
const POOL: Owner = { role: 'reporting-pool' };

/** Vet: a request, no images yet. Ends accepted with a priority, or returned (then `clarify` is owed). */
export const vet: Rule = (j) => {
  if (!j.request) return [];
  const last = j.vettings.at(-1);
  const returned = last !== undefined && 'returned' in last;
  const again = returned && !unanswered(j, 'clarify:returned', last.seq);
  const from = again ? j.clarifications.at(-1)!.receivedAt : since(j.request);
  const duty = { key: 'vet', kind: 'vet', accountable: IMAGING, from, basis: j.request.seq } as const;
  const open = last === undefined || again;
  if (hasImages(j)) return [{ ...duty, status: 'overtaken' }];
  if (notNeeded(j)) return [{ ...duty, status: 'withdrawn' }];
  return [{ ...duty, status: open ? 'owed' : 'discharged' }];
};

/** Acquire: accepted, no images yet. While the requester decides (unbooked, DNA, cancelled), the decision is what is owed. */
export const acquire: Rule = (j) => {
  const accepted = j.vettings.at(-1);
  if (!accepted || 'returned' in accepted) return [];
  const decided = j.clarifications.at(-1);
  const last = decided && decided.seq > accepted.seq ? decided : accepted;
  const basis = Math.max(last.seq, j.request?.seq ?? 0);
  const duty = {
    key: 'acquire',
    kind: 'acquire',
    accountable: IMAGING,
    from: last.receivedAt,
    basis,
  } as const;
  if (j.images.length > 0) return [{ ...duty, status: 'discharged' }];
  if (hasReport(j)) return [{ ...duty, status: 'overtaken' }];
  if (notNeeded(j) || questions(j).some((q) => q.status === 'owed'))
    return [{ ...duty, status: 'withdrawn' }];
  return [{ ...duty, status: 'owed' }];
};

type Asked = { seq: number; from: string };

/** A result for a cancelled order: known once both are, the cancellation and the images or report of them. */
const resultOfCancelled = (j: Journey): Asked => {
  const first = (facts: readonly { seq: number }[]): number => Math.min(...facts.map((f) => f.seq));
  const imaged = [...j.images, ...j.reports];
  const from = [earliest(j.cancels)!, earliest(imaged)!].sort()[1]!;
  return { seq: Math.max(first(j.cancels), first(imaged)), from };
};

/** Clarify: a returned request, a booking that did not come about, a cancellation, a result for a cancelled order. */
export const questions: Rule = (j) => {
  const imaged = hasImages(j);
  const ask = (key: string, asked: Asked | undefined, moot = imaged): Duty[] => {
    if (!asked) return [];
    const duty = {
      key,
      kind: 'clarify',
      from: asked.from,
      accountable: requesterOf(j),
      basis: asked.seq,
    } as const;
    if (!unanswered(j, key, asked.seq)) return [{ ...duty, status: 'discharged' }];
    return [{ ...duty, status: moot ? 'overtaken' : !imaged && notNeeded(j) ? 'withdrawn' : 'owed' }];
  };
  const last = (facts: readonly { at: string; receivedAt: string; seq: number }[]): Asked | undefined => {
    const fact = facts.at(-1);
    return fact && { seq: fact.seq, from: since(fact) };
  };
  const returned = j.vettings.findLast((v) => 'returned' in v);
  const cancelled = last(j.cancels);
  return [
    ...ask('clarify:returned', returned && { seq: returned.seq, from: returned.receivedAt }),
    ...ask('clarify:unbooked', last(j.unbooked)),
    ...ask('clarify:did-not-attend', last(j.missed)),
    ...ask('clarify:cancelled', cancelled),
    ...(cancelled && imaged ? ask('clarify:result-of-cancelled', resultOfCancelled(j), false) : []),
  ];
};

// ---- from image to report ----------------------------------------------------------------------------------------

/** Transfer: images that must be read elsewhere, until the reading site confirms them there and complete. */
export const transfer: Rule = (j) =>
  unique(j.transfers).map((t) => ({
    key: `transfer:${t.id}`,
    kind: 'transfer',
    from: since(t),
    accountable: { role: 'sending-site' },
    basis: t.seq,
    status: j.arrivals.some((a) => a.id === t.id && a.complete)
      ? 'discharged'
      : finalReport(j)
        ? 'overtaken'
        : 'owed',
  }));

/** Report: images, and no final report of them. A claim makes the reporter accountable for the time of its lease. */
export const report: Rule = (j) => {
  if (!hasImages(j)) return [];
  const stands = standing(j);
  const from = stands?.kind === 'withdrawn' ? stands.at : imagedAt(j);
  const accountable: Owner = j.claim ? { role: 'reporter', person: j.claim.by.person } : POOL;
  const done = finalReport(j) !== undefined || j.evaluation !== undefined;
  // New images, or a report that was withdrawn, are not what somebody waived before.
  const basis = Math.max(
    ...j.images.map((i) => i.seq),
    stands?.kind === 'withdrawn' ? stands.changed[0]! : 0,
  );
  return [{ key: 'report', kind: 'report', from, accountable, basis, status: done ? 'discharged' : 'owed' }];
};

/** The regions of the examination that nobody has stated yet for the report that stands. */
export const unstatedRegions = (j: Journey): Region[] => {
  const issue = finalReport(j);
  if (!issue) return [];
  const stated = new Set(
    [
      ...j.reports.filter((r) => issue.labels.includes(labelOf(r))).flatMap((r) => r.regions ?? []),
      ...j.assurances.filter((a) => holdsFor(issue, a)).flatMap((a) => a.regions),
    ].map((s) => s.region),
  );
  const regions = j.request?.regions ?? [];
  if (regions.length > 0) return regions.filter((region) => !stated.has(region));
  return stated.size > 0 ? [] : ['whole-body'];
};

/** Assure: a final report that does not say of each region that it was considered. The report is never held back for it. */
export const assure: Rule = (j) => {
  const issue = finalReport(j);
  return runs(j)
    .filter((run) => run.kind === 'final')
    .map((run) => ({
      key: `assure:${run.label}`,
      kind: 'assure',
      from: run.finalAt!,
      accountable: { role: 'reporter', person: run.reporter },
      carriesOn: runs(j).map((e) => `assure:${e.label}`),
      basis: run.changed[0]!,
      status:
        run.label !== issue?.label ? 'overtaken' : unstatedRegions(j).length === 0 ? 'discharged' : 'owed',
    }));
};
