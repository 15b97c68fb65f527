import { mkdir, open, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import type { Outgoing } from './outlets';
import { readCheckpoint } from './signed-note';

/**
 * Checkpoints as files: one named by the size of its tree, and `latest`. A file that is there is never written again: that it
 * says something else, or that `latest` is ahead of the ledger, shows that the ledger was rewritten or restored.
 */

/** What a file says, or nothing where there is none. */
const textOf = async (file: string): Promise<string | undefined> => {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
};

/** Whole or not at all, also after a power cut: written beside it, forced to the disk, and renamed. */
const write = async (folder: string, name: string, text: string): Promise<void> => {
  const beside = join(folder, `.${name}.new`);
  const file = await open(beside, 'w', 0o644);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(beside, join(folder, name));
};

/** The size of the checkpoint that a note is about, signatures unseen; 0 for anything else. */
const sizeOf = (note: string | undefined): number =>
  readCheckpoint(note?.slice(0, note.indexOf('\n\n') + 1) ?? '')?.size ?? 0;

/**
 * @param newest the size of the newest checkpoint that there is
 * @returns whether what was there already fits to it
 */
export const writeCheckpoints = async (
  folder: string,
  checkpoints: readonly Outgoing[],
  newest: number,
): Promise<boolean> => {
  await mkdir(folder, { recursive: true });
  const latest = sizeOf(await textOf(join(folder, 'latest')));
  if (latest > newest) return false;
  for (const { size, note } of checkpoints) {
    const there = await textOf(join(folder, String(size)));
    if (there === undefined) await write(folder, String(size), note);
    else if (there !== note) return false;
  }
  const last = checkpoints.at(-1)!;
  if (last.size > latest) await write(folder, 'latest', last.note);
  return true;
};
