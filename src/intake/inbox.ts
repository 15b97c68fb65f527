import type { EntityManager } from 'typeorm';
import type { Actor, InputType, Inputs } from '../../domain/inputs';
import type { Instant } from '../../domain/vocabulary';
import { prepared } from '../database/prepared';
import { randomUUIDv7 } from '../ids';
import { traceparentNow } from '../telemetry/tracing';

/** What goes into a journey's inbox. */
export interface NewRow<T extends InputType = InputType> {
  id?: string;
  type: T;
  data: Inputs[T];
  by: Actor;
  receivedAt: Instant;
  ifMatch?: number | undefined;
  queries?: string[] | undefined;
  /** When a person did it, where that is said to be earlier than it was received. */
  happenedAt?: Instant | undefined;
  /** It was kept on paper while this service was away. */
  enteredAfterwards?: true | undefined;
}

const APPEND = prepared(`
with named as (select id from journey where id = $1 for key share),
numbered as (
  insert into delivery (journey, last_n) select id, 1 from named
  on conflict (journey) do update set last_n = delivery.last_n + 1
  returning last_n
), woken as (select pg_notify('failsafe_inbox', ''))
insert into inbox (journey, n, id, type, data, by_person, by_role, received_at, if_match, queries, happened_at,
  entered_afterwards, trace)
select $1, last_n, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12 from numbered, woken
returning n`);

/** Whoever writes into several inboxes takes them all first, the oldest journey's before the others': none waits in a circle. */
export const lockInboxes = (m: EntityManager, journeys: readonly string[]): Promise<unknown> =>
  m.query(
    `with named as (select id from journey where id = any($1) order by id for key share)
     select 1 from delivery where journey in (select id from named) order by journey for update`,
    [journeys],
  );

/**
 * Appends a row to a journey's inbox, in the caller's transaction. The number comes from the journey's own counter, whose
 * row lock makes numbers gapless and in order of commit. The relay is woken when the transaction commits. The journey's own
 * row comes first, as in a record and in a change of the directory: whoever takes both takes them in this order.
 */
export const appendRow = async (
  m: EntityManager,
  journey: string,
  row: NewRow,
): Promise<{ id: string; n: number }> => {
  const id = row.id ?? randomUUIDv7();
  const [{ n }] = await m.query<[{ n: number }]>(APPEND, [
    journey,
    id,
    row.type,
    JSON.stringify(row.data),
    row.by.person,
    row.by.role,
    row.receivedAt,
    row.ifMatch ?? null,
    row.queries?.length ? JSON.stringify(row.queries) : null,
    row.happenedAt ?? null,
    row.enteredAfterwards ?? false,
    traceparentNow() ?? null,
  ]);
  return { id, n };
};
