import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundleWorkflowCode } from '@temporalio/worker';
import { root } from '../../../src/local/paths';
import type { Change } from '../../support/change';
import { changed } from '../../support/change';

const FOLDERS = ['workflows', 'activities', 'domain'];
const QUIET = { trace() {}, debug() {}, info() {}, log() {}, warn: console.warn, error: console.error };

/** The workflows with something changed: a rule left out, or a span of time made short enough for a test. */
export const variant = async (...changes: readonly Change[]): Promise<{ code: string }> => {
  const dir = mkdtempSync(join(tmpdir(), 'imaging-failsafe-variant-'));
  try {
    for (const folder of FOLDERS) cpSync(join(root, folder), join(dir, folder), { recursive: true });
    for (const change of changes) {
      const file = join(dir, change.file);
      writeFileSync(file, changed(readFileSync(file, 'utf8'), change));
    }
    return await bundleWorkflowCode({
      workflowsPath: join(dir, 'workflows', 'index.ts'),
      logger: QUIET,
      webpackConfigHook: (config) => ({
        ...config,
        resolve: { ...config.resolve, modules: [join(root, 'node_modules'), 'node_modules'] },
      }),
    });
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
};
