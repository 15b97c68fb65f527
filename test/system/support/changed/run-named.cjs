'use strict';
/** Jest's own runner, for the tests that the project names: Jest itself knows one pattern for all projects. */
const { default: run } = require('jest-circus/runner');

module.exports = (global, config, ...more) =>
  run({ ...global, testNamePattern: config.globals.names }, config, ...more);
