import { LINKS_AND_CLICKS } from './mutants/links';
import type { Mutant } from './mutants/mutant';
import { PROOFS } from './mutants/proofs';
import { SENDING } from './mutants/sending';
import { WATCHDOG } from './mutants/watchdog';
import { WEBHOOKS } from './mutants/webhooks';
import type { ChangedRun, Result } from './support/changed-runs';
import { runAll } from './support/changed-runs';

/**
 * Each rule of the channels, links and watchdog broken in one place, and the test of it that then fails. Without the change these tests
 * pass where they stand; that they do so in this harness is shown for one of each kind.
 */
const MUTANTS = [...PROOFS, ...SENDING, ...WEBHOOKS, ...LINKS_AND_CLICKS, ...WATCHDOG];

const named = ({ test }: Mutant): { file: string; tests: [string] } => {
  const [file = '', title = ''] = test.split(' :: ');
  return { file: file.includes('/') ? file : `system/${file}`, tests: [title] };
};
const broken = MUTANTS.map((mutant): ChangedRun => ({ name: mutant.rule, ...named(mutant), change: mutant }));
const unchanged = ['system/asks-', 'system/rest-', 'journeys/watchdog'].map((world): ChangedRun => {
  const { file, tests } = broken.find((run) => run.file.startsWith(world))!;
  return { name: file, file, tests };
});

/** An expectation that was not met, or something that never came about; nothing that broke on the way. */
const ASSERTION = /^(Error: )?(expect\(|not within \d+ ms: |waited in vain for: )/;

let results: Record<string, Result>;
beforeAll(async () => {
  results = await runAll([...unchanged, ...broken]);
}, 10 * 60_000);

it.each(unchanged)('unchanged, $name passes', ({ name, tests: [title] }) => {
  expect(results[name]).toEqual({ broke: '', tests: [[title, []]] });
});

it.each(broken)('broken: $name', ({ name, tests: [title] }) => {
  expect(results[name]).toEqual({
    broke: '',
    tests: [[title, [expect.stringMatching(ASSERTION) as string]]],
  });
});
