import { version } from '../../package.json';
import { testBundle } from '../support/servers';
import { quietRuntime } from '../support/time-skipping';
import { variant } from '../journeys/support/variant';
import type { Change } from '../support/change';
import { ALLOWED, FORBIDDEN } from './changed/changes';
import { recorded } from './histories';
import { replay } from './replay';

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

  it('holds a history of every path, of this version too', () => {
    const names = histories.map((h) => h.name);
    for (const path of [
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
    ])
      expect(names).toContain(`${version}/${path}`);
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
});
