import type { EntityManager } from 'typeorm';
import type { JourneyEvent } from '../../domain/events';
import type { CarriedDuty, CarriedInput } from '../../domain/inputs';
import { COMMAND_TYPES, FACT_TYPES } from '../../domain/inputs';
import type { Journey } from '../../domain/journey';
import { appendRow } from '../intake/inbox';

const CARRIED = new Set<string>([...FACT_TYPES, ...COMMAND_TYPES]);
/** Of no use elsewhere: they speak of this journey's own asks, events or rows. */
const OWN = new Set<string>(['delivery-failed', 'replan', 'retract', 'match', 'explain', 'reassign', 'waive', 'claim', 'release']);

/**
 * The losing journey's facts and commands go to the survivor's inbox as one row, in the transaction that ends the loser's
 * duties: nothing is owed by neither. Each keeps who and when. What was retracted stays behind.
 */
export const carryOver = async (m: EntityManager, loser: Journey, survivor: string, at: string): Promise<void> => {
  const rows = await m.query<{ body: JourneyEvent }[]>(
    'select body from evidence where journey = $1 order by seq',
    [loser.id],
  );
  const events = rows.map((r) => r.body);
  const retracted = new Set(events.flatMap((e) => (e.type === 'retract' ? [e.data.event] : [])));
  const facts = events.flatMap((e): CarriedInput[] =>
    CARRIED.has(e.type) && !OWN.has(e.type) && !retracted.has(e.seq) && 'data' in e
      ? [{ type: e.type, data: e.data, by: e.by, receivedAt: e.receivedAt, at: e.at }]
      : [],
  );
  const open = Object.values(loser.obligations).map(
    ({ key, limitAt, dueAt, rung }): CarriedDuty => ({ key, limitAt, dueAt, rung }),
  );
  // A match by a person leaves an alias too: what still comes for the loser goes to the survivor.
  await m.query('insert into alias (loser, survivor) values ($1, $2) on conflict do nothing', [loser.id, survivor]);
  await appendRow(m, survivor, {
    type: 'absorb',
    data: { from: loser.id, facts, open },
    by: { person: 'imaging-failsafe', role: 'system' },
    receivedAt: at,
  });
};
