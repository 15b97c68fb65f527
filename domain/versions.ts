import type { Finding } from './inputs';
import type { Known } from './journey';
import { earliest } from './journey';
import { worst } from './obligation';
import type { Instant, ReportStatus } from './vocabulary';

/**
 * Report versions: what each says, and which comes after which. Both follow from the source's own words alone, so that any
 * order of arrival ends in the same versions. What came under one number with different words is united: nothing said in
 * either is lost, and the more alarming word stands.
 */
export interface Version {
  /** `r2`, `r1.outsourced`; `r1.withdrawn` where a number was withdrawn without a number of its own. */
  label: string;
  series: string;
  number: number;
  status: ReportStatus;
  withdrawn: boolean;
  findings: Finding[];
  clinicalChange: boolean | undefined;
  reporter: string;
  requester: string | undefined;
  /** The source's own time, for order only: it may be wrong. */
  issuedAt: Instant;
  /** Since when it has been said, for clocks. */
  at: Instant;
  finalAt: Instant | undefined;
  /** The event that last changed what it says. */
  changed: number;
  /** Where it was said differently under one number: when the newest of these was issued. */
  contestedAt: Instant | undefined;
}

export const labelOf = (report: { version: number; series?: string }): string =>
  report.series === undefined ? `r${report.version}` : `r${report.version}.${report.series}`;

const isWithdrawn = (r: { status: ReportStatus }): boolean =>
  r.status === 'cancelled' || r.status === 'entered-in-error';

export const groupBy = <T>(items: readonly T[], keyOf: (item: T) => string): T[][] => {
  const groups = new Map<string, T[]>();
  for (const item of items) groups.set(keyOf(item), [...(groups.get(keyOf(item)) ?? []), item]);
  return [...groups.values()];
};

/** One id in one region is one finding; one id in two regions is two, told apart by their region. */
export const unitedFindings = (findings: readonly Finding[]): Finding[] =>
  groupBy(findings, (f) => f.id).flatMap((same) => {
    const regions = groupBy(same, (f) => f.region);
    return regions.map((said): Finding => {
      const last = said.at(-1)!;
      const category = worst(said.map((f) => f.category))!;
      const id = regions.length === 1 ? last.id : `${last.id}@${last.region}`;
      return { ...last, id, category, expected: said.every((f) => f.expected) };
    });
  });

/** A fingerprint of what a version says clinically. */
export const saying = (findings: readonly Finding[]): string =>
  findings
    .map((f) => [f.id, f.category, f.expected, f.region, f.primarySite ?? ''].join('/'))
    .sort()
    .join('|');

/** The event after which something said in parts last changed: what came later added nothing to it. */
export const changedAt = <T extends { seq: number }>(
  parts: readonly T[],
  said: (parts: readonly T[]) => string,
): number => {
  const heard = [...parts].sort((a, b) => a.seq - b.seq);
  return heard.findLast((_, i) => i === 0 || said(heard.slice(0, i + 1)) !== said(heard.slice(0, i)))!.seq;
};

const findingsOf = (contents: readonly Known<'report'>[]): Finding[] =>
  unitedFindings(contents.flatMap((r) => r.findings));

/** What was said under one number, in the source's order, as one version. A final word stands over a preliminary one. */
const versionOf = (contents: readonly Known<'report'>[], label: string): Version => {
  const final = contents.filter((r) => r.status !== 'preliminary');
  const last = final.at(-1) ?? contents.at(-1)!;
  const contested = new Set(contents.map((r) => saying(r.findings))).size > 1;
  return {
    label,
    series: last.series ?? '',
    number: last.version,
    status: last.status,
    withdrawn: isWithdrawn(last),
    findings: findingsOf(contents),
    clinicalChange: last.clinicalChange,
    reporter: last.reporter,
    requester: last.requester,
    issuedAt: last.at,
    at: earliest(contents)!,
    finalAt: earliest(final),
    changed: changedAt(contents, (parts) => saying(findingsOf(parts))),
    contestedAt: contested ? contents.at(-1)!.at : undefined,
  };
};

const compare = (a: Instant, b: Instant): number => (a < b ? -1 : a > b ? 1 : 0);

/**
 * Every version in the source's order. Within a series its numbers decide: a date that is wrong (2099) must not let an older
 * version stand over a newer one. Between series only dates can, and none counts as issued before the version it follows.
 */
export const versionsOf = (reports: readonly Known<'report'>[]): Version[] => {
  const all = groupBy(reports, (r) => `${labelOf(r)} ${isWithdrawn(r)}`).map((contents, _, groups) => {
    const label = labelOf(contents[0]!);
    const doubled = groups.some((g) => g !== contents && labelOf(g[0]!) === label);
    return versionOf(contents, doubled && isWithdrawn(contents[0]!) ? `${label}.withdrawn` : label);
  });
  const ranked = groupBy(all, (v) => v.series).flatMap((series) => {
    let rank = '';
    return series
      .sort((a, b) => a.number - b.number || compare(a.issuedAt, b.issuedAt))
      .map((version) => {
        rank = version.issuedAt > rank ? version.issuedAt : rank;
        return { version, rank };
      });
  });
  return ranked.sort((a, b) => compare(a.rank, b.rank)).map((r) => r.version);
};
