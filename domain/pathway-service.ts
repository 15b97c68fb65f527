import type { Inputs } from './inputs';
import type { Journey, Known } from './journey';
import { since } from './journey';
import type { Rule } from './obligation';
import type { ReviewCode, RoleKey } from './vocabulary';

/**
 * What is owed about the service itself, beside its concerns. *Review*: the failsafe is audited, its policy exists, is signed,
 * reviewed and known, and findings are shared, each by a date (RCR 2016: the employer provides the fail-safe and audits it
 * regularly; C14).
 */

/** What comes round again: without a date for the next one, policy's limit counts from the last. */
const RECURS = new Set<ReviewCode>(['failsafe-audit', 'policy-exists', 'policy-review', 'policy-known']);

const ANSWERS: Readonly<Record<ReviewCode, RoleKey>> = {
  'failsafe-audit': 'safety-lead',
  'policy-exists': 'clinical-lead',
  'policy-signed': 'clinical-lead',
  'policy-review': 'clinical-lead',
  'policy-known': 'clinical-lead',
  'findings-shared': 'safety-lead',
  'canaries-set-up': 'safety-lead',
};

/** `review:policy-known:ward-7`; the duty adds which time it is: `review:policy-known:ward-7/2`. */
export const reviewOf = ({ code, ref }: Pick<Inputs['review-due'], 'code' | 'ref'>): string =>
  ['review', code, ...(ref === undefined ? [] : [ref])].join(':');

/** One duty for each time something was reviewed, and one for the next time. */
export const review: Rule = (j) => {
  const due = j.reviewsDue ?? [];
  const names = [...new Set(due.map(reviewOf))];
  return names.flatMap((name) => {
    const asked = due.filter((fact) => reviewOf(fact) === name);
    const { code } = asked[0]!;
    const done = (j.reviews ?? []).filter(({ duty }) => duty.replace(/\/\d+$/, '') === name);
    const duty = { kind: 'review', accountable: { role: ANSWERS[code] } } as const;
    const next = nextOf(code, asked, done.at(-1));
    return [
      ...done.map((d, i) => ({
        ...duty,
        key: `${name}/${i + 1}`,
        from: d.receivedAt,
        status: 'discharged' as const,
      })),
      ...(next === undefined
        ? []
        : [{ ...duty, ...next, key: `${name}/${done.length + 1}`, status: 'owed' as const }]),
    ];
  });
};

/** From when the next one counts, and its date where one was set; nothing where there is no next one. */
const nextOf = (
  code: ReviewCode,
  due: readonly Known<'review-due'>[],
  last: Known<'reviewed'> | undefined,
): { from: string; by?: string } | undefined => {
  const fact = due.findLast((f) => last === undefined || since(f) > last.receivedAt);
  if (fact) return { from: since(fact), ...(fact.dueOn === undefined ? {} : { by: fact.dueOn }) };
  if (last?.next !== undefined) return { from: last.receivedAt, by: last.next };
  return last !== undefined && RECURS.has(code) ? { from: last.receivedAt } : undefined;
};

/** A journey that is about a review ends when it was done and does not come round again. */
export const wasReviewed = (j: Journey): boolean => (j.reviews ?? []).length > 0;
