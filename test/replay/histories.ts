import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { historyFromJSON, historyToJSON } from '@temporalio/common/lib/proto-utils';
import type { temporal } from '@temporalio/proto';
import { root } from '../../src/local/paths';
import { version } from '../../package.json';

type History = temporal.api.history.v1.IHistory;

/** One run that a release recorded, for the releases after it to replay. */
export interface Recorded {
  /** `<version>/<path>`, such as `0.1.0/merge-loser`. */
  name: string;
  history: History;
}

const folder = join(root, 'test', 'replay', 'histories');

/** Every recorded history, release by release. */
export const recorded = (): Recorded[] =>
  readdirSync(folder)
    .toSorted()
    .flatMap((release) =>
      readdirSync(join(folder, release))
        .filter((file) => file.endsWith('.json'))
        .toSorted()
        .map((file) => ({
          name: `${release}/${file.slice(0, -'.json'.length)}`,
          history: historyFromJSON(JSON.parse(readFileSync(join(folder, release, file), 'utf8'))),
        })),
    );

/** Says where it was recorded, by whom, and is of no use to a replay. */
const LEFT_OUT = new Set(['identity', 'stackTrace', 'workerVersion', 'binaryChecksum']);

/** Keeps what this release does in place of what it recorded before; those of other releases are never touched. */
export const keep = (histories: ReadonlyMap<string, History>): string => {
  const dir = join(folder, version);
  if (existsSync(dir)) rmSync(dir, { recursive: true });
  mkdirSync(dir, { recursive: true });
  for (const [name, history] of histories)
    writeFileSync(join(dir, `${name}.json`), `${JSON.stringify(withoutPlace(historyToJSON(history)))}\n`);
  return dir;
};

const withoutPlace = (json: string): unknown =>
  JSON.parse(json, (key, value: unknown) => (LEFT_OUT.has(key) ? undefined : value));
