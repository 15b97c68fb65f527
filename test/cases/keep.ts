import { cp, mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { DossierReader } from '../../src/dossier/dossier.reader';
import { Dossiers } from '../../src/dossier/dossier.service';
import { HistoriesReader } from '../../src/histories/histories.reader';
import { LedgerReader } from '../../src/ledger/ledger.reader';
import { verifierKey } from '../../src/ledger/signed-note';
import { Sealing } from '../../src/sealing/sealing';
import { keepTables } from '../../src/verification/kept-tables';
import type { Loop } from '../support/loop';
import { settleEvidence } from '../support/settled-evidence';
import type { Examination } from './examination';
import type { Keep } from './play';

const write = (file: string, what: unknown): Promise<void> =>
  writeFile(file, `${JSON.stringify(what, null, 2)}\n`);

const keepOne = async (folder: string, name: string, examination: Examination): Promise<void> => {
  const { clinic, journey } = examination;
  const { app, db, clock } = clinic.loop;
  const histories = new HistoriesReader(db);
  const reader = new DossierReader(db, clock, app.get(Sealing));
  const dossiers = new Dossiers(reader, new LedgerReader(db), histories);
  const all = { redacted: false, seesPatient: true };
  await write(path.join(folder, `${name}-evidence.json`), await examination.events());
  await write(path.join(folder, `${name}-asks.json`), await examination.asks());
  for (const [i, { text = '' }] of (await histories.archivedOf(journey)).entries())
    await writeFile(path.join(folder, `${name}-history-${i + 1}.json`), text);
  await writeFile(path.join(folder, `${name}-dossier.pdf`), await dossiers.of(journey, 'pdf', all));
  await writeFile(path.join(folder, `${name}-bundle.json`), await dossiers.of(journey, 'bundle', all));
};

/** What `npm run verify -- --data` needs: the tables, the checkpoints as they went elsewhere, and the keys that signed them. */
const keepForVerifying = async (folder: string, { options }: Loop): Promise<void> => {
  const { signers, file } = options.ledger!;
  await keepTables(options.databaseUrl, path.join(folder, 'tables'));
  await cp(file!, path.join(folder, 'checkpoints'), { recursive: true });
  await writeFile(path.join(folder, 'keys.txt'), signers.map((key) => `${verifierKey(key)}\n`).join(''));
};

/**
 * Keeps what was recorded of each played case below a folder: of each journey its evidence, asks, Temporal's own history and its
 * dossier; and all that is needed to verify it when its servers are gone.
 */
export const keepIn =
  (folder: string): Keep =>
  async (id, examinations) => {
    const own = path.join(folder, id);
    await mkdir(own, { recursive: true });
    const { loop } = examinations[0]!.clinic;
    await settleEvidence(loop);
    for (const [i, examination] of examinations.entries())
      await keepOne(own, `journey-${i + 1}`, examination);
    await keepForVerifying(own, loop);
  };
