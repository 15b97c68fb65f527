import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundleWorkflowCode } from '@temporalio/worker';
import { root } from '../../../src/local/paths';

/** One place in the workflow's code or in the core, and what stands there instead. */
export interface Change {
  file: string;
  from: string;
  to: string;
}

const FOLDERS = ['workflows', 'activities', 'domain'];
const QUIET = { trace() {}, debug() {}, info() {}, log() {}, warn: console.warn, error: console.error };

/** The workflows with something changed: a rule left out, or a span of time made short enough for a test. */
export const variant = async (...changes: readonly Change[]): Promise<{ code: string }> => {
  const dir = mkdtempSync(join(tmpdir(), 'imaging-failsafe-variant-'));
  try {
    for (const folder of FOLDERS) cpSync(join(root, folder), join(dir, folder), { recursive: true });
    for (const { file, from, to } of changes) {
      const source = readFileSync(join(dir, file), 'utf8');
      if (source.split(from).length !== 2)
        throw new Error(`${file} has not one "${from}": the test must follow the code`);
      writeFileSync(
        join(dir, file),
        source.replace(from, () => to),
      );
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
