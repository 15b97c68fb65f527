'use strict';
/** Writes what became of each test, by project; Jest's own report does not say which project it was. */
const { writeFileSync } = require('node:fs');
const { stripVTControlCharacters: plain } = require('node:util');

module.exports = class {
  constructor(_global, { out }) {
    this.out = out;
    this.results = {};
  }

  onTestFileResult({ context }, { testResults, testExecError, failureMessage }) {
    const ran = testResults.filter(({ status }) => status === 'passed' || status === 'failed');
    this.results[context.config.displayName.name] = {
      broke: testExecError || ran.length === 0 ? plain(failureMessage || 'no such test') : '',
      tests: ran.map(({ fullName, failureMessages }) => [fullName, failureMessages.map(plain)]),
    };
  }

  onRunComplete() {
    writeFileSync(this.out, JSON.stringify(this.results));
  }
};
