import { CONCERNS } from '../../domain/vocabulary';
import { FINDING_CODES, LIMITS } from '../../src/watchdog/finding';
import { read, tableRows } from './support/named-test';

/** The page that says within which limit each thing is found is held to the limits that the program has. */

const MINUTE = 60_000;
const page = read('docs/OPERATIONS.md');
const rows = new Map(
  tableRows(page, /^\| `[a-z-]+` \| \d|^\| `run-missing`/).map(([code, ...cells]) => [
    code!.replaceAll('`', ''),
    cells,
  ]),
);
const { sweepMs, lateMs, undeliveredMs, askFailingMs, awayMs, countMs } = LIMITS;

test('has a row for each finding, and for what is owned without one', () => {
  const owned = ['postgres-away', 'watchdog-silent'];
  expect([...rows.keys()].sort()).toEqual([...FINDING_CODES, ...owned].sort());
  for (const code of rows.keys()) expect(CONCERNS).toContain(code);
  for (const cells of rows.values()) expect(cells.filter((cell) => cell === '')).toEqual([]);
});

test.each([
  ['deadline-passed', lateMs + sweepMs],
  ['row-unanswered', lateMs + sweepMs],
  // One sweep more: whether a backlog drains is seen by comparing two.
  ['rows-undelivered', undeliveredMs + 2 * sweepMs],
  ['record-stuck', lateMs + sweepMs],
  ['task-failing', lateMs + sweepMs],
  ['worker-away', awayMs + sweepMs],
  ['temporal-away', awayMs + sweepMs],
])('%s: within %i ms, as the page says', (code, ms) => {
  expect(rows.get(code)![0]).toBe(`${ms / MINUTE} minutes`);
});

test('of asks and runs it says both limits', () => {
  expect(rows.get('ask-unsent')![0]).toContain(
    `${(lateMs + sweepMs) / MINUTE} minutes where nobody takes it`,
  );
  expect(rows.get('ask-unsent')![0]).toContain(`${(askFailingMs + sweepMs) / MINUTE} minutes where it fails`);
  expect(countMs).toBe(60 * MINUTE);
  expect(rows.get('run-missing')![0]).toContain(
    `an hour where it has lost it, or ${(lateMs + sweepMs) / MINUTE} minutes after`,
  );
});
