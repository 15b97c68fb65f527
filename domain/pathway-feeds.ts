import { feedKnown } from './feeds';
import type { Journey } from './journey';
import { since } from './journey';
import { DESK } from './known';
import type { Duty, Rule } from './obligation';
import type { Instant } from './vocabulary';

/** What a feed's journey owes: each silence and each difference in numbers is explained by the desk, also once it is over. */

/** A silence is named by its beginning: however often it is noted, it is one duty. */
const silentId = (s: { since: Instant }): string => `silent:${s.since}`;
/** A difference is named by the time that was counted: a source that counts once more is asked about once more. */
const countsId = (d: { from: Instant; to: Instant }): string => `counts:${d.from}/${d.to}`;

const question = (j: Journey, id: string, from: Instant, seq: number): Duty => ({
  key: `reconcile:${id}`,
  kind: 'reconcile',
  from,
  accountable: DESK,
  basis: seq,
  status: j.queries.some((q) => q.id === id && q.explained && q.seq > seq) ? 'discharged' : 'owed',
});

/** Where several differences have one name, the newest is the one to be explained. */
const newestOf = <T extends { seq: number }>(facts: readonly T[], id: (fact: T) => string): T[] => [
  ...new Map(facts.toSorted((a, b) => a.seq - b.seq).map((fact) => [id(fact), fact])).values(),
];

export const feed: Rule = (j) => {
  const { silences, differences } = feedKnown(j);
  return [
    ...newestOf(silences, silentId).map((s) => question(j, silentId(s), since(s), s.seq)),
    ...newestOf(differences, countsId).map((d) => question(j, countsId(d), since(d), d.seq)),
  ];
};

/** Whether a question is one of these: it is owed by this rule, and by no other. */
export const isOfFeed = ({ id }: { id: string }): boolean => /^(silent|counts):/.test(id);
