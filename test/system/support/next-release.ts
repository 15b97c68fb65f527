import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { root } from '../../../src/local/paths';
import type { Change } from '../../support/change';
import { changed } from '../../support/change';

const LEFT_OUT = new Set(['node_modules', 'data', 'dist', '.git']);

/** Another release, in a folder of its own, as an operator unpacks it: this one with something changed. */
export class NextRelease {
  private constructor(readonly dir: string) {}

  static with(...changes: readonly Change[]): NextRelease {
    const dir = mkdtempSync(join(tmpdir(), 'imaging-failsafe-release-'));
    cpSync(root, dir, {
      recursive: true,
      filter: (source) => source === root || !LEFT_OUT.has(basename(source)),
    });
    symlinkSync(join(root, 'node_modules'), join(dir, 'node_modules'));
    for (const change of changes) {
      const file = join(dir, change.file);
      writeFileSync(file, changed(readFileSync(file, 'utf8'), change));
    }
    return new NextRelease(dir);
  }

  /** Its program's entry. */
  get main(): string {
    return join(this.dir, 'src', 'main.ts');
  }

  remove(): void {
    rmSync(this.dir, { recursive: true, force: true });
  }
}
