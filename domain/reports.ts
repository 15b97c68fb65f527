import type { Finding } from './inputs';
import type { Journey, Known } from './journey';
import { earliest } from './journey';
import { isAlert, risk, worst } from './obligation';
import type { Category, Instant } from './vocabulary';
import type { Version } from './versions';
import { changedAt, groupBy, saying, unitedFindings, versionsOf } from './versions';

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
  /** The source's own time, for order only. */
  issuedAt: Instant;
  /** Since when a final version has stood in it. */
  finalAt: Instant | undefined;
  /** Findings that alert: an alert category, and not expected. */
  alerts: Finding[];
  /** The most dangerous alert, else `routine`. */
  category: Category;
  reporter: string;
  requester: string | undefined;
  /** For each label: the event that last changed what it says. */
  changed: number[];
  /** For each label: since when it has been said differently under one number, if it was. */
  contested: (Instant | undefined)[];
}

export { labelOf } from './versions';

/** A run of versions, and whether a later word of its readers took its place. */
type Run = Issue & { replaced: boolean };

/** Nothing clinical changed from `a` to `b`: same findings, and a mere finalising, or the source says so. */
const sameClinically = (a: Version, b: Version): boolean =>
  !a.withdrawn &&
  !b.withdrawn &&
  saying(a.findings) === saying(b.findings) &&
  (a.status === 'preliminary' || b.clinicalChange === false);

/**
 * Does `later` take the place of `version`? In one series yes, unless its date contradicts its number: then both stand, for
 * an alert must not end by a wrong date. A second reader silences no other reader's final word, only a preliminary one.
 */
const replaces = (later: Version, version: Version): boolean => {
  const preliminary = later.status === 'preliminary';
  if (version.status !== 'preliminary' && preliminary) return false;
  if (later.series !== version.series) return version.status === 'preliminary' && !preliminary;
  return later.withdrawn || later.issuedAt >= version.issuedAt;
};

/** A run is replaced when the last word of each of its readers is. */
const isReplaced = (run: readonly Version[], all: readonly Version[]): boolean =>
  groupBy(run, (v) => v.series).every((own) => {
    const last = own.findLast((v) => v.status !== 'preliminary') ?? own.at(-1)!;
    return all.slice(all.indexOf(last)).some((later) => !run.includes(later) && replaces(later, last));
  });

const runOf = (versions: readonly Version[], all: readonly Version[]): Run => {
  const first = versions[0]!;
  const last = versions.at(-1)!;
  const alerts = last.withdrawn ? [] : last.findings.filter((f) => isAlert(f.category) && !f.expected);
  const finalAt = versions.find((v) => v.finalAt !== undefined)?.finalAt;
  return {
    label: first.label,
    labels: versions.map((v) => v.label),
    kind: last.withdrawn ? 'withdrawn' : finalAt === undefined ? 'preliminary' : 'final',
    at: first.at,
    issuedAt: first.issuedAt,
    finalAt,
    alerts,
    category: worst(alerts.map((f) => f.category)) ?? 'routine',
    reporter: last.reporter,
    requester: last.requester,
    changed: versions.map((v) => v.changed),
    contested: versions.map((v) => v.contestedAt),
    replaced: isReplaced(versions, all),
  };
};

/** A version joins the run of the one before it in its own series, else of the one before it in all. */
const runsOf = (all: readonly Version[]): Run[] => {
  const groups: Version[][] = [];
  all.forEach((version, i) => {
    const before = all.slice(0, i);
    const same = [before.findLast((v) => v.series === version.series), before.at(-1)].find(
      (v) => v !== undefined && sameClinically(v, version),
    );
    const run = same && groups.find((group) => group.includes(same));
    if (run) run.push(version);
    else groups.push([version]);
  });
  const place = (run: Version[]): number => all.indexOf(run.at(-1)!);
  return groups.sort((a, b) => place(a) - place(b)).map((group) => runOf(group, all));
};

/** Reports are read many times between two events: a list of them, which never changes, is worked out once. */
const READ = new WeakMap<readonly Known<'report'>[], Run[]>();

/** Every run of report versions, in the source's order. */
export const runs = ({ reports }: Journey): Run[] => {
  const read = READ.get(reports) ?? runsOf(versionsOf(reports));
  READ.set(reports, read);
  return read;
};

/** The run that stands: the last final one that nothing replaced, else the last withdrawal, else a preliminary one. */
export const standing = (journey: Journey): Issue | undefined => {
  const left = runs(journey).filter((run) => !run.replaced);
  return (['final', 'withdrawn', 'preliminary'] as const)
    .map((kind) => left.findLast((run) => run.kind === kind))
    .find((run) => run !== undefined);
};

/** The final report that stands, if any. */
export const finalReport = (journey: Journey): Issue | undefined => {
  const issue = standing(journey);
  return issue?.kind === 'final' ? issue : undefined;
};

/** Since when a final report has stood without a break: the first final version of the standing run. */
export const finalSince = (journey: Journey): Instant | undefined => finalReport(journey)?.finalAt;

/** What was flagged under one id, as one issue: a flag sent twice with other words loses neither. */
const flagIssue = (flags: readonly Known<'flag'>[]): Issue => {
  const label = `flag:${flags[0]!.id}`;
  const alertsOf = (said: readonly Known<'flag'>[]): Finding[] =>
    unitedFindings(said.map(({ category, region }) => ({ id: 'f1', category, expected: false, region })));
  const alerts = alertsOf(flags);
  return {
    label,
    labels: [label],
    kind: 'flag',
    at: earliest(flags)!,
    issuedAt: flags.at(-1)!.at,
    alerts,
    category: worst(alerts.map((f) => f.category))!,
    reporter: flags.at(-1)!.raisedBy,
    changed: [changedAt(flags, (said) => saying(alertsOf(said)))],
    contested: [],
    finalAt: undefined,
    requester: undefined,
  };
};

const flagIssues = (journey: Journey): Issue[] => groupBy(journey.flags, (f) => f.id).map(flagIssue);

/** A person's act holds for what a version said when they did it: a version that says something else since is not covered. */
export const holdsFor = (issue: Issue, act: { version: string; seq: number }): boolean => {
  return act.seq > (issue.changed[issue.labels.indexOf(act.version)] ?? Infinity);
};

/** Whether one issue says of each region that the other alerts on something at least as dangerous. */
const covers = (issue: Issue, other: Issue): boolean =>
  other.alerts.every((a) =>
    issue.alerts.some((b) => a.region === b.region && risk(b.category) <= risk(a.category)),
  );

/**
 * A flag is taken up by a final report that alerts at least as strongly in the same region. One that came after the report
 * adds nothing while the report is still to be acknowledged, but somebody who has acknowledged it already must hear of it.
 */
const takenUp = (journey: Journey, flag: Issue, report: Issue | undefined): boolean => {
  if (report?.kind !== 'final' || !covers(report, flag)) return false;
  const accepted = journey.acknowledgements.filter((a) => holdsFor(report, a));
  return (
    flag.issuedAt <= report.issuedAt ||
    accepted.length === 0 ||
    accepted.some((a) => a.seq > flag.changed[0]!)
  );
};

/**
 * What people must know of now: the run that stands; other runs that nothing replaced, where they alert and the standing one
 * does not say so too, or where they withdraw what was said; and flags that no report has taken up.
 */
export const live = (journey: Journey): Issue[] => {
  const stands = standing(journey);
  const all = runs(journey);
  const place = all.findIndex((run) => run.label === stands?.label);
  const others = all.filter((run, i) => {
    if (run.replaced || i === place) return false;
    return run.kind === 'withdrawn' || (run.alerts.length > 0 && (i > place || !covers(stands!, run)));
  });
  const flags = flagIssues(journey).filter((flag) => !takenUp(journey, flag, stands));
  return [...(stands ? [stands] : []), ...others, ...flags];
};

/** Everything that was ever issued or flagged, live or overtaken. */
export const everIssued = (journey: Journey): Issue[] => [...runs(journey), ...flagIssues(journey)];

/** The live or past issue that a label belongs to. */
export const issueFor = (journey: Journey, label: string): Issue | undefined =>
  everIssued(journey).find((issue) => issue.labels.includes(label));
