import { UNUSABLE } from '../../domain/refusals';
import type { EntityManager } from 'typeorm';
import type { JourneyEvent, ProposedEvent, Proposal } from '../../domain/events';
import type { CarriedDuty, CarriedInput } from '../../domain/inputs';
import { COMMAND_TYPES, FACT_TYPES } from '../../domain/inputs';
import type { Journey } from '../../domain/journey';
import { appendRow, lockInboxes } from '../intake/inbox';
import { lockMerging, survivorOf } from '../intake/merges';

const CARRIED = new Set<string>([...FACT_TYPES, ...COMMAND_TYPES]);
/** Of no use elsewhere: they speak of this journey's own asks, events or rows. */
const OWN = new Set<string>([
  'delivery-failed',
  'replan',
  'retract',
  'match',
  'explain',
  'reassign',
  'waive',
  'claim',
  'release',
]);
/** Doubts about whose a message is: settled by the merge itself. */
const SETTLED = new Set([
  'no-identifier',
  'identifiers-disagree',
  'patient-mismatch',
  'patient-identifiers-disagree',
]);

const mergeIn = (proposal: Proposal) =>
  proposal.events.find((e) => e.type === 'match' || e.type === 'merged');

/** Merges are recorded one at a time. Taken before any journey's lock, as intake does, so that the two never wait in a circle. */
export const lockForMerge = async (m: EntityManager, proposal: Proposal): Promise<void> => {
  if (mergeIn(proposal)) await lockMerging(m);
};

/**
 * Two people may match two journeys to each other, or the journey that a match names may itself have been merged since. So
 * the survivor is looked up again when the merge is recorded; a merge into oneself is refused. Takes the inboxes that will be
 * written into.
 */
export const withSurvivor = async (m: EntityManager, j: Journey, proposal: Proposal): Promise<Proposal> => {
  const merge = mergeIn(proposal);
  if (!merge && j.mergedInto !== undefined) await lockInboxes(m, [j.id, j.mergedInto]);
  if (!merge) return proposal;
  const survivor = (await survivorOf(m, merge.type === 'match' ? merge.data.journey : merge.data.into))!.id;
  if (survivor === j.id)
    return {
      ...proposal,
      events: [{ type: 'refused', input: merge.type, code: 'journey-merged', by: merge.by }],
    };
  await lockInboxes(m, [j.id, survivor]);
  const into = (e: ProposedEvent): ProposedEvent =>
    e.type === 'match'
      ? { ...e, data: { journey: survivor } }
      : e.type === 'merged'
        ? { ...e, data: { into: survivor } }
        : e;
  return { ...proposal, events: proposal.events.map(into) };
};

/**
 * The losing journey's facts and commands go to the survivor's inbox as one row, in the transaction that ends the loser's
 * duties: nothing is owed by neither. Each keeps who and when. What was retracted stays behind. A fact that reaches the loser
 * only after its end (it was on its way) follows in the same manner.
 */
export const carryOver = async (
  m: EntityManager,
  before: Journey,
  after: Journey,
  recorded: readonly JourneyEvent[],
): Promise<void> => {
  const first = before.mergedInto === undefined;
  const events = first ? await evidenceOf(m, after.id) : recorded;
  const facts = carriedInputs(events, after);
  const open = first ? openDuties(before) : events.flatMap((e) => (e.type === 'absorb' ? e.data.open : []));
  // What was absorbed only after the end of this journey had doubts of its own.
  const queries = first
    ? unworked(after)
    : events.flatMap((e) => (e.type === 'absorb' ? (e.queries ?? []) : []));
  const survivor = (await survivorOf(m, after.mergedInto!))!.id;
  if (first) await leaveAlias(m, after.id, survivor);
  if (!first && facts.length + open.length + queries.length === 0) return;
  await appendRow(m, survivor, {
    type: 'absorb',
    data: { from: after.id, facts, open },
    by: { person: 'imaging-failsafe', role: 'system' },
    receivedAt: recorded.at(-1)!.at,
    queries,
  });
};

/** What still comes for the loser goes to the survivor: by its id through an alias, by its identifiers since they move. */
export const leaveAlias = async (m: EntityManager, loser: string, survivor: string): Promise<void> => {
  await m.query('insert into alias (loser, survivor) values ($1, $2) on conflict do nothing', [
    loser,
    survivor,
  ]);
  await m.query('update identifier set journey = $2 where journey = $1', [loser, survivor]);
};

const evidenceOf = async (m: EntityManager, journey: string): Promise<JourneyEvent[]> => {
  const rows = await m.query<{ body: JourneyEvent }[]>(
    'select body from evidence where journey = $1 order by seq',
    [journey],
  );
  return rows.map((r) => r.body);
};

const openDuties = (j: Journey): CarriedDuty[] =>
  Object.values(j.obligations).map(({ key, limitAt, dueAt, rung, asks }) => ({
    key,
    limitAt,
    dueAt,
    rung,
    asks,
  }));

const explained = (j: Journey, query: string): boolean =>
  j.queries.some((q) => q.id === query && q.explained);

/** What could not be worked out here is in no event: that it waits to be looked at goes along. */
const unworked = (j: Journey): string[] =>
  j.queries
    .filter((q) => UNUSABLE.some((code) => q.id.startsWith(`${code}:`)) && !q.explained)
    .map((q) => q.id.replace(':', `:${j.id}/`));

const carriedInputs = (events: readonly JourneyEvent[], loser: Journey): CarriedInput[] => {
  const retracted = new Set(events.flatMap((e) => (e.type === 'retract' ? [e.data.event] : [])));
  return events.flatMap((e): CarriedInput[] => {
    if (!CARRIED.has(e.type) || OWN.has(e.type) || retracted.has(e.seq) || !('data' in e)) return [];
    const queries = (e.queries ?? []).filter((id) => !SETTLED.has(id) && !explained(loser, id));
    const { type, data, by, receivedAt, happenedAt, at } = e;
    const when = { receivedAt, ...(happenedAt === undefined ? {} : { happenedAt }), at };
    const carried = { type, data, by, ...when, ...(queries.length > 0 ? { queries } : {}) };
    if (e.type !== 'clarify' || e.data.duty !== undefined) return [carried];
    // Decided on every question that was open here: on the survivor they may not be the same ones.
    const { questions = [] } = loser.clarifications.find((c) => c.seq === e.seq) ?? {};
    return questions.map((duty) => ({ ...carried, data: { ...e.data, duty } }));
  });
};
