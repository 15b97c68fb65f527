'use strict';
/**
 * `npm run build`: the program as a deployed image runs it, in dist/. Compiled, with the files that it reads beside it,
 * and with the workflows bundled by the very SDK that will run them, so that a worker starts without bundling.
 */
const { execFileSync } = require('node:child_process');
const { cpSync, existsSync, readdirSync, rmSync, statSync } = require('node:fs');
const path = require('node:path');

const root = path.resolve(__dirname, '..');
const dist = path.join(root, 'dist');

/** Everything but TypeScript: templates, styles, policies, tables. */
function copyAssets(folder) {
  for (const name of readdirSync(path.join(root, folder))) {
    const relative = path.join(folder, name);
    if (statSync(path.join(root, relative)).isDirectory()) copyAssets(relative);
    else if (!name.endsWith('.ts')) cpSync(path.join(root, relative), path.join(dist, relative));
  }
}

async function main() {
  rmSync(dist, { recursive: true, force: true });
  const tsc = path.join(root, 'node_modules/typescript/bin/tsc');
  execFileSync(process.execPath, [tsc, '-p', 'tsconfig.build.json'], { cwd: root, stdio: 'inherit' });
  for (const folder of ['src', 'policies'].filter((name) => existsSync(path.join(root, name))))
    copyAssets(folder);
  const { writeWorkflowBundle } = require(path.join(dist, 'src/local/workflow-bundle.js'));
  await writeWorkflowBundle(path.join(dist, 'workflows/index.js'), path.join(dist, 'workflow-bundle.js'));
  console.log('Built dist/. Run it with: node --enable-source-maps dist/src/main.js');
}

main().catch((error) => {
  if (error.status === undefined) console.error(error);
  process.exitCode = 1;
});
