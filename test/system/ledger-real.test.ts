import type { Reply } from './rest-world';
import { ADMIN, DESK, RIS, RestWorld, requestBody } from './rest-world';
import { makeDataSource } from '../../src/database/data-source';
import { linkHash } from '../../src/journeys/evidence-chain';
import { rootFromInclusion, verifyConsistency } from '../../src/ledger/merkle';
import { LedgerReader } from '../../src/ledger/ledger.reader';
import { Sequencer } from '../../src/ledger/sequencer';
import type { Signer } from '../../src/ledger/signed-note';
import { openNote, readCheckpoint, verifierKey } from '../../src/ledger/signed-note';
import { freshSigner, naiveLeaf, verifierOf } from './ledger-world';

/** What the real program records, by its real ways in, is anchored: all of it. */

let world: RestWorld;
let signer: Signer;
let drain: () => Promise<void>;
let close: () => Promise<void>;
beforeAll(async () => {
  world = await RestWorld.start({ worker: true });
  signer = freshSigner();
  const program = await makeDataSource(world.database.url).initialize();
  const sequencer = new Sequencer(program, world.loop!.clock, [signer], 5);
  drain = () => sequencer.drain();
  close = () => program.destroy();
});
afterAll(async () => {
  await close?.();
  await world?.stop();
});

const get = (path: string, by = DESK): Promise<Reply> => world.get(`/api/v1/checkpoints${path}`, by);

test('before anything is anchored there is no checkpoint, and health counts from what waits', async () => {
  expect((await get('/latest')).body).toMatchObject({ status: 404, code: 'unknown-checkpoint' });
  expect((await get('')).body).toEqual({ items: [] });
  const anchoring = async (): Promise<unknown> =>
    ((await world.call('GET', '/health/ready')).body as { anchoring: unknown }).anchoring;
  expect(await anchoring()).toMatchObject({ status: 'current', exports: 'current' });
  await world.db.query(`update anchor_queue set queued_at = now() - interval '61 seconds'`);
  expect(await anchoring()).toMatchObject({ status: 'late' });
  await drain();
  expect(await anchoring()).toEqual({ status: 'current', oldestSeconds: 0, exports: 'current' });
});

test('nothing that was recorded stays unanchored', async () => {
  const at = await world.at();
  const journeys: string[] = [];
  for (let i = 0; i < 3; i++) {
    const { body } = await world.post('/api/v1/journeys', RIS, requestBody(at));
    journeys.push((body as { journey: string }).journey);
  }
  await world.post(`/api/v1/journeys/${journeys[0]}/cancel`, RIS, { at, reason: 'duplicate' });
  await world.get(`/api/v1/journeys/${journeys[1]}`, DESK);
  await world.get('/api/v1/nothing', ADMIN);
  await drain();

  const heads = await world.db.query<{ chain: string; seq: number; hash: string }[]>(
    `select id::text as chain, seq, head as hash from journey where seq > 0
     union all (select 'directory', version, hash from directory_change order by version desc limit 1)`,
  );
  expect(heads.length).toBe(4);
  const reader = new LedgerReader(world.db);
  for (const head of heads) {
    const last = (await reader.anchored(head.chain)).anchors.at(-1);
    expect(last).toMatchObject(head);
  }
});

test('each access is in one batch, as it was noted, and the batches are a chain that is anchored', async () => {
  await drain();
  const batches = await world.db.query<
    { body: { n: number; at: string; rows: { id: number; at: string }[] }; previous: string; hash: string }[]
  >('select body, previous, hash from access_batch order by n');
  expect(batches.length).toBeGreaterThan(1);
  let previous = '';
  for (const [i, batch] of batches.entries()) {
    expect(batch.previous).toBe(previous);
    expect(batch.hash).toBe(linkHash('access', previous, batch.body));
    expect(batch.body.n).toBe(i + 1);
    previous = batch.hash;
  }
  const noted = await world.db.query<{ id: string; at: Date }[]>('select * from access_log order by id');
  expect(batches.flatMap(({ body }) => body.rows).sort((a, b) => a.id - b.id)).toEqual(
    noted.map((row) => ({ ...row, id: Number(row.id), at: row.at.toISOString() })),
  );
  const { anchors } = await new LedgerReader(world.db).anchored('access');
  expect(anchors.at(-1)).toMatchObject({ seq: batches.length, hash: previous });
});

test('a stranger follows a journey up to a note that the key opens, by what the API gives', async () => {
  const latest = await get('/latest', RIS);
  expect(latest).toMatchObject({ status: 200, type: 'text/plain; charset=utf-8' });
  expect((await get('/keys')).body).toEqual({ items: [verifierKey(signer)] });
  const said = readCheckpoint(openNote(latest.text, [verifierOf(signer)])!)!;

  const [journey] = await world.db.query<{ id: string }[]>('select id from journey limit 1');
  const { anchors, checkpoint } = await new LedgerReader(world.db).anchored(journey!.id);
  expect(checkpoint).toBe(latest.text);
  for (const { inclusion, ...leaf } of anchors) {
    const path = inclusion.map((hash) => Buffer.from(hash, 'base64'));
    const root = rootFromInclusion(leaf.n, said.size, naiveLeaf({ ...leaf, leaf_hash: Buffer.of() }), path);
    expect(root?.toString('hex')).toBe(said.root.toString('hex'));
  }
});

test('checkpoints are listed, the newest first, and each begins the next', async () => {
  const first = (await get('?limit=2')).body as { items: { size: number; root: string }[]; next: string };
  const rest = (await get(`?limit=200&cursor=${first.next}`)).body as typeof first;
  const all = [...first.items, ...rest.items];
  expect(all.map(({ size }) => size)).toEqual(all.map(({ size }) => size).sort((a, b) => b - a));
  const [newest, oldest] = [all[0]!, all.at(-1)!];
  const { body } = await get(`/consistency?from=${oldest.size}&to=${newest.size}`);
  const proof = (body as { proof: string[] }).proof.map((hash) => Buffer.from(hash, 'base64'));
  const roots = [oldest, newest].map(({ root }) => Buffer.from(root, 'base64'));
  expect(verifyConsistency(oldest.size, newest.size, roots[0]!, roots[1]!, proof)).toBe(true);
  expect((await get('/consistency?from=2&to=1')).status).toBe(404);
  expect((await get('/consistency?from=1&to=100000')).status).toBe(404);
  expect((await get('/consistency?from=0&to=1')).status).toBe(400);
});
