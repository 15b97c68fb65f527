/**
 * Committed files that are drawn from something else must be what they are drawn from: `scripts/drift.ts` says which are
 * not and exits with 1 (also as `--check`); `--write` draws them anew.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { generatedFiles, root } from './generated-files';

const drifted = async (write: boolean): Promise<string[]> => {
  const different: string[] = [];
  for (const { path: name, render } of generatedFiles) {
    const file = path.join(root, name);
    const wanted = await render();
    if (existsSync(file) && readFileSync(file, 'utf8') === wanted) continue;
    different.push(name);
    if (!write) continue;
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, wanted);
  }
  return different;
};

const main = async (): Promise<void> => {
  const write = process.argv.includes('--write');
  const different = await drifted(write);
  if (different.length === 0) console.log(`${generatedFiles.length} generated files are up to date`);
  for (const name of different)
    console.log(
      write
        ? `written: ${name}`
        : `${name} is out of date: node -r ./scripts/ts.cjs scripts/drift.ts --write, and commit it`,
    );
  if (different.length > 0 && !write) process.exitCode = 1;
};

void main();
