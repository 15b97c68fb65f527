import type { CampaignOptions } from './campaign';

/** How a campaign goes, apart from its seed and its stories. */
type Size = Pick<CampaignOptions, 'betweenMs' | 'rhythm' | 'settleMs' | 'patienceMs'> & {
  /** How long a day lasts under the demonstration's policy: who is asked for ever must not take up the machine. */
  secondsPerDay: number;
};

export const LARGE: Size = {
  secondsPerDay: 60,
  betweenMs: 800,
  rhythm: { pauseMs: [1_000, 4_000], lastsMs: [200, 2_500] },
  settleMs: 120_000,
  patienceMs: 240_000,
};

/** For a test: everything once, in little time. */
export const SMALL: Size = {
  secondsPerDay: 10,
  betweenMs: 1_000,
  rhythm: { pauseMs: [100, 700], lastsMs: [200, 1_500] },
  settleMs: 40_000,
  patienceMs: 150_000,
};
