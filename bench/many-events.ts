import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { evolve } from '../domain/evolve';
import { emptyJourney, type Journey } from '../domain/journey';
import { makeOwnerDataSource } from '../src/database/data-source';
import { chain } from '../src/journeys/evidence-chain';
import { journeyRow, obligationRows } from '../src/journeys/projection';
import { ClockPort } from '../src/intake/clock';
import { Sequencer } from '../src/ledger/sequencer';
import { recordedByCore } from './pure-core';

/** Journeys written at once. */
const BATCH = 200;

class Now extends ClockPort {
  now(): Promise<string> {
    return Promise.resolve(new Date().toISOString());
  }
}

/**
 * Fills an empty database with journeys whose evidence is whole: each the happy journey under an id of its own, with its chain,
 * its rows of the read model, and its anchor in a signed ledger. In bulk, since a verification does not know how they came there.
 * @param atLeast events
 * @returns how many events there are
 */
export const putEvents = async (databaseUrl: string, atLeast: number): Promise<number> => {
  const events = recordedByCore().flat();
  const db = await makeOwnerDataSource(databaseUrl).initialize();
  try {
    const [{ policy }] = await db.query<[{ policy: string }]>('select policy from standing');
    let put = 0;
    while (put < atLeast) {
      const size = Math.min(BATCH, Math.ceil((atLeast - put) / events.length));
      const journeys = Array.from({ length: size }, () => rowsOf(randomUUID(), policy, events));
      for (const table of ['journey', 'evidence', 'obligation', 'anchor_queue'] as const)
        await db.query(
          table === 'anchor_queue'
            ? `insert into anchor_queue (chain, seq, hash) select chain, seq, hash
               from jsonb_to_recordset($1::jsonb) as a(chain text, seq bigint, hash text)`
            : `insert into ${table} select * from jsonb_populate_recordset(null::${table}, $1::jsonb)`,
          [JSON.stringify(journeys.flatMap((j) => j[table]))],
        );
      put += size * events.length;
    }
    const key = { name: 'bench.invalid/ledger', key: generateKeyPairSync('ed25519').privateKey };
    await new Sequencer(db, new Now(), [key]).drain();
    return put;
  } finally {
    await db.destroy();
  }
};

type Rows = Record<'journey' | 'evidence' | 'obligation' | 'anchor_queue', object[]>;

const rowsOf = (id: string, policy: string, events: ReturnType<typeof recordedByCore>[number]): Rows => {
  const before = emptyJourney(id, 'examination');
  const states: Journey[] = [];
  events.forEach((event, i) => states.push(evolve(i === 0 ? before : states[i - 1]!, event)));
  const links = chain(id, '', events);
  const { hash } = links.at(-1)!;
  const { at } = events[0]!;
  const row = journeyRow(states.at(-1)!, hash, events.at(-1)!.at);
  return {
    journey: [{ id, subject: 'examination', received_at: at, policy, ...row }],
    evidence: links.map(({ event, previous, hash: own }) => ({
      journey: id,
      seq: event.seq,
      type: event.type,
      at: event.at,
      cause: event.cause,
      body: event,
      previous,
      hash: own,
    })),
    obligation: obligationRows(before, events, states).map((each) => ({ journey: id, ...each })),
    anchor_queue: [{ chain: id, seq: events.length, hash }],
  };
};
