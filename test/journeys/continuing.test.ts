import * as continuing from './scenarios/continuing';
import { setPatience } from './support/patience';
import { startWorld } from './support/use-loop';
import type { World } from './support/use-loop';
import { variant } from './support/variant';

const file = 'workflows/imaging-journey.ts';
/** A loop that retries sooner and does not wait a whole minute, */
const impatient = [
  { file, from: 'PATIENCE_MS = 60_000', to: 'PATIENCE_MS = 500' },
  { file, from: 'maximumAttempts: 3', to: 'maximumAttempts: 1' },
  { file, from: 'FIRST_WAIT_MS = 1_000', to: 'FIRST_WAIT_MS = 100' },
  { file, from: 'LONGEST_WAIT_MS = 60_000', to: 'LONGEST_WAIT_MS = 200' },
];
/** on a server that suggests to continue as new after a few events. */
const real = { suggestAfter: 25 };

describe('continue-as-new', () => {
  let world: World;
  beforeAll(async () => {
    world = await startWorld({ real, bundle: await variant(...impatient) });
    setPatience(25_000);
  }, 60_000);
  afterAll(() => world?.close(), 60_000);

  it(
    'keeps what is known and what is owed, and loses no signal',
    () => continuing.carriedOn(world.loop),
    60_000,
  );
  it('waits until no row waits', () => continuing.notWhileRowsWait(world.loop), 60_000);
  it(
    'a record that fails for long is gone on with in a new run',
    () => continuing.stuckForLong(world.loop),
    60_000,
  );
  it(
    'a load that fails for long is gone on with in a new run',
    () => continuing.unloadableForLong(world.loop),
    60_000,
  );
});

it('without it, a record that fails for long fills its history', async () => {
  const stubborn = { file, from: 'return () => crowded() &&', to: 'return () => false &&' };
  const world = await startWorld({ real, bundle: await variant(...impatient, stubborn) });
  setPatience(6_000);
  try {
    await expect(continuing.stuckForLong(world.loop)).rejects.toThrow('a new run');
  } finally {
    await world.close();
  }
}, 60_000);

it('while rows wait, they would be left to their redelivery', async () => {
  const hasty = { file, from: 'crowded() && (idle || !going)', to: 'crowded()' };
  const world = await startWorld({ real: { suggestAfter: 20 }, bundle: await variant(...impatient, hasty) });
  setPatience(4_000);
  try {
    await expect(continuing.notWhileRowsWait(world.loop)).rejects.toThrow('the outcome');
  } finally {
    await world.close();
  }
}, 60_000);
