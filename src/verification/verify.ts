import type { Client } from '@temporalio/client';
import type { Verifier } from '../ledger/signed-note';
import { readVerifierKey } from '../ledger/signed-note';
import { journeysChained } from './chains';
import { Findings } from './findings';
import type { Progress } from './findings';
import { verifyArchived } from './histories';
import type { Held } from './ledger';
import { verifyLive } from './live-histories';
import { verifyLedger } from './ledger';
import { verifyOtherChains } from './other-chains';
import { RebuiltModel } from './read-model';
import { Snapshot } from './snapshot';

export interface VerifyOptions {
  databaseUrl: string;
  /** Checkpoints as somebody elsewhere holds them. */
  held?: readonly Held[];
  /** Keys that checkpoints must be signed by; where there are none, those on record are taken. */
  trusted: readonly Verifier[];
  /** Where workflow histories still are; without it only archived ones are read. */
  temporal?: Client | undefined;
  progress?: Progress;
}

/** Says how far a part has come, every so many steps. */
const EVERY = 1_000;

/**
 * Holds everything that was recorded to everything else: each chain to its own hashes, the ledger to the chains, checkpoints to
 * the ledger, archived histories and the read model to the chains. Reads one snapshot of the database and changes nothing.
 * Memory stays flat and time grows with the number of events.
 */
export const verify = async ({
  databaseUrl,
  held = [],
  trusted,
  temporal,
  progress = () => undefined,
}: VerifyOptions): Promise<Findings> => {
  const findings = new Findings();
  const db = await Snapshot.open(databaseUrl);
  try {
    const total = await db.one<{ journeys: number; leaves: number }>(
      'select (select count(*)::int from journey) as journeys, (select count(*)::int from ledger_leaf) as leaves',
    );
    const model = await RebuiltModel.begin(db);
    let done = 0;
    for await (const journey of journeysChained(db, findings)) {
      await model.add(journey);
      if (++done % EVERY === 0) progress('chain', done, total.journeys);
    }
    progress('chain', done, total.journeys);
    await verifyOtherChains(db, findings);
    const keys = trusted.length > 0 ? trusted : await keysOnRecord(db, findings);
    await verifyLedger(db, findings, held, keys, (n) => progress('ledger', n, total.leaves));
    progress('ledger', total.leaves, total.leaves);
    await verifyArchived(db, findings);
    if (temporal) await verifyLive(db, findings, temporal);
    await model.compare(findings);
    progress('read model', done, total.journeys);
    return findings;
  } finally {
    await db.close();
  }
};

/** Without keys from elsewhere: those that the database names. Whoever rewrote the ledger could have put theirs there. */
const keysOnRecord = async (db: Snapshot, findings: Findings): Promise<Verifier[]> => {
  findings.open.push('checkpoints are held to the keys on record; give --key to hold them to yours');
  const rows = await db.query<{ key: string }>('select key from signing_key order by n');
  return rows.map(({ key }) => readVerifierKey(key));
};
