import type { JourneyEvent } from '../../domain/events';
import type { Finding, ReportFact } from '../../domain/facts';
import type { Instant } from '../../domain/vocabulary';
import { labelOf } from '../../domain/versions';
import type { Words } from './words';
import { findingInWords, inWords } from './words';

/** One report version as it came, and what it says otherwise than the one before it of its series. */
export interface ReportVersion {
  label: string;
  status: string;
  reporter: string;
  /** When its source issued it, and when we received it. */
  issuedAt: Instant;
  receivedAt: Instant;
  findings: string[];
  regions: string[];
  changes: string[];
  text?: string;
  seq: number;
}

type Reported = JourneyEvent & { type: 'report' };

export const reportsOf = (
  events: readonly JourneyEvent[],
  w: Words,
  textOf: (ref: string) => string | undefined,
): ReportVersion[] => {
  const reports = events.filter((e): e is Reported => e.type === 'report');
  return reports.map((e, i) => {
    const { data } = e;
    const text = data.text && textOf(data.text.ref);
    return {
      label: labelOf(data),
      status: data.status,
      reporter: w.who(data.reporter, 'reporter'),
      issuedAt: data.at,
      receivedAt: e.receivedAt,
      findings: data.findings.map((f) => `${findingInWords(f)}${w.id(`[${f.id}]`)}`),
      regions: (data.regions ?? []).map((r) => `${inWords(r.region)}: ${inWords(r.statement)}`),
      changes: changesOf(before(reports.slice(0, i), data), data),
      ...(text === undefined ? {} : { text }),
      seq: e.seq,
    };
  });
};

/** Of what came earlier: the highest number below this one in the same series, or the same number said before. */
const before = (earlier: readonly Reported[], { version, series }: ReportFact): ReportFact | undefined =>
  earlier
    .map((e) => e.data)
    .filter((d) => d.series === series && d.version <= version)
    .sort((a, b) => a.version - b.version)
    .at(-1);

/** What changed clinically, finding by finding; a first version changes nothing. */
export const changesOf = (old: ReportFact | undefined, now: ReportFact): string[] => {
  if (old === undefined) return [];
  const named = (f: Finding): string => `${f.id}/${f.region}`;
  const was = new Map(old.findings.map((f) => [named(f), f]));
  const is = new Map(now.findings.map((f) => [named(f), f]));
  const added = now.findings.filter((f) => !was.has(named(f))).map((f) => `new: ${findingInWords(f)}`);
  const gone = old.findings
    .filter((f) => !is.has(named(f)))
    .map((f) => `no longer said: ${findingInWords(f)}`);
  const other = now.findings.flatMap((f) => {
    const earlier = was.get(named(f));
    return earlier && findingInWords(earlier) !== findingInWords(f)
      ? [`${findingInWords(earlier)} became ${findingInWords(f)}`]
      : [];
  });
  const status = old.status === now.status ? [] : [`${inWords(old.status)} became ${inWords(now.status)}`];
  return [...added, ...gone, ...other, ...status];
};
