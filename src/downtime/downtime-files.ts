import { chmod, mkdir, open, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Instant } from '../../domain/vocabulary';

/** Lists on disk: readable by their owner alone, each whole or not there, the newest also under the name `latest`. */

/** How many lists are kept beside the latest: at five minutes each, those of the last hour. */
const KEPT = 12;
const NAME = /^open-duties-\d{8}T\d{6}Z\.(pdf|csv)$/;

/** Written beside it, forced to the disk, and renamed: half a list would look like a whole one. */
const write = async (folder: string, name: string, bytes: Buffer | string): Promise<void> => {
  const beside = join(folder, `.${name}.new`);
  await rm(beside, { force: true });
  const file = await open(beside, 'wx', 0o600);
  try {
    await file.writeFile(bytes);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(beside, join(folder, name));
};

/** `open-duties-20260302T093000Z` */
const stemOf = (at: Instant): string => `open-duties-${at.slice(0, 19).replaceAll(/[-:]/g, '')}Z`;

/** Keeps a list in the folder, and clears away those that are older than the last few. */
export const keepList = async (
  folder: string,
  madeAt: Instant,
  list: { pdf: Buffer; csv: string },
): Promise<void> => {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await chmod(folder, 0o700);
  for (const [ending, bytes] of Object.entries(list)) {
    await write(folder, `${stemOf(madeAt)}.${ending}`, bytes);
    await write(folder, `latest.${ending}`, bytes);
  }
  const names = (await readdir(folder)).filter((name) => NAME.test(name)).sort();
  for (const old of names.slice(0, -KEPT * 2)) await rm(join(folder, old), { force: true });
};
