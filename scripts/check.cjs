'use strict';
/**
 * `npm run check`: format, lint, types, boundaries, drift of generated files. One line a check; a failing one prints its
 * own output below. All run whatever the first ones say, so that one run shows everything there is to mend.
 */
const { spawn } = require('node:child_process');
const { existsSync } = require('node:fs');
const path = require('node:path');

const root = path.resolve(__dirname, '..');
const bin = (file) => path.join(root, 'node_modules', file);
const folders = ['domain', 'workflows', 'activities', 'src', 'test', 'bench', 'scripts'].filter((folder) =>
  existsSync(path.join(root, folder)),
);
const cruise = (...args) => [
  bin('dependency-cruiser/bin/dependency-cruiser.mjs'),
  '--output-type',
  'err',
  ...args,
];
const typescript = ['-r', './scripts/ts.cjs'];

const checks = [
  ['format', [bin('prettier/bin/prettier.cjs'), '--check', '--log-level', 'warn', '.'], 'npm run format'],
  ['lint', [bin('oxlint/bin/oxlint'), '--type-aware', '--deny-warnings', '--quiet', ...folders]],
  ['types', [bin('typescript/bin/tsc'), '--noEmit', '-p', 'tsconfig.json']],
  ['boundaries', cruise('--config', '.dependency-cruiser.cjs', ...folders)],
];
if (existsSync(path.join(root, 'workflows'))) {
  checks.push(['workflow reach', cruise('--config', 'scripts/workflow-reach.cjs', 'workflows')]);
}
if (existsSync(path.join(root, 'scripts/drift.ts'))) {
  checks.push(['drift', [...typescript, 'scripts/drift.ts']]);
}

function run([name, args, remedy]) {
  return new Promise((resolve) => {
    const started = Date.now();
    let output = '';
    const child = spawn(process.execPath, args, {
      cwd: root,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, NO_COLOR: '1' },
    });
    child.stdout.on('data', (chunk) => (output += chunk));
    child.stderr.on('data', (chunk) => (output += chunk));
    child.on('close', (code) => {
      const seconds = ((Date.now() - started) / 1000).toFixed(1);
      console.log(
        `${code === 0 ? 'ok    ' : 'FAILED'} ${name} (${seconds} s)${code !== 0 && remedy ? `: ${remedy}` : ''}`,
      );
      if (code !== 0) console.log(output.trimEnd());
      resolve(code === 0);
    });
  });
}

async function main() {
  const only = process.argv.slice(2);
  const chosen = checks.filter(([name]) => only.length === 0 || only.includes(name));
  const results = [];
  for (const check of chosen) results.push(await run(check));
  process.exitCode = results.length > 0 && results.every(Boolean) ? 0 : 1;
}

void main();
