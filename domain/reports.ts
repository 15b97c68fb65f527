import type { Finding } from './inputs';
import type { Journey, Known } from './journey';
import { since } from './journey';
import { isAlert, worst } from './obligation';
import type { Category, Instant } from './vocabulary';

/**
 * Which report version stands, and what it says. A version's label is the source's (`r<version>`, with the series where an
 * examination has several readers), so it does not depend on the order in which versions arrive. Versions between which
 * nothing clinical changed form one *run*, known by its first label: an acknowledgement of any of them holds for all.
 */
export interface Issue {
  /** `r2`, `r1.outsourced`, or `flag:<id>`. */
  label: string;
  /** Every label for which an acknowledgement or a telling holds here. */
  labels: string[];
  kind: 'preliminary' | 'final' | 'withdrawn' | 'flag';
  /** When it was verified (a run: its first version). */
  at: Instant;
  /** Findings that alert: an alert category, and not expected. */
  alerts: Finding[];
  /** The most dangerous alert, else `routine`. */
  category: Category;
  reporter: string;
  requester?: string;
}

export const labelOf = (report: { version: number; series?: string }): string =>
  report.series === undefined ? `r${report.version}` : `r${report.version}.${report.series}`;

/** The source's order: issue time, then version, then series. */
export const bySourceOrder = (
  a: { at: Instant; version: number; series?: string },
  b: { at: Instant; version: number; series?: string },
): number => {
  if (a.at !== b.at) return a.at < b.at ? -1 : 1;
  if (a.version !== b.version) return a.version - b.version;
  return (a.series ?? '') < (b.series ?? '') ? -1 : (a.series ?? '') > (b.series ?? '') ? 1 : 0;
};

const isWithdrawn = (r: Known<'report'>): boolean => r.status === 'cancelled' || r.status === 'entered-in-error';

/** A fingerprint of what a version says clinically. */
const saying = (findings: readonly Finding[]): string =>
  findings
    .map((f) => [f.id, f.category, f.expected, f.region, f.primarySite ?? ''].join('/'))
    .sort()
    .join('|');

/** Nothing clinical changed from `a` to `b`: same findings, and a mere finalising, or the source says so. */
const sameClinically = (a: Known<'report'>, b: Known<'report'>): boolean =>
  !isWithdrawn(a) &&
  !isWithdrawn(b) &&
  saying(a.findings) === saying(b.findings) &&
  (a.status === 'preliminary' || b.clinicalChange === false);

const issueOf = (run: readonly Known<'report'>[]): Issue => {
  const first = run[0]!;
  const last = run.at(-1)!;
  const alerts = isWithdrawn(last) ? [] : last.findings.filter((f) => isAlert(f.category) && !f.expected);
  return {
    label: labelOf(first),
    labels: run.map(labelOf),
    kind: isWithdrawn(last) ? 'withdrawn' : last.status === 'preliminary' ? 'preliminary' : 'final',
    at: since(first),
    alerts,
    category: worst(alerts.map((f) => f.category)) ?? 'routine',
    reporter: last.reporter,
    ...(last.requester === undefined ? {} : { requester: last.requester }),
  };
};

/** Every run of report versions, in the source's order. */
export const runs = (journey: Journey): Issue[] => {
  const grouped: Known<'report'>[][] = [];
  for (const report of journey.reports) {
    const run = grouped.at(-1);
    if (run && sameClinically(run.at(-1)!, report)) run.push(report);
    else grouped.push([report]);
  }
  return grouped.map(issueOf);
};

/** The run that stands: the last that is not preliminary, else the last preliminary one. */
export const standing = (journey: Journey): Issue | undefined => {
  const all = runs(journey);
  return all.filter((issue) => issue.kind !== 'preliminary').at(-1) ?? all.at(-1);
};

/** The final report that stands, if any. */
export const finalReport = (journey: Journey): Issue | undefined => {
  const issue = standing(journey);
  return issue?.kind === 'final' ? issue : undefined;
};

/** Since when a final report has stood without a break: the first final version of the standing run. */
export const finalSince = (journey: Journey): Instant | undefined => {
  const issue = finalReport(journey);
  if (!issue) return undefined;
  const version = journey.reports.find((r) => issue.labels.includes(labelOf(r)) && r.status !== 'preliminary');
  return version && since(version);
};

const flagIssue = (flag: Known<'flag'>): Issue => ({
  label: `flag:${flag.id}`,
  labels: [`flag:${flag.id}`],
  kind: 'flag',
  at: since(flag),
  alerts: [{ id: 'f1', category: flag.category, expected: false, region: flag.region }],
  category: flag.category,
  reporter: flag.raisedBy,
});

/** A flag is taken up by a standing report that alerts at least as strongly in the same region. */
const takenUpBy = (flag: Issue, report: Issue | undefined): boolean =>
  report !== undefined &&
  report.kind === 'final' &&
  report.alerts.some((f) => f.region === flag.alerts[0]!.region && worst([f.category, flag.category]) === f.category);

/** What must be acknowledged: the run that stands, later preliminary alerts, and flags that no report has taken up. */
export const live = (journey: Journey): Issue[] => {
  const stands = standing(journey);
  const all = runs(journey);
  const after = stands ? all.slice(all.findIndex((i) => i.label === stands.label) + 1) : [];
  const issues = [
    ...(stands ? [stands] : []),
    ...after.filter((i) => i.kind === 'preliminary' && i.alerts.length > 0),
    ...journey.flags.map(flagIssue).filter((flag) => !takenUpBy(flag, stands)),
  ];
  return issues;
};

/** Everything that was ever issued or flagged, live or overtaken. */
export const everIssued = (journey: Journey): Issue[] => [...runs(journey), ...journey.flags.map(flagIssue)];

/** The live or past issue that a label belongs to. */
export const issueFor = (journey: Journey, label: string): Issue | undefined =>
  everIssued(journey).find((issue) => issue.labels.includes(label));
