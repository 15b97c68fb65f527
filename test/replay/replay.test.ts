import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../../src/local/paths';
import { version } from '../../package.json';
import { testBundle } from '../support/servers';
import { quietRuntime } from '../support/time-skipping';
import { variant } from '../journeys/support/variant';
import type { Change } from '../support/change';
import { ALLOWED, FORBIDDEN, PATCHED } from './changed/changes';
import { recorded } from './histories';
import { replay } from './replay';

const PATHS = [
  'happy',
  'ladder',
  'merge-loser',
  'merge-survivor',
  'reopened',
  'continued-from',
  'continued-to',
  'refusals',
  'record-failing',
  'rows-first',
];

/** The version that is made now, and every one that was released: a history of each may still run somewhere. */
const VERSIONS = new Set([
  version,
  ...[...readFileSync(join(root, 'CHANGELOG.md'), 'utf8').matchAll(/^## \[(\d+\.\d+\.\d+)\]/gm)].map(
    ([, released]) => released!,
  ),
]);

describe('the replay gate', () => {
  const histories = recorded();
  const failures = async (bundle: Parameters<typeof replay>[0]): Promise<string[]> => {
    const failed: string[] = [];
    for await (const { name, error } of replay(bundle, histories))
      if (error) failed.push(`${error.name} in ${name}`);
    return failed;
  };
  const failuresOf = async (changes: readonly Change[]): Promise<string[]> =>
    failures(await variant(...changes));

  beforeAll(() => quietRuntime('ERROR'));

  it.each([...VERSIONS])('holds a history of every path of %s', (release) => {
    const names = histories.map((h) => h.name);
    for (const path of PATHS) expect(names).toContain(`${release}/${path}`);
  });

  it("replays each against today's workflow", async () => {
    expect(await failures(testBundle())).toEqual([]);
  }, 60_000);

  it.each(FORBIDDEN)(
    'stops a workflow that was changed: %s',
    async (_, ...changes) => {
      expect(await failuresOf(changes)).toContain(`DeterminismViolationError in ${version}/ladder`);
    },
    60_000,
  );

  it.each(ALLOWED)(
    'lets a change pass that no history sees: %s',
    async (_, ...changes) => {
      expect(await failuresOf(changes)).toEqual([]);
    },
    60_000,
  );

  it('lets a change pass that is under a patch', async () => {
    expect(await failuresOf(PATCHED)).toEqual([]);
  }, 60_000);
});
