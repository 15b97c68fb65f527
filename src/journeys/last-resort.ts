import type { CauseRef } from '../../activities';
import { causeOf } from '../../domain/decide';
import type { Directory } from '../../domain/directory';
import { named } from '../../domain/directory';
import type { JourneyEvent, Proposal } from '../../domain/events';
import type { Actor, InputType } from '../../domain/inputs';
import type { Journey } from '../../domain/journey';
import type { Instant } from '../../domain/vocabulary';

/** How soon the desk is asked (again) about what could not be worked out: no policy is read for it, since that may be the cause. */
const ASK_AGAIN_MS = 3_600_000;

type Unplaced = JourneyEvent extends infer E
  ? E extends JourneyEvent
    ? Omit<E, 'seq' | 'at' | 'cause'>
    : never
  : never;

/**
 * What is recorded for a cause that could not even be scheduled (our bug, or a policy that is): it is refused, the desk owns
 * it, and its deadline moves on so that others are not held up. Looks nothing up and computes nothing that could fail.
 */
export const lastResort = (
  j: Journey,
  cause: CauseRef,
  proposal: Proposal,
  directory: Directory,
): JourneyEvent[] => {
  const again = new Date(Date.parse(proposal.at) + ASK_AGAIN_MS).toISOString();
  const desk = named({ role: 'desk' }, directory, proposal.at);
  const events =
    cause.row === undefined ? onDeadline(j, cause.id, again, desk) : onRow(j, cause, proposal, again, desk);
  return events.map(
    (e, i) => ({ ...e, seq: j.seq + 1 + i, at: proposal.at, cause: cause.id }) as JourneyEvent,
  );
};

/** What a row's proposal is about: which input, and whose. */
export const inputOf = ({ events }: Proposal): { type: InputType; by?: Actor } => {
  const first = events[0]!;
  return {
    type: 'input' in first && first.input !== 'deadline' ? first.input : (first.type as InputType),
    ...('by' in first && typeof first.by === 'object' ? { by: first.by } : {}),
  };
};

type Desk = ReturnType<typeof named>;

const onDeadline = (j: Journey, id: string, dueAt: Instant, desk: Desk): Unplaced[] => {
  const o = Object.values(j.obligations).find((open) => causeOf(open).id === id);
  if (!o) return [{ type: 'lapsed' }];
  const { key, opening, rung, accountable } = o;
  return [
    { type: 'refused', input: 'deadline', code: 'internal-error' },
    ...(o.leaseUntil === undefined
      ? []
      : [
          { type: 'lease-ended' as const, key, opening },
          { type: 'accountable' as const, key, opening, to: accountable },
        ]),
    { type: 'asked', key, opening, rung, asks: o.asks + 1, askedNow: desk, dueAt, why: 'internal-error' },
  ];
};

const onRow = (j: Journey, cause: CauseRef, proposal: Proposal, dueAt: Instant, desk: Desk): Unplaced[] => {
  const { type: input, by } = inputOf(proposal);
  const key = `reconcile:internal-error:${cause.id}`;
  const owed = {
    key,
    opening: 1,
    kind: 'reconcile',
    from: proposal.at,
    limitAt: dueAt,
    dueAt,
    rung: 0,
    asks: 1,
  } as const;
  return [
    {
      type: 'refused',
      input,
      code: 'internal-error',
      ...(by ? { by } : {}),
    },
    { type: 'opened', ...owed, accountable: desk, askedNow: desk },
    ...(j.closed ? [{ type: 'reopened' as const }] : []),
  ];
};
