import 'reflect-metadata';
import { createInterface } from 'node:readline';
import { decide } from '../domain/decide';
import { fold } from '../domain/evolve';
import { completed } from '../domain/journey';
import { makeDataSource } from '../src/database/data-source';
import { randomUUIDv7 } from '../src/ids';
import { JourneyRecord } from '../src/journeys/journey-record';
import { StuckRows } from '../src/journeys/stuck-rows';
import { RulebookService } from '../src/policy/rulebook.service';
import { happyRows } from './pure-core';

/**
 * Records happy journeys through the real `record`, without Temporal and without HTTP: as many as each line of its input says,
 * and answers with the milliseconds that they took. What is measured is our transaction alone.
 */
const main = async (): Promise<void> => {
  const db = await makeDataSource(process.argv[2]!, 2).initialize();
  const record = new JourneyRecord(db, new RulebookService(db), new StuckRows(db));
  for await (const line of createInterface({ input: process.stdin })) {
    const began = performance.now();
    for (let i = 0; i < Number(line); i++) await play(db, record);
    process.stdout.write(`${performance.now() - began}\n`);
  }
  await db.destroy();
};

const play = async (db: ReturnType<typeof makeDataSource>, record: JourneyRecord): Promise<void> => {
  const id = randomUUIDv7();
  const at = new Date().toISOString();
  await db.query(
    `insert into journey (id, subject, received_at, policy) select $1, 'examination', $2, policy from standing`,
    [id, at],
  );
  const loaded = await record.load(id);
  let state = completed(loaded.state);
  for (const row of happyRows(at)) {
    const cause = `row:${row.n}`;
    const proposal = decide(state, { kind: 'row', id: cause, row }, at, loaded.rules);
    const position = { seq: state.seq, epoch: loaded.epoch };
    const { events } = await record.record(id, position, { id: cause, rowsOverdue: true }, proposal);
    state = fold(state, events);
  }
  if (!state.closed) throw new Error('the happy journey does not close');
};

void main().catch((error: unknown) => {
  process.stderr.write(`${String(error)}\n`);
  process.exit(1);
});
