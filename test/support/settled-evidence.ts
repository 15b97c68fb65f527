import { Archiver } from '../../src/histories/archiver';
import { HistoryKeeper } from '../../src/histories/history-keeper';
import { Exporter } from '../../src/ledger/exporter';
import { Sequencer } from '../../src/ledger/sequencer';
import type { Loop } from './loop';

/** A deadline that comes while the rest is archived leaves something to do again. */
const ROUNDS = 5;

/** Archives every history as far as it has come, anchors everything, and gives the checkpoints to the places outside. */
export const settleEvidence = async (loop: Loop): Promise<void> => {
  await loop.app.get(HistoryKeeper).stop();
  for (let round = 0; round < ROUNDS; round++) {
    await loop.quiet();
    await loop.db.query('update run set next_at = now() where not settled');
    while ((await loop.app.get(Archiver).archiveDue()) > 0);
    await loop.app.get(Sequencer).drain();
    await loop.quiet();
    const [{ waits }] = await loop.db.query<[{ waits: boolean }]>(
      'select exists (select 1 from anchor_queue) as waits',
    );
    if (!waits) return loop.app.get(Exporter).look();
  }
  throw new Error('what is recorded does not come to rest');
};
