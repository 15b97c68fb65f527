'use strict';
/**
 * `npm run dossier-example`: plays the case C13 and writes the dossier of its first film into docs/examples/: the PDF, its
 * first pages as pictures (by pdftoppm of poppler-utils), and the bundle.
 */
const { execFileSync } = require('node:child_process');
const { copyFileSync, mkdirSync, mkdtempSync, rmSync } = require('node:fs');
const { tmpdir } = require('node:os');
const path = require('node:path');

const root = path.resolve(__dirname, '..');
const examples = path.join(root, 'docs/examples');
const PAGES = 2;

const kept = mkdtempSync(path.join(tmpdir(), 'imaging-failsafe-example-'));
try {
  const cases = ['--enable-source-maps', '-r', './scripts/ts.cjs', 'test/cases/run.ts'];
  execFileSync(process.execPath, [...cases, '--only', 'C13', '--keep', kept], {
    cwd: root,
    stdio: 'inherit',
  });
  mkdirSync(examples, { recursive: true });
  const pdf = path.join(examples, 'c13-dossier.pdf');
  copyFileSync(path.join(kept, 'C13/journey-1-dossier.pdf'), pdf);
  copyFileSync(path.join(kept, 'C13/journey-1-bundle.json'), path.join(examples, 'c13-bundle.json'));
  for (let page = 1; page <= PAGES; page++) {
    const range = ['-f', String(page), '-l', String(page), '-singlefile'];
    const picture = path.join(examples, `c13-dossier-${page}`);
    execFileSync('pdftoppm', ['-png', '-gray', '-r', '100', ...range, pdf, picture]);
  }
} finally {
  rmSync(kept, { recursive: true, force: true });
}
