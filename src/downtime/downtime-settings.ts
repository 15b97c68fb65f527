import { resolve } from 'node:path';
import { PlainError } from '../local/plain-error';
import type { DowntimeSettings } from './downtime-writer';

const USUAL_MINUTES = 5;
/** A list that is older than a shift is no help. */
const MOST_MINUTES = 480;

/**
 * DOWNTIME_DIR and DOWNTIME_MINUTES.
 * @param own where a local run keeps its lists; without it the folder must be given
 * @throws PlainError where the folder is missing or the minutes are no number
 */
export const downtimeSettings = (env: NodeJS.ProcessEnv, own?: string): DowntimeSettings => {
  const folder = env['DOWNTIME_DIR'] || own;
  if (!folder)
    throw new PlainError(
      'Where is the list for downtime to be kept?',
      'Set DOWNTIME_DIR to a folder on a disk that is there when the network is not.',
    );
  const minutes = Number(env['DOWNTIME_MINUTES'] || USUAL_MINUTES);
  if (!(minutes > 0 && minutes <= MOST_MINUTES))
    throw new PlainError(
      `DOWNTIME_MINUTES is ${env['DOWNTIME_MINUTES']}, which is no number of minutes from 1 to ${MOST_MINUTES}.`,
      `Set it to how often a list is made; it is ${USUAL_MINUTES} unless said.`,
    );
  return { folder: resolve(folder), everyMs: minutes * 60_000 };
};
