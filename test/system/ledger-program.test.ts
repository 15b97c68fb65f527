import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ledgerSettings } from '../../src/ledger/ledger-settings';
import { openNote, readCheckpoint } from '../../src/ledger/signed-note';
import { startProgram } from '../support/program';
import { verifierOf } from './ledger-world';
import { requestBody } from './support/bodies';
import { RIS } from './support/client';
import { Hospital } from './support/hospital';
import { Sender } from './support/sender';
import { eventually } from './support/until';

/** The ledger in the program as it runs: a worker anchors by itself, exports, drains, and does not run without a key. */

let hospital: Hospital;
let elsewhere: string;
beforeAll(async () => {
  hospital = await Hospital.open();
  elsewhere = mkdtempSync(join(tmpdir(), 'imaging-failsafe-elsewhere-'));
}, 120_000);
afterAll(async () => {
  await hospital?.close();
  rmSync(elsewhere, { recursive: true, force: true });
}, 60_000);

test('a worker without a key ends with what to do', async () => {
  const worker = startProgram(['worker'], { ...hospital.env, CHECKPOINT_KEYS: '' });
  expect(await worker.exited()).toBe(2);
  expect(worker.output()).toMatch(/No key is set that signs checkpoints/);
  expect(worker.output()).toMatch(/What to do: .*CHECKPOINT_KEYS.*openssl genpkey/);
}, 60_000);

test('what is recorded is in a checkpoint elsewhere within the minute', async () => {
  const api = await hospital.api();
  const worker = await hospital.worker(undefined, { CHECKPOINT_FILE: elsewhere });
  const sender = new Sender(() => [api.client.url]);
  await sender.send('/api/v1/journeys', RIS, requestBody());
  await hospital.settled();
  const waits = 'select count(*)::int as n from anchor_queue';
  await eventually(
    'everything is anchored',
    async () => (await hospital.postgres.query<{ n: number }>(waits))[0]!.n === 0,
    60_000,
  );
  const exported = async (): Promise<boolean> => {
    const [newest] = await hospital.postgres.query<{ note: string }>(
      'select note from checkpoint order by size desc limit 1',
    );
    return (
      existsSync(join(elsewhere, 'latest')) &&
      readFileSync(join(elsewhere, 'latest'), 'utf8') === newest!.note
    );
  };
  await eventually('the checkpoint is elsewhere', exported, 60_000);
  const { signers } = ledgerSettings(hospital.env, { smtp: {} } as never);
  const note = readFileSync(join(elsewhere, 'latest'), 'utf8');
  expect(readCheckpoint(openNote(note, signers.map(verifierOf))!)!.size).toBeGreaterThan(2);
  expect(await worker.stop()).toBe(0);
  expect(worker.output()).not.toMatch(/could not anchor|could not export/);
}, 180_000);
