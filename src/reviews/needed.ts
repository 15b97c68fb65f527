import type { Inputs } from '../../domain/inputs';
import type { Policy } from '../../domain/policy';
import { reviewOf } from '../../domain/pathway-service';
import type { Instant } from '../../domain/vocabulary';
import type { StandingDirectory } from '../directory/directory-store';

/** Which reviews must stand today. Pure; whoever opens them is `review-keeper.ts`. */

type Due = Inputs['review-due'];

const DAY_MS = 86_400_000;
/** How long there is for what was found wanting: our own number. With four weeks of notice it is asked about after a week. */
const FIRST_DAYS = 35;

const later = (at: Instant, days: number): Instant => new Date(Date.parse(at) + days * DAY_MS).toISOString();

/** Those who refer: the teams of the trust, and the practices. */
const departments = ({ teams = [], organisations = [] }: StandingDirectory): string[] => [
  ...teams.map(({ id }) => id),
  ...organisations.filter(({ kind }) => kind === 'gp-practice').map(({ id }) => id),
];

/** When the policy itself says that it must be looked at; a year after it was signed where it does not say. */
const policyReview = (policy: Policy): Instant | undefined => {
  if (policy.signed === undefined) return undefined;
  const { on, reviewBy } = policy.signed;
  return reviewBy === undefined ? later(`${on}T00:00:00.000Z`, 365) : `${reviewBy}T00:00:00.000Z`;
};

/**
 * What must be owed from a day on and is not.
 * @param day midnight in UTC: asked again on the same day, it says the same
 * @param open what is owed already, as `reviewOf` names it
 */
export const neededOn = (
  day: Instant,
  policy: Policy,
  directory: StandingDirectory,
  open: ReadonlySet<string>,
): Due[] => {
  const soon = later(day, FIRST_DAYS);
  const review = policyReview(policy);
  const all: Due[] = [
    { at: day, code: 'failsafe-audit' },
    { at: day, code: 'policy-exists', dueOn: soon },
    ...(policy.signed ? [] : [{ at: day, code: 'policy-signed' as const, dueOn: soon }]),
    { at: day, code: 'policy-review', ...(review === undefined ? {} : { dueOn: review }) },
    ...(directory.canary ? [] : [{ at: day, code: 'canaries-set-up' as const, dueOn: soon }]),
    ...departments(directory).map((ref) => ({ at: day, code: 'policy-known' as const, ref, dueOn: soon })),
  ];
  return all.filter((due) => !open.has(reviewOf(due)));
};
