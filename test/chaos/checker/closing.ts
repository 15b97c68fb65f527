import type { Sent } from '../../system/support/sender';
import type { Check, Seen, SeenJourney } from './seen';

/** Invariants 4 and 5: a journey closes when people have done what is owed for the version that stands, and not otherwise. */

/** What was sent for a journey and stands in it, with what was sent to those merged into it. */
const standsIn = (seen: Seen, j: SeenJourney): Sent[] => {
  const ids = [j.id, ...seen.journeys.filter((other) => other.mergedInto === j.id).map(({ id }) => id)];
  return seen.sent.filter(
    ({ journey, end }) => journey !== undefined && ids.includes(journey) && end?.code === undefined,
  );
};

interface Finding {
  id: string;
  category: string;
}

/** What is still missing before a journey with a report may close. */
const missing = (sent: readonly Sent[]): string[] => {
  const reports = sent.filter((s) => s.type === 'report');
  const newest = reports.sort((a, b) => Number(a.body['version']) - Number(b.body['version'])).at(-1)!;
  const version = `r${String(newest.body['version'])}`;
  const has = (type: string, more: Record<string, unknown> = {}): boolean =>
    sent.some(
      (s) =>
        s.type === type &&
        Object.entries({ version, ...more }).every(([name, value]) => s.body[name] === value),
    );
  const alerts = (newest.body['findings'] as Finding[]).filter((f) => f.category !== 'routine');
  return [
    ...(has('acknowledge') ? [] : [`an acknowledgement of ${version}`]),
    ...alerts.filter((f) => !has('plan', { finding: f.id })).map((f) => `a plan for ${f.id} of ${version}`),
    ...(has('tell', { outcome: 'told' }) ? [] : [`telling the patient of ${version}`]),
    ...(has('gp-receipt') ? [] : [`telling the GP of ${version}`]),
  ];
};

const whyNotClosed = (seen: Seen, j: SeenJourney): string[] => {
  const sent = standsIn(seen, j);
  const sentAny = (...types: string[]): boolean => sent.some((s) => types.includes(s.type));
  if (j.mergedInto !== undefined || j.subject !== 'examination')
    return sentAny('match', 'explain') ? [] : ['a person who matched or explained it'];
  if (sentAny('report')) return missing(sent);
  const notNeeded = sent.some((s) => s.type === 'clarify' && s.body['decision'] === 'not-needed');
  return notNeeded && !sentAny('images') ? [] : ['a clinical decision that it is not needed'];
};

export const nothingClosesByItself: Check = (seen) =>
  seen.journeys
    .filter((j) => j.closed)
    .flatMap((j) => whyNotClosed(seen, j).map((what) => `${j.id} closed without ${what}`));

/** A duty about a version ends by what a person did about that version. */
const DONE_BY: Readonly<Record<string, string>> = {
  acknowledge: 'acknowledge',
  plan: 'plan',
  'tell-patient': 'tell',
};

export const dutiesEndByTheirVersion: Check = (seen) =>
  seen.journeys.flatMap((j) => {
    const sent = standsIn(seen, j);
    return j.events
      .filter((e) => e.type === 'ended' && e['how'] === 'discharged')
      .flatMap((e) => {
        const [kind, version, finding] = String(e['key']).split(':');
        const type = DONE_BY[kind!];
        if (type === undefined) return [];
        const done = sent.some(
          (s) =>
            s.type === type &&
            s.body['version'] === version &&
            (finding === undefined || s.body['finding'] === finding),
        );
        return done ? [] : [`${String(e['key'])} of ${j.id} was discharged, and nobody sent that`];
      });
  });

export const everyVersionIsOwed: Check = (seen) =>
  seen.journeys
    .filter((j) => j.subject === 'examination')
    .flatMap((j) =>
      standsIn(seen, j)
        .filter((s) => s.type === 'report')
        .map((s) => `acknowledge:r${String(s.body['version'])}`)
        .filter((key) => !j.events.some((e) => e.type === 'opened' && e['key'] === key))
        .map((key) => `${key} of ${j.id} was never owed`),
    );

/** What the senders meant to finish is finished; what they left is open. */
export const storiesEndAsTold: Check = (seen) =>
  seen.plays.flatMap(({ name, ends, sent }) => {
    const ids = new Set(sent.map((s) => s.journey));
    const mine = seen.journeys.filter((j) => ids.has(j.id));
    const open = mine.filter((j) => !j.closed);
    if (ends === 'closed') return open.map((j) => `${j.id} did not close ("${name}")`);
    return open.length > 0
      ? []
      : [`nothing is open of "${name}" (${mine.map((j) => j.id).join(', ') || 'no journey'})`];
  });
