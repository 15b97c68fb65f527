import { mayClose, nextObligation } from './closing';
import type { Cause, ProposedAccountable, ProposedEvent, ProposedOpened, Proposal } from './events';
import { contradicts, evolve, isKnown } from './evolve';
import type { DecisionRules } from './guards';
import { nameOf, refusalOf, waiverHolds } from './guards';
import type { CarriedDuty, CommandType, Inputs, InputType, Row } from './inputs';
import { isCommand } from './inputs';
import type { Journey } from './journey';
import type { Duty, Obligation } from './obligation';
import { nextInstant } from './obligation';
import { duties } from './pathway';
import type { Instant } from './vocabulary';

/**
 * `decide(journey, cause, now)` proposes what one cause means: the fact or command itself, and the difference that it
 * makes to what is owed. Pure; who exactly and when exactly is filled in by `schedule`, inside the transaction that
 * records it. Every cause proposes at least one event, so that the loop always ends with it.
 */
export const decide = (j: Journey, cause: Cause, now: Instant, rules: DecisionRules): Proposal => {
  try {
    return { at: now, events: cause.kind === 'row' ? onRow(j, cause.row, now, rules) : onDeadline(j, cause) };
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
  const key = `reconcile:internal-error:${cause.id}`;
  return {
    at: now,
    events: [
      { type: 'refused', input: cause.row.type, code: 'internal-error', by: cause.row.by },
      { type: 'opened', key, opening: 1, kind: 'reconcile', from: now, accountable: { role: 'desk' } },
      ...(j.closed ? [{ type: 'reopened' as const }] : []),
    ],
  };
};

const onRow = (j: Journey, row: Row, now: Instant, rules: DecisionRules): ProposedEvent[] => {
  if (isCommand(row.type)) {
    const stale = row.ifMatch !== undefined && row.ifMatch !== j.clinical;
    const code = stale ? 'stale' : refusalOf(j, row.type, row.data as Inputs[CommandType], row.by, rules);
    if (code) return [{ type: 'refused', input: row.type, code, by: row.by }];
  }
  if (row.type === 'delivery-failed') return [input(row, row.data), ...onDeliveryFailed(j, row.data)];
  if (row.type === 'replan') return [input(row, row.data)];
  if (row.type === 'directory') return [input(row, row.data), ...onDirectory(j, row.data.people)];
  if (row.type === 'absorb') return onAbsorb(j, row, now);
  if (row.type === 'waive')
    return withDuties(
      j,
      [input(row, { ...row.data, holds: waiverHolds(j, row.data, row.by, rules) })],
      row.receivedAt,
    );
  if (isKnown(j, row.type, row.data) && !row.queries?.length)
    return [{ type: 'noted', input: row.type, by: row.by, receivedAt: row.receivedAt }];
  return withDuties(j, [input(row, row.data)], row.receivedAt, queriesOf(j, row));
};

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
    ...(queries.length > 0 ? { queries: [...queries] } : {}),
  }) as ProposedEvent;

/** What is odd about a fact. It is kept and used all the same; somebody must look. */
const queriesOf = (j: Journey, row: Row): string[] => {
  const name = nameOf(row.type, row.data);
  const at = 'at' in row.data ? row.data.at : undefined;
  return [
    ...(row.queries ?? []),
    ...(!isCommand(row.type) && at !== undefined && at > row.receivedAt ? [`date-in-future:${name}`] : []),
    ...(row.type === 'report' && contradicts(j, row.data) ? [`contradiction:${name}`] : []),
    ...(row.type === 'unusable' ? [`unusable:${row.data.reason}`] : []),
  ];
};

const onDeadline = (j: Journey, cause: Extract<Cause, { kind: 'deadline' }>): ProposedEvent[] => {
  const o = j.obligations[cause.key];
  if (!o || causeOf(o).id !== cause.id) return [{ type: 'lapsed' }];
  if (!cause.lease) return [{ type: 'asked', key: o.key, opening: o.opening, why: 'deadline' }];
  const released: Journey = { ...j, claim: undefined };
  return [
    { type: 'lease-ended', key: o.key, opening: o.opening },
    ...handovers(released, duties(released)),
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

/** An ask that did not arrive goes up at once, while it is still the live one. */
const onDeliveryFailed = (j: Journey, failed: Inputs['delivery-failed']): ProposedEvent[] => {
  const o = j.obligations[failed.key];
  return o && o.opening === failed.opening && o.asks === failed.ask
    ? [{ type: 'asked', key: o.key, opening: o.opening, why: 'delivery-failed' }]
    : [];
};

/** Somebody who answers or is asked here changed post: roles are resolved again, and whoever is asked now is asked. */
const onDirectory = (j: Journey, people: readonly string[]): ProposedEvent[] =>
  Object.values(j.obligations).flatMap((o) => [
    ...(people.includes(o.accountable.person)
      ? [{ type: 'accountable' as const, key: o.key, opening: o.opening, to: { role: o.accountable.role } }]
      : []),
    ...(people.includes(o.askedNow.person) && o.asks > 0
      ? [{ type: 'asked' as const, key: o.key, opening: o.opening, why: 'reassigned' as const }]
      : []),
  ]);

/** The facts and commands of a journey that turned out to be this one, with their own times and people. */
const onAbsorb = (j: Journey, row: Row<'absorb'>, now: Instant): ProposedEvent[] => {
  const events: ProposedEvent[] = [
    { ...(input(row, { ...row.data, facts: [] }) as object) } as ProposedEvent,
  ];
  let state = j;
  for (const carried of row.data.facts) {
    const as = { ...carried, n: row.n, id: row.id } as unknown as Row;
    const duplicate = isKnown(state, carried.type, carried.data) && !carried.queries?.length;
    const event = duplicate
      ? ({
          type: 'noted',
          input: carried.type,
          by: carried.by,
          receivedAt: carried.receivedAt,
        } as ProposedEvent)
      : input(as, carried.data as never, queriesOf(state, as));
    events.push({ ...event, origin: row.data.from } as ProposedEvent);
    state = imagine(state, event, now);
  }
  const changed = withDuties(j, events, row.receivedAt, row.queries ?? [], row.data.open);
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

/** How the journey would stand with one more input. */
const imagine = (j: Journey, event: ProposedEvent, now: Instant): Journey =>
  evolve(j, { ...event, seq: j.seq + 1, at: now, cause: '' } as never);

/**
 * The inputs, followed by the difference they make: duties opened, ended and handed over, and the journey's close.
 * `receivedAt` decides whether what ends was in time: received at 10:30 with the worker down is 10:30.
 */
const withDuties = (
  j: Journey,
  inputs: ProposedEvent[],
  receivedAt: Instant,
  queries: readonly string[] = [],
  carried: readonly CarriedDuty[] = [],
): ProposedEvent[] => {
  const events = inputs.map((e, i) =>
    i === 0 && queries.length > 0 ? ({ ...e, queries: [...queries] } as ProposedEvent) : e,
  );
  const next = events.reduce((state, e) => imagine(state, e, receivedAt), j);
  const all = duties(next);
  const owed = new Map(all.map((d) => [d.key, d]));
  const opened = all
    .filter((d) => d.status === 'owed' && !j.obligations[d.key])
    .map((d) => opening(j, d, owed, carried));
  const ended = Object.values(j.obligations)
    .filter((o) => owed.get(o.key)?.status !== 'owed')
    .map((o) => ending(next, o, owed.get(o.key), opened, receivedAt));
  const changed = [...events, ...ended, ...opened, ...handovers(next, all)];
  return [...changed, ...closing(j, next, changed)];
};

const opening = (
  j: Journey,
  duty: Duty,
  all: ReadonlyMap<string, Duty>,
  carried: readonly CarriedDuty[],
): ProposedOpened => {
  const before = (duty.carriesOn ?? [])
    .filter((key) => all.get(key)?.status !== 'discharged')
    .flatMap((key) => j.obligations[key] ?? []);
  const carry = [...before, ...carried.filter((c) => c.key === duty.key)];
  return {
    type: 'opened',
    key: duty.key,
    opening: (j.openings[duty.key] ?? 0) + 1,
    kind: duty.kind,
    ...(duty.category === undefined ? {} : { category: duty.category }),
    from: duty.from,
    accountable: duty.accountable,
    ...(duty.askFirst === undefined ? {} : { askFirst: duty.askFirst }),
    ...(duty.by === undefined ? {} : { by: duty.by }),
    ...(carry.length === 0
      ? {}
      : {
          carry: {
            limitAt: carry.map((o) => o.limitAt).sort()[0]!,
            dueAt: carry.map((o) => o.dueAt).sort()[0]!,
            rung: Math.max(...carry.map((o) => o.rung)),
            asks: Math.max(...carry.map((o) => o.asks)),
          },
        }),
  };
};

const ending = (
  next: Journey,
  o: Obligation,
  duty: Duty | undefined,
  opened: readonly ProposedOpened[],
  receivedAt: Instant,
): ProposedEvent => {
  const how = duty === undefined || duty.status === 'owed' ? 'withdrawn' : duty.status;
  const successor = opened.find((e) => e.kind === o.kind && e.carry !== undefined);
  const why =
    next.mergedInto !== undefined
      ? 'merged'
      : how === 'waived'
        ? next.waivers[o.key]?.reason
        : how === 'overtaken' && successor
          ? successor.key
          : undefined;
  return {
    type: 'ended',
    key: o.key,
    opening: o.opening,
    how,
    ...(why === undefined ? {} : { why }),
    ...(how === 'discharged' && receivedAt > o.limitAt ? { late: true as const } : {}),
    ...(receivedAt > o.dueAt ? { passed: o.dueAt } : {}),
  };
};

/** Open duties whose accountable person is another by the facts: a claim, an acceptance, a lead's reassignment. */
const handovers = (next: Journey, all: readonly Duty[]): ProposedAccountable[] =>
  all.flatMap((duty) => {
    const o = next.obligations[duty.key];
    if (!o || duty.status !== 'owed') return [];
    const same =
      duty.accountable.role === o.accountable.role &&
      (duty.accountable.person === undefined || duty.accountable.person === o.accountable.person);
    const leased = duty.kind === 'report' && next.claim !== undefined;
    if (same && leased === (o.leaseUntil !== undefined)) return [];
    return [
      {
        type: 'accountable' as const,
        key: o.key,
        opening: o.opening,
        to: duty.accountable,
        ...(leased ? { lease: true as const } : {}),
      },
    ];
  });

/** The journey closes when nothing is owed and it has ended; a closed one that owes again is reopened. */
const closing = (before: Journey, next: Journey, events: readonly ProposedEvent[]): ProposedEvent[] => {
  const open = new Set(Object.keys(next.obligations));
  for (const e of events) {
    if (e.type === 'ended') open.delete(e.key);
    if (e.type === 'opened') open.add(e.key);
  }
  const ends = mayClose({
    ...next,
    obligations: Object.fromEntries([...open].map((k) => [k, next.obligations[k]!])),
  });
  if (ends && !before.closed) return [{ type: 'closed' }];
  return before.closed && open.size > 0 ? [{ type: 'reopened' }] : [];
};
