import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { historyToJSON } from '@temporalio/common/lib/proto-utils';
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

const keepOne = async (folder: string, name: string, examination: Examination): Promise<void> => {
  await write(path.join(folder, `${name}-evidence.json`), await examination.events());
  await write(path.join(folder, `${name}-asks.json`), await examination.asks());
  for (const [i, run] of (await histories(examination)).entries())
    await write(path.join(folder, `${name}-history-${i + 1}.json`), run);
};

/** Keeps what was recorded of each played case below a folder: evidence, asks and Temporal's own history. */
export const keepIn =
  (folder: string): Keep =>
  async (id, examinations) => {
    const own = path.join(folder, id);
    await mkdir(own, { recursive: true });
    for (const [i, examination] of examinations.entries())
      await keepOne(own, `journey-${i + 1}`, examination);
  };
