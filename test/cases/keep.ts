import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { historyToJSON } from '@temporalio/common/lib/proto-utils';
import { DossierReader } from '../../src/dossier/dossier.reader';
import { Dossiers } from '../../src/dossier/dossier.service';
import { HistoriesReader } from '../../src/histories/histories.reader';
import { LedgerReader } from '../../src/ledger/ledger.reader';
import { Sealing } from '../../src/sealing/sealing';
import type { Examination } from './examination';
import type { Keep } from './play';

/** Every run of a journey's workflow, in order: one that closed and reopened has several. */
const histories = async ({ clinic, journey, runs }: Examination): Promise<unknown[]> => {
  const { workflow } = clinic.loop.env.client;
  const found: unknown[] = [];
  for (const run of runs)
    found.push(JSON.parse(historyToJSON(await workflow.getHandle(journey, run).fetchHistory())));
  return found;
};

const write = (file: string, what: unknown): Promise<void> =>
  writeFile(file, `${JSON.stringify(what, null, 2)}\n`);

/** What a safety lead would be given of it. */
const dossier = async (folder: string, name: string, { clinic, journey }: Examination): Promise<void> => {
  const { app, db, clock } = clinic.loop;
  const reader = new DossierReader(db, clock, app.get(Sealing));
  const dossiers = new Dossiers(reader, new LedgerReader(db), new HistoriesReader(db));
  const all = { redacted: false, seesPatient: true };
  await writeFile(path.join(folder, `${name}-dossier.pdf`), await dossiers.of(journey, 'pdf', all));
  await writeFile(path.join(folder, `${name}-bundle.json`), await dossiers.of(journey, 'bundle', all));
};

const keepOne = async (folder: string, name: string, examination: Examination): Promise<void> => {
  await write(path.join(folder, `${name}-evidence.json`), await examination.events());
  await write(path.join(folder, `${name}-asks.json`), await examination.asks());
  for (const [i, run] of (await histories(examination)).entries())
    await write(path.join(folder, `${name}-history-${i + 1}.json`), run);
  await dossier(folder, name, examination);
};

/** Keeps what was recorded of each played case below a folder: evidence, asks, Temporal's own history, and its dossier. */
export const keepIn =
  (folder: string): Keep =>
  async (id, examinations) => {
    const own = path.join(folder, id);
    await mkdir(own, { recursive: true });
    for (const [i, examination] of examinations.entries())
      await keepOne(own, `journey-${i + 1}`, examination);
  };
