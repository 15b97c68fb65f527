'use strict';
/**
 * One line a test file as it ends, the failures in full, and a word about what is still running when it takes long. The
 * counts go to a file, from which run.cjs adds up all passes.
 */
const { writeFileSync } = require('node:fs');
const path = require('node:path');

const patienceMs = 20_000;

class CountingReporter {
  constructor(globalConfig) {
    this.rootDir = globalConfig.rootDir;
    this.running = new Map();
    this.passed = 0;
    this.failed = 0;
  }

  onRunStart() {
    this.timer = setInterval(() => this.sayWhatRuns(), patienceMs);
    this.timer.unref();
  }

  onTestFileStart(test) {
    this.running.set(test.path, Date.now());
  }

  onTestFileResult(test, result) {
    this.running.delete(test.path);
    const failed = result.numFailingTests + (result.testExecError && result.numFailingTests === 0 ? 1 : 0);
    this.passed += result.numPassingTests;
    this.failed += failed;
    const seconds = ((result.perfStats.end - result.perfStats.start) / 1000).toFixed(1);
    const project = test.context.config.displayName?.name ?? '';
    const counts = `${result.numPassingTests} passed${failed > 0 ? `, ${failed} FAILED` : ''}`;
    console.log(
      `${failed > 0 ? 'FAILED' : 'ok    '} ${project.padEnd(8)} ${this.short(test.path)} (${counts}; ${seconds} s)`,
    );
    if (result.console?.length > 0 && failed > 0) {
      for (const entry of result.console) console.log(`       ${entry.type}: ${entry.message}`);
    }
    if (failed > 0) console.log(result.failureMessage ?? result.testExecError);
  }

  onRunComplete(_contexts, results) {
    clearInterval(this.timer);
    if (results.runExecError) {
      this.failed += 1;
      console.log(results.runExecError);
    }
    const file = process.env.IMAGING_FAILSAFE_TEST_COUNT;
    if (file) writeFileSync(file, JSON.stringify({ passed: this.passed, failed: this.failed }));
  }

  sayWhatRuns() {
    for (const [file, since] of this.running) {
      console.log(
        `...    ${this.short(file)} has been running for ${Math.round((Date.now() - since) / 1000)} s`,
      );
    }
  }

  short(file) {
    return path.relative(this.rootDir, file);
  }
}

module.exports = CountingReporter;
