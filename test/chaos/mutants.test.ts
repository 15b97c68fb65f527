import { Campaign } from './campaign';
import type { CampaignReport } from './campaign';
import { Installation } from './installation';
import { MUTANTS, startOf } from './mutants/switches';
import type { Without } from './mutants/switches';
import { SMALL } from './sizes';
import { STORIES } from './stories';

/**
 * The campaign's teeth: a program without one of its safeguards is found out, by the invariant that the safeguard keeps. Each
 * in its smallest form: a few journeys, and the one fault that needs the safeguard, again until it has met its moment.
 */

const SEED = 1;

async function without(name: Without): Promise<CampaignReport> {
  const mutant = MUTANTS[name];
  const installation = await Installation.open({
    secondsPerDay: SMALL.secondsPerDay,
    [mutant.of]: startOf(mutant),
  });
  try {
    const { staff, witnesses, proxy } = installation;
    return await new Campaign(staff, witnesses, proxy, {
      ...SMALL,
      seed: SEED,
      journeys: 4,
      atOnce: 4,
      stories: STORIES,
      only: mutant.moment,
      patienceMs: 60_000,
      settleMs: 5_000,
      limitMs: 90_000,
      untilAllHappened: true,
    }).run();
  } finally {
    await installation.close();
  }
}

test.each(Object.keys(MUTANTS) as Without[])(
  'without %s an invariant is seen broken',
  async (name) => {
    const { violations, missing } = await without(name);
    expect(missing).toEqual([]);
    for (const invariant of MUTANTS[name].breaks) expect(violations).toHaveProperty([invariant]);
  },
  300_000,
);
