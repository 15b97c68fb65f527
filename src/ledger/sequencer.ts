import { Logger } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { EntityManager } from 'typeorm';
import { ClockPort } from '../intake/clock';
import { Rounds } from '../rounds';
import { batchAccesses, recordKeys } from './chains';
import type { Signer } from './signed-note';
import { checkpointText, signNote, verifierKey } from './signed-note';
import type { Anchored } from './tree';
import { grow } from './tree';

/** How long what was recorded waits at most, while all is well. */
const EVERY_MS = 5_000;
/** Rows taken in one transaction. */
const AT_ONCE = 5_000;

/** Two at once would each grow the tree from the same leaves: whoever finds the lock held leaves it to the other. */
const LOCK = `select pg_try_advisory_xact_lock(hashtextextended('imaging-failsafe/ledger', 0)) as mine`;

const TAKE = `
with taken as (
  delete from anchor_queue where n in (select n from anchor_queue order by n limit $1 for update skip locked)
  returning n, chain, seq, hash)
select chain, seq, hash from taken order by n`;

interface Waiting {
  chain: string;
  seq: string;
  hash: string;
}

/** Of each chain how far it has come. A chain's rows are in order, since its writer holds a lock from before it is numbered. */
const furthest = (rows: readonly Waiting[]): Anchored[] => [
  ...new Map(rows.map(({ chain, seq, hash }) => [chain, { chain, seq: Number(seq), hash }])).values(),
];

/**
 * Takes what was recorded into the ledger, apart from recording: queue, tree and signed checkpoint change in one transaction, so
 * that whatever dies on the way leaves all of it as it was.
 */
export class Sequencer {
  private readonly log = new Logger('ledger');
  private readonly rounds = new Rounds({
    act: async () => {
      await this.drain();
      return 0; // What comes meanwhile waits for the next round, and shares its checkpoint.
    },
    failed: (err) => this.log.error({ msg: 'could not anchor what was recorded; will be tried again', err }),
    pollMs: EVERY_MS,
  });

  /** @param signers one, or two while one key takes the place of another; each under the ledger's name */
  constructor(
    private readonly db: DataSource,
    private readonly clock: ClockPort,
    private readonly signers: readonly Signer[],
    private readonly atOnce = AT_ONCE,
  ) {}

  start(): void {
    this.rounds.start();
  }

  stop(): Promise<void> {
    return this.rounds.stop();
  }

  /** Anchors until nothing waits, or another sequencer is at it. */
  async drain(): Promise<void> {
    while ((await this.round()) === this.atOnce);
  }

  /** Anchors what waits, at most so many rows at once. @returns how many rows were taken */
  async round(): Promise<number> {
    const at = await this.clock.now();
    return this.db.transaction(async (m) => {
      const [{ mine }] = await m.query<[{ mine: boolean }]>(LOCK);
      if (!mine) return 0;
      const keys = await recordKeys(m, this.signers.map(verifierKey), at);
      const rows = await m.query<Waiting[]>(TAKE, [this.atOnce]);
      const anchored = [...(keys ? [keys] : []), ...(await this.anchorsOf(m, rows, at))];
      if (anchored.length > 0) await this.sign(m, anchored, at);
      return rows.length;
    });
  }

  private async anchorsOf(m: EntityManager, rows: readonly Waiting[], at: string): Promise<Anchored[]> {
    const accesses = rows.filter(({ chain }) => chain === 'access').map(({ seq }) => Number(seq));
    const chains = furthest(rows.filter(({ chain }) => chain !== 'access'));
    return accesses.length === 0 ? chains : [...chains, await batchAccesses(m, accesses, at)];
  }

  private async sign(m: EntityManager, anchored: readonly Anchored[], at: string): Promise<void> {
    const { size, root } = await grow(m, anchored, at);
    const note = signNote(checkpointText({ origin: this.signers[0]!.name, size, root, at }), this.signers);
    await m.query('insert into checkpoint (size, root, at, note) values ($1, $2, $3, $4)', [
      size,
      root,
      at,
      note,
    ]);
  }
}
