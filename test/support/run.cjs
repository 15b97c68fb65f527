'use strict';
/**
 * `npm test`. Two passes: the rules and the skipped-time journeys, then the tests of real servers and kills, two files at a
 * time: much of theirs is waiting, and each has servers of its own. With arguments of one's own (a file, a project, -t) it is one
 * pass with those. The last line is always `N passed, N failed`; no test at all is a failure.
 */
const { spawn } = require('node:child_process');
const { mkdtempSync, readFileSync, rmSync } = require('node:fs');
const { availableParallelism, tmpdir } = require('node:os');
const path = require('node:path');

const root = path.resolve(__dirname, '..', '..');
const { projects } = require('../../jest.config.cjs');

/** Jest leaves one core alone by default; on two that is half of them. */
const QUICK_WORKERS = Math.max(2, availableParallelism() - 1);

/** Each brings up whole installations: more of them would only wait for one another. */
const SYSTEM_WORKERS = 2;

function passes(args) {
  if (args.length > 0) return [args];
  const present = projects.map((project) => project.displayName);
  const quick = present.filter((name) => name !== 'system');
  const all = [];
  if (quick.length > 0) all.push(['--selectProjects', ...quick, `--maxWorkers=${QUICK_WORKERS}`]);
  if (present.includes('system')) all.push(['--selectProjects', 'system', `--maxWorkers=${SYSTEM_WORKERS}`]);
  return all;
}

function jest(args, countFile) {
  return new Promise((resolve) => {
    const command = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning'];
    const child = spawn(
      process.execPath,
      [...command, path.join(root, 'node_modules/jest/bin/jest.js'), ...args],
      {
        cwd: root,
        stdio: 'inherit',
        env: { ...process.env, IMAGING_FAILSAFE_TEST_COUNT: countFile },
      },
    );
    child.on('close', (code) => resolve(code ?? 1));
  });
}

function readCount(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return { passed: 0, failed: 1 }; // it ended before it could count
  }
}

async function main() {
  const folder = mkdtempSync(path.join(tmpdir(), 'imaging-failsafe-count-'));
  const total = { passed: 0, failed: 0 };
  let failed = false;
  try {
    for (const [index, args] of passes(process.argv.slice(2)).entries()) {
      const file = path.join(folder, String(index));
      const code = await jest(args, file);
      const count = readCount(file);
      total.passed += count.passed;
      total.failed += count.failed;
      failed ||= code !== 0;
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  if (failed && total.failed === 0) total.failed = 1;
  console.log(`${total.passed} passed, ${total.failed} failed`);
  process.exitCode = failed || total.failed > 0 || total.passed === 0 ? 1 : 0;
}

void main();
