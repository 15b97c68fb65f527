'use strict';
/**
 * The order of test files: those that take minutes first, so that no long one begins when all others are done and a core
 * stands idle. The rest follows as Jest would have it.
 */
const Sequencer = require('@jest/test-sequencer').default;

const LONGEST = [
  'test/rules/properties.test.ts',
  'test/journeys/mutants.test.ts',
  'test/rules/mutants.test.ts',
  'test/journeys/continuing.test.ts',
  'test/journeys/real-time.test.ts',
  'test/chaos/mutants.test.ts',
  'test/system/watchdog.test.ts',
  'test/system/upgrade.test.ts',
  'test/system/disaster-temporal.test.ts',
  'test/system/backlog.test.ts',
  'test/chaos/campaign.test.ts',
  'test/system/outage.test.ts',
  'test/system/cases.test.ts',
  'test/system/mutants.test.ts',
  'test/system/disaster-postgres.test.ts',
  'test/system/questions-plans.test.ts',
  'test/system/setup.test.ts',
  'test/system/crash.test.ts',
];

const rank = ({ path }) => {
  const at = LONGEST.findIndex((name) => path.endsWith(name));
  return at < 0 ? LONGEST.length : at;
};

module.exports = class LongestFirst extends Sequencer {
  async sort(tests) {
    return (await super.sort(tests)).sort((a, b) => rank(a) - rank(b));
  }
};
