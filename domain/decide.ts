import { nextObligation } from './closing';
import { handovers, imagine, withDuties } from './difference';
import type { Cause, ProposedEvent, Proposal } from './events';
import { contradicts, isKnown, nameOf } from './content';
import type { DecisionRules } from './guards';
import { acknowledgedBy, refusalOf, waiverHolds } from './guards';
import type { Actor, CarriedDuty, CommandType, Inputs, InputType, Row } from './inputs';
import { isCommand } from './inputs';
import type { Journey } from './journey';
import type { Obligation } from './obligation';
import { nextInstant } from './obligation';
import { findOffer } from './offers';
import { expired, onCall, senderAsked } from './unanswered';
import { duties } from './pathway';
import type { UNUSABLE } from './refusals';
import type { Instant } from './vocabulary';

/**
 * `decide(journey, cause, now)` proposes what one cause means: the fact or command itself, and the difference that it
 * makes to what is owed. Pure; who exactly and when exactly is filled in by `schedule`, inside the transaction that
 * records it. Every cause proposes at least one event, so that the loop always ends with it.
 */
export const decide = (j: Journey, cause: Cause, now: Instant, rules: DecisionRules): Proposal => {
  try {
    return {
      at: now,
      events: cause.kind === 'row' ? onRow(j, cause.row, now, rules) : onDeadline(j, cause, now),
    };
  } catch {
    return internalError(j, cause, now);
  }
};

/**
 * What cannot be worked out is refused and becomes a duty of the desk; other deadlines go on. A lease ends all the same, and
 * a closed journey reopens: otherwise the one would fire for ever, and nobody would be asked in the other.
 */
const internalError = (j: Journey, cause: Cause, now: Instant): Proposal => {
  if (cause.kind === 'deadline') {
    const { key, opening } = cause;
    const unleased: ProposedEvent[] = [
      { type: 'lease-ended', key, opening },
      { type: 'accountable', key, opening, to: { role: 'reporting-pool' } },
    ];
    return {
      at: now,
      events: [
        { type: 'refused', input: 'deadline', code: 'internal-error' },
        ...(cause.lease ? unleased : []),
        { type: 'asked', key, opening, why: 'internal-error' },
      ],
    };
  }
  return { at: now, events: unusable(j, 'internal-error', cause.id, cause.row, now) };
};

/** An input that could not be used, and whose it was, where that is known. */
type Unusable = { type: InputType; by?: Actor };

/** A row that can never be recorded is refused in its own place, so that those behind it go on; the desk owes an explanation. */
export const setAside = (j: Journey, cause: string, row: Unusable, now: Instant): Proposal => ({
  at: now,
  events: unusable(j, 'quarantined', cause, row, now),
});

const unusable = (
  j: Journey,
  code: (typeof UNUSABLE)[number],
  cause: string,
  { type: input, by }: Unusable,
  now: Instant,
): ProposedEvent[] => [
  { type: 'refused', input, code, ...(by ? { by } : {}) },
  {
    type: 'opened',
    key: `reconcile:${code}:${cause}`,
    opening: 1,
    kind: 'reconcile',
    from: now,
    accountable: { role: 'desk' },
  },
  ...(j.closed ? [{ type: 'reopened' as const }] : []),
];

const onRow = (j: Journey, row: Row, now: Instant, rules: DecisionRules): ProposedEvent[] => {
  if (isCommand(row.type)) {
    const stale = row.ifMatch !== undefined && row.ifMatch !== j.clinical;
    const early = row.happenedAt !== undefined && row.happenedAt > row.receivedAt;
    const code = stale
      ? 'stale'
      : early
        ? 'happened-in-future'
        : refusalOf(j, row.type, row.data as Inputs[CommandType], row.by, rules);
    if (code) return [{ type: 'refused', input: row.type, code, by: row.by }];
  }
  if (row.type === 'delivery-failed') return [input(row, row.data), ...onDeliveryFailed(j, row.data, now)];
  if (row.type === 'directory') return [input(row, row.data), ...onDirectory(j, row.data.people)];
  if (row.type === 'absorb') return onAbsorb(j, row, now);
  // On record, and nothing of it changes what is owed.
  if (row.type === 'erased' || row.type === 'legal-hold') return [input(row, row.data)];
  if (row.type === 'remedied') {
    if (row.data.settles === undefined) return [input(row, row.data)];
    return withDuties(j, [input(row, row.data)], row.receivedAt);
  }
  const event = taken(j, row, settled(j, row, rules));
  if (event.type === 'noted') return [event];
  const events = withDuties(j, [event], row.happenedAt ?? row.receivedAt);
  if (row.happenedAt !== undefined && isBeforeOwed(j, events, row.happenedAt))
    return [{ type: 'refused', input: row.type, code: 'happened-before-owed', by: row.by }];
  switch (row.type) {
    case 'reassign':
      return [...events, ...askedInstead(j, events)];
    case 'decline':
      return [...events, ...(row.data.instead ? [] : senderAsked(j, row.data.offer, 'offer-declined'))];
    case 'call':
      return [...events, ...onCall(j, row.data)];
    default:
      return events;
  }
};

/** A duty cannot have been done before it was owed: the time that was entered is a slip of the pen. */
const isBeforeOwed = (j: Journey, events: readonly ProposedEvent[], happenedAt: Instant): boolean =>
  events.some((e) => e.type === 'ended' && e.how === 'discharged' && j.obligations[e.key]!.from > happenedAt);

/** What a command leaves open and the journey knows: whether a waiver holds, what an offer is called, what was accepted. */
const settled = (j: Journey, row: Row, rules: DecisionRules): Inputs[InputType] => {
  switch (row.type) {
    case 'waive':
      return { ...row.data, holds: waiverHolds(j, row.data, row.by, rules) };
    case 'offer':
      return { ...row.data, offerId: `${j.id.slice(-6)}-${j.seq + 1}` };
    case 'accept':
      return { ...row.data, of: findOffer(j, row.data.offer)!.of };
    case 'call': {
      const version = acknowledgedBy(row.data);
      return version === undefined ? row.data : { ...row.data, version };
    }
    default:
      return row.data;
  }
};

/** An input as it is taken in: a fact that is known already, with nothing new that is odd about it, is only noted. */
const taken = (j: Journey, row: Row, data: Inputs[InputType]): ProposedEvent => {
  const queries = queriesOf(j, row);
  const known = isKnown(j, row.type, row.data) && queries.every((id) => j.queries.some((q) => q.id === id));
  return known
    ? { type: 'noted', input: row.type, by: row.by, receivedAt: row.receivedAt }
    : input(row, data as never, queries);
};

/** A lead moved duties that were asked about: whoever answers for them from now on is asked at once. */
const askedInstead = (j: Journey, events: readonly ProposedEvent[]): ProposedEvent[] =>
  events.flatMap((e) =>
    e.type === 'accountable' && (j.obligations[e.key]?.asks ?? 0) > 0
      ? [{ type: 'asked' as const, key: e.key, opening: e.opening, why: 'reassigned' as const }]
      : [],
  );

/** A fact or command as it will stand in the record. */
const input = <T extends InputType>(
  row: Row<T>,
  data: Inputs[T],
  queries: readonly string[] = [],
): ProposedEvent =>
  ({
    type: row.type,
    data,
    by: row.by,
    receivedAt: row.receivedAt,
    ...(row.happenedAt === undefined ? {} : { happenedAt: row.happenedAt }),
    ...(queries.length > 0 ? { queries: [...queries] } : {}),
  }) as ProposedEvent;

/** What is odd about a fact. It is kept and used all the same; somebody must look. */
const queriesOf = (j: Journey, row: Row): string[] => {
  if (isCommand(row.type)) return row.queries ?? [];
  const name = nameOf(row.type, row.data);
  const at = 'at' in row.data ? row.data.at : undefined;
  const isNew = !isKnown(j, row.type, row.data);
  return [
    ...(row.queries ?? []),
    ...(at !== undefined && at > row.receivedAt ? [`date-in-future:${name}`] : []),
    ...(isNew && contradicts(j, row.type, row.data) ? [`contradiction:${name}`] : []),
    ...(row.type === 'unusable' ? [`unusable:${row.data.reason}:${row.data.at}`] : []),
    ...(row.type === 'concern' && isNew ? [`concern:${row.data.code}:${row.data.ref}`] : []),
  ];
};

const onDeadline = (
  j: Journey,
  cause: Extract<Cause, { kind: 'deadline' }>,
  now: Instant,
): ProposedEvent[] => {
  const o = j.obligations[cause.key];
  if (!o || causeOf(o).id !== cause.id) return [{ type: 'lapsed' }];
  if (o.kind === 'accept-handover') return expired(j, o, 'deadline', now);
  if (!cause.lease) return [{ type: 'asked', key: o.key, opening: o.opening, why: 'deadline' }];
  const released: Journey = { ...j, claim: undefined };
  return [
    { type: 'lease-ended', key: o.key, opening: o.opening },
    ...handovers(released, [o], new Map(duties(released).map((duty) => [duty.key, duty]))),
    { type: 'asked', key: o.key, opening: o.opening, why: 'lease-ended' },
  ];
};

/** The deadline of an obligation as a cause. Its id changes with every ask, opening and instant: none fires twice. */
export const causeOf = (o: Obligation): Extract<Cause, { kind: 'deadline' }> => {
  const lease = o.leaseUntil !== undefined && o.leaseUntil <= o.dueAt;
  return {
    kind: 'deadline',
    id: `due:${o.key}/${o.opening}/${lease ? 'lease' : o.asks}/${nextInstant(o)}`,
    key: o.key,
    opening: o.opening,
    lease,
  };
};

/** The deadline that has come, if one has. */
export const dueCause = (j: Journey, now: Instant): Cause | undefined => {
  const next = nextObligation(j);
  return next !== undefined && nextInstant(next) <= now ? causeOf(next) : undefined;
};

/** An ask that did not arrive goes up at once, while it is still the live one. An offer that did not is nobody's to accept. */
const onDeliveryFailed = (j: Journey, failed: Inputs['delivery-failed'], now: Instant): ProposedEvent[] => {
  const o = j.obligations[failed.key];
  if (!o || o.opening !== failed.opening || o.asks !== failed.ask) return [];
  if (o.kind === 'accept-handover') return expired(j, o, 'delivery-failed', now);
  return [{ type: 'asked', key: o.key, opening: o.opening, why: 'delivery-failed' }];
};

/** Somebody who is asked here changed post: the role is asked again. `schedule` finds out who answers from now on. */
const onDirectory = (j: Journey, people: readonly string[]): ProposedEvent[] =>
  Object.values(j.obligations)
    .filter((o) => people.includes(o.askedNow.person) && o.asks > 0)
    .map((o) => ({ type: 'asked', key: o.key, opening: o.opening, why: 'post-changed' }));

/** The facts and commands of a journey that turned out to be this one, with their own times and people. */
const onAbsorb = (j: Journey, row: Row<'absorb'>, now: Instant): ProposedEvent[] => {
  const events: ProposedEvent[] = [input(row, { ...row.data, facts: [] }, row.queries)];
  let state = j;
  for (const carried of row.data.facts) {
    const as = { ...carried, n: row.n, id: row.id } as unknown as Row;
    const event = taken(state, as, carried.data as never);
    events.push({ ...event, origin: row.data.from } as ProposedEvent);
    state = imagine(state, event, now);
  }
  const changed = withDuties(j, events, row.receivedAt, row.data.open);
  const ended = new Set(changed.flatMap((e) => (e.type === 'ended' ? [e.key] : [])));
  return [
    ...changed,
    ...row.data.open.filter((c) => !ended.has(c.key)).flatMap((c) => hastened(j.obligations[c.key], c)),
  ];
};

/** A duty that both journeys owed keeps the earlier deadline and the higher rung of the two. */
const hastened = (o: Obligation | undefined, c: CarriedDuty): ProposedEvent[] => {
  if (!o || (c.limitAt >= o.limitAt && c.dueAt >= o.dueAt && c.rung <= o.rung)) return [];
  return [
    {
      type: 'rescheduled',
      key: o.key,
      opening: o.opening,
      limitAt: c.limitAt < o.limitAt ? c.limitAt : o.limitAt,
      dueAt: c.dueAt < o.dueAt ? c.dueAt : o.dueAt,
      ...(c.rung > o.rung ? { rung: c.rung } : {}),
    },
  ];
};
