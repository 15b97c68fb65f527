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
  /** When it was done, where it is entered afterwards. */
  happenedAt?: Instant | undefined;
  queries?: string[] | undefined;
  /** It came long after it happened, and what happens now goes first (`backlog.ts`). */
  behind?: boolean;
}

const APPEND = prepared(`
with named as (select id from journey where id = $1 for key share),
numbered as (
  insert into delivery (journey, last_n, behind) select id, 1, $11 from named
  on conflict (journey) do update set last_n = delivery.last_n + 1,
    behind = excluded.behind and (delivery.behind or delivery.finished_n = delivery.last_n)
  returning last_n
), woken as (select pg_notify('failsafe_inbox', ''))
insert into inbox (journey, n, id, type, data, by_person, by_role, received_at, if_match, queries, happened_at, trace, feed)
select $1, last_n, $2, $3, $4, $5, $6, $7, $8, $9, $10, $12,
  (select feed from feed_principal where principal = $5 and $6 = 'system')
from numbered, woken
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
 * row comes first, as in a record and in a change of the directory: whoever takes both takes them in this order. The row notes
 * the feed whose principal sent it. The journey is behind while everything unfinished of it is.
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
    row.behind ?? false,
    traceparentNow() ?? null,
  ]);
  return { id, n };
};
