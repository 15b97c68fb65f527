import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { StuckRows } from '../../src/journeys/stuck-rows';
import type { Loop } from '../support/loop';
import * as commands from './scenarios/commands';
import * as life from './scenarios/life';
import * as record from './scenarios/record';
import * as rows from './scenarios/rows';
import { between } from './support/control';
import { setPatience } from './support/patience';
import { startServer, startWorld } from './support/use-loop';
import type { Change } from '../support/change';
import { variant } from './support/variant';

/**
 * Each rule left out of the workflow, and the scenario that then fails: the tests of these scenarios show the rules at work
 * and not only that the loop works.
 */
type Scenario = (loop: Loop) => Promise<unknown>;
const LOOP = 'workflows/imaging-journey.ts';
const INBOX = 'workflows/inbox.ts';

const MUTANTS: readonly [rule: string, scenario: Scenario, ...changes: Change[]][] = [
  [
    'a row at the high-water mark is skipped',
    rows.redelivered,
    { file: INBOX, from: 'if (n <= highWater)', to: 'if (n < highWater)' },
    {
      file: INBOX,
      from: 'return this.rows.get(highWater + 1)',
      to: 'return this.rows.get(highWater + 1) ?? this.rows.get(highWater)',
    },
  ],
  [
    'a row beyond a gap waits',
    rows.overtaking,
    {
      file: INBOX,
      from: 'return this.rows.get(highWater + 1)',
      to: 'return [...this.rows.values()].sort((a, b) => a.n - b.n)[0]',
    },
  ],
  [
    'a lower epoch is void',
    rows.ofAnOlderEpoch,
    { file: INBOX, from: 'if (epoch < this.epoch) return;', to: '' },
  ],
  [
    'a higher epoch loads again',
    rows.restoredThenARow,
    { file: LOOP, from: 'boolean => waiting.epoch > epoch', to: 'boolean => false' },
  ],
  [
    'a row of a newer epoch is measured against what is loaded under it',
    rows.restoredThenARow,
    {
      file: LOOP,
      from: '(restored() ? undefined : waiting.next(state.highWater))',
      to: 'waiting.next(state.highWater)',
    },
  ],
  [
    'an empty journey is not closed',
    life.emptyIsNotClosed,
    {
      file: LOOP,
      from: 'if (idle && closed(state))',
      to: 'if (idle && Object.keys(state.obligations).length === 0)',
    },
  ],
  [
    'it closes only where no row waits',
    life.waitingAsItCloses,
    { file: LOOP, from: 'if (idle && closed(state))', to: 'if (closed(state))' },
  ],
  [
    'a request to cancel is not heard',
    life.cancelled,
    { file: LOOP, from: 'CancellationScope.nonCancellable(() => loop(journey))', to: 'loop(journey)' },
  ],
  [
    'one timer while the instant stays the same',
    life.oneTimer,
    { file: 'workflows/alarm.ts', from: 'this.set.at !== at ||', to: 'true ||' },
  ],
  [
    'what cannot be decided is refused and owned',
    record.undecidable,
    {
      file: 'domain/decide.ts',
      from: 'return internalError(j, cause, now)',
      to: "throw new Error('left out')",
    },
  ],
  [
    'a run waits where it cannot record, it never fails',
    record.constraintViolated,
    { file: LOOP, from: 'if (!(error instanceof TemporalFailure)) throw error;', to: 'throw error;' },
  ],
  [
    'a re-plan brings new rules',
    commands.replanBringsRules,
    { file: LOOP, from: "if (kept.events.some((e) => e.type === 'replan'))", to: 'if (false)' },
  ],
];

describe('a workflow without the rule', () => {
  let env: TestWorkflowEnvironment;
  beforeAll(async () => {
    env = await startServer();
    setPatience(2_000);
  }, 60_000);
  afterAll(() => env?.teardown(), 60_000);

  const failsWith = async (
    scenario: Scenario,
    changes: readonly Change[],
    prepare?: (loop: Loop) => unknown,
    server: { env?: TestWorkflowEnvironment } = { env },
  ): Promise<void> => {
    const world = await startWorld({
      ...server,
      ...(changes.length > 0 ? { bundle: await variant(...changes) } : {}),
    });
    try {
      await prepare?.(world.loop);
      await expect(scenario(world.loop)).rejects.toThrow();
    } finally {
      await endAll(world.loop);
      await world.close();
    }
  };

  /** Runs that have lost a rule may go round for ever. */
  const endAll = async (loop: Loop): Promise<void> => {
    between(loop, 'record', () => Promise.reject(new Error('the test is over')));
    const journeys = await loop.db.query<{ id: string }[]>('select id from journey');
    await Promise.all(
      journeys.map(({ id }) =>
        env.client.workflow
          .getHandle(id)
          .terminate()
          .catch(() => undefined),
      ),
    );
  };

  it.each(MUTANTS)(
    '%s: its scenario fails',
    (_, scenario, ...changes) => failsWith(scenario, changes),
    60_000,
  );

  it(
    'rows are delivered again until their outcome is recorded: its scenario fails',
    () =>
      failsWith(rows.lost, [], ({ db }) =>
        db
          .query(
            `create function never() returns trigger language plpgsql as $$ begin new.delivered_at := 'infinity'; return new; end $$`,
          )
          .then(() =>
            db.query('create trigger never before update on delivery for each row execute function never()'),
          ),
      ),
    60_000,
  );

  it(
    'what cannot be recorded leaves a stuck row: its scenario fails',
    () =>
      failsWith(record.constraintViolated, [], ({ app }) => {
        app.get(StuckRows).note = () => Promise.resolve('nothing noted');
      }),
    60_000,
  );

  it(
    'a record tells that the database was restored: its scenario fails',
    () =>
      failsWith(
        rows.restoredThenADeadline,
        [],
        (loop) =>
          between(loop, 'record', async (real, ...args) => {
            const kept = await real(...args);
            if (kept.restored !== undefined) throw new Error('it does not tell');
            return kept;
          }),
        // It moves time, which the others' unfinished tasks hold up.
        {},
      ),
    60_000,
  );
});
