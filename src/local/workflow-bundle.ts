import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { bundleWorkflowCode } from '@temporalio/worker';
import { version as workerVersion } from '@temporalio/worker/package.json';
import { cacheDir, isBuilt, root } from './paths';

const sourceFolders = ['workflows', 'activities', 'domain'];

/**
 * The workflows as one file, for a worker's `workflowBundle: { codePath }`. A build brings its own. From TypeScript we
 * bundle once for each state of the sources and keep it, since bundling takes seconds and a start should not.
 */
export async function workflowBundle(): Promise<{ codePath: string }> {
  if (isBuilt) return { codePath: join(root, 'workflow-bundle.js') };
  const codePath = join(cacheDir(), 'bundles', `workflows-${fingerprint()}.js`);
  if (existsSync(codePath)) {
    const now = new Date();
    utimesSync(codePath, now, now);
    return { codePath };
  }
  await writeWorkflowBundle(join(root, 'workflows', 'index.ts'), codePath);
  return { codePath };
}

/** Bundles the workflows that `entry` exports. Written beside and renamed, so that nobody reads half a bundle. */
export async function writeWorkflowBundle(entry: string, codePath: string): Promise<void> {
  const quiet = { trace() {}, debug() {}, info() {}, log() {}, warn: console.warn, error: console.error };
  const { code } = await bundleWorkflowCode({ workflowsPath: entry, logger: quiet });
  mkdirSync(join(codePath, '..'), { recursive: true });
  const beside = `${codePath}.${process.pid}`;
  writeFileSync(beside, code);
  renameSync(beside, codePath);
}

/** What a bundle depends on: our sources, and the exact SDK that bundles and runs them. */
function fingerprint(): string {
  const hash = createHash('sha256').update(workerVersion);
  for (const folder of sourceFolders.filter((name) => existsSync(join(root, name)))) addFolder(hash, folder);
  return hash.digest('hex').slice(0, 20);
}

function addFolder(hash: ReturnType<typeof createHash>, folder: string): void {
  for (const name of readdirSync(join(root, folder)).toSorted()) {
    const path = join(folder, name);
    if (statSync(join(root, path)).isDirectory()) addFolder(hash, path);
    else
      hash
        .update(`${path}\0`)
        .update(readFileSync(join(root, path)))
        .update('\0');
  }
}
