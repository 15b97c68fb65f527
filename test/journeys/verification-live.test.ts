import { generateKeyPairSync } from 'node:crypto';
import { readVerifierKey, verifierKey } from '../../src/ledger/signed-note';
import type { Findings } from '../../src/verification/findings';
import { verify } from '../../src/verification/verify';
import { Examination } from './support/examination';
import { useWorld } from './support/use-loop';

/** Tampering that no checkpoint can show yet, since nothing was anchored: Temporal's own histories do, on a real server. */

const world = useWorld({ real: {} });
const key = readVerifierKey(
  verifierKey({ name: 'failsafe.example.org/test', key: generateKeyPairSync('ed25519').privateKey }),
);
const verified = (): Promise<Findings> =>
  verify({ databaseUrl: world().database.url, trusted: [key], temporal: world().loop.env.client });
const found = ({ kept }: Findings): string[] =>
  kept.map(({ part, where, what }) => `${part}: ${where}: ${what}`);

/** As whoever owns the database and knows how the evidence is made. */
const tamper = async (...statements: [string, unknown[]][]): Promise<void> => {
  const runner = world().loop.db.createQueryRunner();
  await runner.query('set session_replication_role = replica');
  for (const [sql, params] of statements) await runner.query(sql, params);
  await runner.query('set session_replication_role = origin');
  await runner.release();
};

test('what nobody has tampered with is confirmed, also while more is recorded', async () => {
  const { loop } = world();
  await Examination.reported(loop);
  const verifying = Array.from({ length: 3 }, verified);
  const recording = [Examination.reported(loop), Examination.reported(loop)];
  for (const findings of await Promise.all(verifying)) expect(found(findings)).toEqual([]);
  await Promise.all(recording);
  const findings = await verified();
  expect(found(findings)).toEqual([]);
  expect(findings.checked.get('histories in Temporal')).toBe(3);
  expect(findings.checked.get('events that a history confirms')).toBe(findings.checked.get('events'));
});

test('a tail cut off, hashes, read model and all, is found at once', async () => {
  const { id } = await Examination.reported(world().loop);
  await world().loop.quiet();
  const [last] = await world().loop.db.query<[{ seq: number; hash: string }]>(
    'select seq, hash from evidence where journey = $1 order by seq desc offset 2 limit 1',
    [id],
  );
  await tamper(
    ['delete from evidence where journey = $1 and seq > $2', [id, last.seq]],
    ['update journey set seq = $2, head = $3 where id = $1', [id, last.seq, last.hash]],
  );
  const lines = found(await verified());
  expect(lines).toContainEqual(
    expect.stringMatching(`^history: ${id} event ${last.seq + 1}: run .* recorded it and it is gone`),
  );
  expect(lines.some((line) => line.startsWith('chain'))).toBe(false);
});

test('a journey dropped with all that there was of it is found at once', async () => {
  const { id } = await Examination.reported(world().loop);
  await world().loop.quiet();
  await tamper(
    ...['evidence', 'obligation', 'inbox', 'delivery', 'identifier', 'run', 'ask'].map(
      (table): [string, unknown[]] => [`delete from ${table} where journey = $1`, [id]],
    ),
    ['delete from journey where id = $1', [id]],
    ['delete from anchor_queue where chain = $1::text', [id]],
  );
  expect(found(await verified())).toContainEqual(expect.stringMatching(`^history: ${id} event 1: run`));
});
