import { Client } from 'pg';
import { consistencyRanges, verifyConsistency, verifyInclusion } from '../../src/ledger/merkle';
import { LedgerReader } from '../../src/ledger/ledger.reader';
import { openNote, verifierKey } from '../../src/ledger/signed-note';
import { readRanges } from '../../src/ledger/tree';
import { until } from './asks-world';
import { LedgerWorld, freshSigner, naiveLeaf, verifierOf } from './ledger-world';

let world: LedgerWorld;
beforeEach(async () => {
  world = await LedgerWorld.start();
});
afterEach(() => world.stop());

describe('the tree', () => {
  test('is what anybody works out from its leaves, however it grew, and each checkpoint begins the next', async () => {
    const sequencer = world.sequencer(7);
    for (const many of [1, 2, 5, 0, 13, 8, 21]) {
      for (let i = 0; i < many; i++) await world.recorded();
      await sequencer.drain();
    }
    await world.expectWhole();
    const checkpoints = await world.checkpoints();
    expect(checkpoints.length).toBeGreaterThan(7);
    for (const [i, newer] of checkpoints.entries()) {
      const older = checkpoints[i - 1] ?? checkpoints[0]!;
      const proof = await readRanges(world.db.manager, consistencyRanges(older.size, newer.size));
      expect(verifyConsistency(older.size, newer.size, older.root, newer.root, proof)).toBe(true);
    }
  });

  test('has one leaf for a chain that grew several times, at its highest place', async () => {
    const chain = await world.recorded();
    await world.recorded(chain, 2);
    await world.recorded(chain, 3);
    await world.sequencer().drain();
    await world.recorded(chain, 4);
    await world.sequencer().drain();
    const of = (await world.leaves()).filter((leaf) => leaf.chain === chain);
    expect(of.map(({ seq }) => seq)).toEqual([3, 4]);
    await world.expectWhole();
  });

  test('gives each leaf of a chain an audit path to the latest checkpoint', async () => {
    const chain = await world.recorded();
    await world.sequencer().drain();
    for (let i = 0; i < 10; i++) await world.recorded();
    await world.recorded(chain, 5);
    await world.sequencer().drain();
    const { anchors, checkpoint, keys } = await new LedgerReader(world.db).anchored(chain);
    const latest = (await world.checkpoints()).at(-1)!;
    expect(checkpoint).toBe(latest.note);
    expect(keys).toEqual([verifierKey(world.signer)]);
    expect(anchors.map(({ seq }) => seq)).toEqual([1, 5]);
    for (const { inclusion, ...leaf } of anchors) {
      const path = inclusion.map((hash) => Buffer.from(hash, 'base64'));
      const hash = naiveLeaf({ ...leaf, leaf_hash: Buffer.alloc(0) });
      expect(verifyInclusion(leaf.n, latest.size, hash, path, latest.root)).toBe(true);
    }
    expect(await new LedgerReader(world.db).anchored('no such chain')).toMatchObject({ anchors: [] });
  });

  test('does not grow, and signs nothing, where nothing was recorded', async () => {
    await world.sequencer().drain();
    const before = await world.checkpoints();
    await world.sequencer().drain();
    expect(await world.checkpoints()).toEqual(before);
    expect(before.map(({ size }) => size)).toEqual([1]); // the key's own leaf
  });
});

describe('two sequencers', () => {
  test('never fork it, and neither fails over the other', async () => {
    const sequencers = [world.sequencer(3), world.sequencer(3, undefined, await world.another())];
    const chains: string[] = [];
    const record = async (): Promise<void> => {
      for (let i = 0; i < 60; i++) chains.push(await world.recorded());
    };
    const anchor = async (which: number): Promise<void> => {
      for (let i = 0; i < 40; i++) await sequencers[which]!.round();
    };
    await Promise.all([record(), record(), anchor(0), anchor(1)]);
    await sequencers[0]!.drain();
    const anchored = (await world.leaves()).map(({ chain }) => chain).filter((chain) => chain !== 'keys');
    expect([...anchored].sort()).toEqual([...chains].sort());
    await world.expectWhole();
  });

  test('one leaves the other alone while it is at it', async () => {
    await world.recorded();
    const other = new Client({ connectionString: world.database.url });
    await other.connect();
    try {
      await other.query('begin');
      await other.query(`select pg_advisory_xact_lock(hashtextextended('imaging-failsafe/ledger', 0))`);
      expect(await world.sequencer().round()).toBe(0);
      expect(await world.waiting()).toBe(1);
    } finally {
      await other.end();
    }
    expect(await world.sequencer().round()).toBe(1);
  });
});

describe('a row that commits late', () => {
  test('is anchored although rows after it were anchored before it', async () => {
    const late = new Client({ connectionString: world.database.url });
    await late.connect();
    try {
      await late.query('begin');
      await late.query(`insert into anchor_queue (chain, seq, hash) values ('late', 1, 'aa')`);
      await world.recorded();
      await world.sequencer().drain();
      expect((await world.leaves()).some(({ chain }) => chain === 'late')).toBe(false);
      await late.query('commit');
    } finally {
      await late.end();
    }
    await world.sequencer().drain();
    expect((await world.leaves()).some(({ chain }) => chain === 'late')).toBe(true);
    await world.expectWhole();
  });
});

describe('a crash', () => {
  test('between the queue and the tree loses nothing', async () => {
    await world.sequencer().drain();
    const chain = await world.recorded();
    const owner = new Client({ connectionString: world.database.url });
    await owner.connect();
    try {
      // The queue's rows are taken, and the tree cannot be reached: there the server's process is killed.
      await owner.query('begin');
      await owner.query('lock table ledger_leaf in access exclusive mode');
      const round = world
        .sequencer(undefined, undefined, await world.another())
        .round()
        .then(
          () => 'done',
          () => 'failed',
        );
      const blocked = async (): Promise<number[]> => {
        const { rows } = await owner.query<{ pid: number }>(
          `select pid from pg_locks where relation = 'ledger_leaf'::regclass and not granted`,
        );
        return rows.map(({ pid }) => pid);
      };
      await until(async () => (await blocked()).length === 1);
      await owner.query('select pg_terminate_backend($1)', await blocked());
      expect(await round).toBe('failed');
      await owner.query('commit');
    } finally {
      await owner.end();
    }
    expect(await world.waiting()).toBe(1);
    await world.sequencer().drain();
    expect((await world.leaves()).map((leaf) => leaf.chain)).toEqual(['keys', chain]);
    await world.expectWhole();
  });
});

describe('a key', () => {
  test('opens the checkpoints that it signed, and another does not', async () => {
    await world.recorded();
    await world.sequencer().drain();
    const { note } = (await world.checkpoints()).at(-1)!;
    expect(openNote(note, [verifierOf(world.signer)])).toBeDefined();
    expect(openNote(note, [verifierOf(freshSigner())])).toBeUndefined();
  });

  test('is replaced by another, while both sign and then alone, and each is anchored once', async () => {
    const next = freshSigner();
    const [was, is] = [verifierOf(world.signer), verifierOf(next)];
    for (const signers of [[world.signer], [next, world.signer], [next]]) {
      await world.recorded();
      await world.sequencer(undefined, signers).drain();
    }
    const opened = (await world.checkpoints()).map(({ note }) => [
      openNote(note, [was]) !== undefined,
      openNote(note, [is]) !== undefined,
    ]);
    expect(opened).toEqual([
      [true, false],
      [true, true],
      [false, true],
    ]);
    const reader = new LedgerReader(world.db);
    expect(await reader.keys()).toEqual([verifierKey(world.signer), verifierKey(next)]);
    expect((await reader.anchored('keys')).anchors.map(({ seq }) => seq)).toEqual([1, 2]);
  });
});
