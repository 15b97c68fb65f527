'use strict';
/**
 * Three projects, by what they need:
 *   rules     the pure core and other parts that need no server; parallel
 *   journeys  the real workflows on the time-skipping server, one server a Jest worker
 *   system    real servers, processes and kills; two files at a time (see test/support/run.cjs)
 */
const project = (name, folders, more = {}) => ({
  displayName: name,
  rootDir: __dirname,
  roots: folders.map((folder) => `<rootDir>/${folder}`),
  testEnvironment: 'node',
  testMatch: ['**/*.test.ts'],
  moduleFileExtensions: ['ts', 'cjs', 'js', 'json', 'node'],
  modulePathIgnorePatterns: ['<rootDir>/dist/', '<rootDir>/data/'],
  transform: { '\\.ts$': ['@swc/jest', { sourceMaps: 'inline' }] },
  ...more,
});
const existing = (folders) =>
  folders.filter((folder) => require('node:fs').existsSync(`${__dirname}/${folder}`));
const servers = {
  globalSetup: '<rootDir>/test/support/global-setup.ts',
  globalTeardown: '<rootDir>/test/support/global-teardown.ts',
};

module.exports = {
  testSequencer: '<rootDir>/test/support/longest-first.cjs',
  reporters: ['<rootDir>/test/support/counting-reporter.cjs'],
  projects: [
    project('rules', existing(['test/rules'])),
    project('journeys', existing(['test/journeys', 'test/replay']), servers),
    project('system', existing(['test/system', 'test/cases', 'test/chaos']), servers),
  ].filter((p) => p.roots.length > 0),
};
