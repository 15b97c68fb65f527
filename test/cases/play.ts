import type { Policy } from '../../domain/policy';
import type { Loop } from '../support/loop';
import type { Case, Outcome, Story } from './case';
import { Clinic } from './clinic';
import type { Held } from './clinic';
import type { Examination } from './examination';
import type { Hospital } from './hospital';
import { judge, worst } from './judge';
import type { Step, Verdict } from './judge';
import { judgeTwin } from './judge-twin';
import type { TwinVerdict } from './judge-twin';
import { inTheCase } from './people';
import type { Post } from './post';
import { between, inWords, PlayedDates } from './played-dates';

/** One played case, as `--json` gives it. Instants are the skipped clock's; `day` is in the case's own dates. */
export interface CaseEntry {
  id: string;
  title: string;
  happened: string;
  outcome: Outcome;
  days?: number;
  expected: Outcome;
  expectedDays?: number;
  /** What the failsafe did first beyond those who let it lie. */
  firstStep: string;
  /** How long after the clock had started. */
  after: string;
  afterInWords: string;
  /** Whose duty it was by then. */
  owner: string;
  /** When the staffed desk knew, from which the days are counted. */
  deskAfter?: string;
  step?: { duty: string; asked: string; role: string; at: string; day: string };
  /** How long it took in reality. */
  inReality?: string;
  harm: Case['harm'];
  /** What the case requires besides, and whether it was so. */
  holds: Held[];
  failures: string[];
}

export interface TwinEntry extends TwinVerdict {
  id: string;
  title: string;
}

/** Called with what was played before its servers go: to keep evidence. */
export type Keep = (id: string, examinations: readonly Examination[]) => Promise<void>;

const clinicFor = async (c: Case, loop: Loop, post: Post): Promise<Clinic> =>
  new Clinic(loop, new PlayedDates(c.begins, await loop.now()), c.id, post);

/** Plays a case as it happened, and judges what the failsafe made of it. */
export const playCase = (c: Case, hospital: Hospital, keep?: Keep): Promise<CaseEntry> =>
  hospital
    .play((loop, post) => played(c, loop, post, keep))
    .catch((error: unknown) => ({
      ...heading(c),
      outcome: 'not detectable',
      firstStep: 'none',
      after: 'never',
      afterInWords: 'never',
      owner: 'nobody',
      harm: c.harm,
      holds: [],
      failures: [couldNot(error)],
    }));

/** A play that breaks off fails its case, and hides no other. */
const couldNot = (error: unknown): string => `it could not be played to its end: ${(error as Error).message}`;

const played = async (c: Case, loop: Loop, post: Post, keep?: Keep): Promise<CaseEntry> => {
  const clinic = await clinicFor(c, loop, post);
  const stories = await c.play(clinic);
  await clinic.settles();
  const until = await loop.now();
  const judged = await Promise.all(
    stories.map(async (story) => {
      const { examination } = story;
      const evidence = { events: await examination.events(), state: await examination.state(), until };
      return { story, ...judge(story, c.harm, c.expected, evidence) };
    }),
  );
  await keep?.(c.id, clinic.examinations);
  const sent = await outboxAgrees(clinic);
  return entryOf(c, clinic, judged, sent);
};

/** Plays a case's twin, in which everybody does their part. */
export const playTwin = (c: Case, hospital: Hospital, policy: Policy, keep?: Keep): Promise<TwinEntry> =>
  hospital
    .play((loop, post) => playedTwin(c, loop, post, policy, keep))
    .catch((error: unknown) => ({
      id: `${c.id}-twin`,
      title: c.title,
      closed: false,
      escalations: 0,
      asks: 0,
      needless: 0,
      mostToOnePerson: 0,
      failures: [couldNot(error)],
    }));

const playedTwin = async (
  c: Case,
  loop: Loop,
  post: Post,
  policy: Policy,
  keep?: Keep,
): Promise<TwinEntry> => {
  const clinic = await clinicFor(c, loop, post);
  const examinations = await c.twin(clinic);
  await clinic.settles();
  const evidence = await Promise.all(
    examinations.map(async (x) => ({
      events: await x.events(),
      state: await x.state(),
      asks: await x.asks(),
    })),
  );
  await keep?.(`${c.id}-twin`, clinic.examinations);
  const verdict = judgeTwin(evidence, policy);
  const failures = [...verdict.failures, ...unheld(clinic), ...(await outboxAgrees(clinic))];
  return { id: `${c.id}-twin`, title: c.title, ...verdict, failures };
};

/** What the evidence says was asked stands in the outbox, and nothing else does; and what went out has arrived. */
const outboxAgrees = async (clinic: Clinic): Promise<string[]> => {
  const differences = clinic.examinations.map(async (x) => {
    const recorded = (await x.events()).filter(
      (e) => e.type === 'asked' || (e.type === 'opened' && e.asks > 0),
    ).length;
    const asked = (await x.asks()).length;
    const lost = (await x.wentOut()).filter((ask) => !clinic.post.arrived.has(ask)).length;
    return [
      ...(recorded === asked ? [] : [`the evidence has ${recorded} asks, the outbox ${asked}`]),
      ...(lost === 0 ? [] : [`${lost} asks count as sent and never arrived`]),
    ];
  });
  return (await Promise.all(differences)).flat();
};

const entryOf = (
  c: Case,
  clinic: Clinic,
  judged: readonly (Verdict & { story: Story })[],
  outbox: readonly string[],
): CaseEntry => {
  const speaks = worst(judged);
  const { first, story } = speaks;
  const failures = [...new Set(judged.flatMap((v) => v.failures))];
  return {
    ...heading(c),
    outcome: speaks.outcome,
    ...(speaks.days === undefined ? {} : { days: speaks.days }),
    firstStep: first ? sentence(first) : 'none',
    after: speaks.after ?? 'never',
    afterInWords: speaks.after === undefined ? 'never' : inWords(speaks.after),
    owner: first ? inTheCase(first.accountable) : 'nobody',
    ...(speaks.deskAfter === undefined ? {} : { deskAfter: speaks.deskAfter }),
    ...(first ? { step: stepOf(first, clinic) } : {}),
    ...(story.acted === undefined ? {} : { inReality: between(story.since, story.acted) }),
    harm: c.harm,
    holds: clinic.held,
    failures: [...failures, ...unheld(clinic), ...outbox],
  };
};

const unheld = (clinic: Clinic): string[] => clinic.held.filter((h) => !h.ok).map((h) => `not so: ${h.what}`);

const heading = (c: Case): Pick<CaseEntry, 'id' | 'title' | 'happened' | 'expected' | 'expectedDays'> => ({
  id: c.id,
  title: c.title,
  happened: c.happened,
  expected: c.expected.outcome,
  ...(c.expected.days === undefined ? {} : { expectedDays: c.expected.days }),
});

const stepOf = (first: Step, clinic: Clinic): CaseEntry['step'] => ({
  duty: first.key,
  asked: first.asked.person,
  role: first.asked.role,
  at: first.at,
  day: clinic.dates.own(first.at),
});

const DUTY_IN_WORDS: Partial<Record<Step['kind'], string>> = {
  report: 'for the report',
  transfer: 'for the images to arrive',
  acknowledge: 'to acknowledge the finding',
  plan: 'for a plan',
  complete: 'for proof of what was planned',
  reconcile: 'to find out whose it is',
  review: 'for the review of the failsafe',
};

const sentence = (step: Step): string =>
  `${inTheCase(step.asked)} asked ${DUTY_IN_WORDS[step.kind] ?? `about ${step.kind}`}`;
