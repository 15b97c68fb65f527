import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** The page of features claims nothing that no test shows. */
const root = path.resolve(__dirname, '..', '..');
const read = (file: string): string => readFileSync(path.join(root, file), 'utf8');
const rows = read('docs/FEATURES.md')
  .split('\n')
  .filter((line) => /^\| \d+ +\|/.test(line))
  .map((line) => line.split('|').map((cell) => cell.trim()))
  .map(([, no, feature, state, what, proof]) => ({ no, feature, state, what, proof: proof ?? '' }));

it('has the 56 features in their order', () => {
  expect(rows.map((row) => row.no)).toEqual(Array.from({ length: 56 }, (_, i) => String(i + 1)));
});

const title = (text: string, name: string): boolean =>
  [name, name.replaceAll("'", "\\'")].some((written) => text.includes(written));

it.each(rows)('$no $feature', ({ state, what, proof }) => {
  expect(['done', 'partly', 'not yet']).toContain(state);
  if (state === 'not yet') return expect(proof).toBe('');
  if (state === 'partly') expect(what).not.toBe('');
  for (const named of proof.split('<br>')) {
    const [file = '', name = ''] = named.split(' :: ').map((part) => part.trim());
    expect([file, existsSync(path.join(root, file))]).toEqual([file, true]);
    expect([name, name !== '' && title(read(file), name)]).toEqual([name, true]);
  }
});
