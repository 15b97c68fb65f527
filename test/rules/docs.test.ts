import { existsSync, readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';

/** What the documents point to is there: links, commands, decisions, pictures. */
const root = path.resolve(__dirname, '..', '..');
const read = (file: string): string => readFileSync(path.join(root, file), 'utf8');
const inFolder = (folder: string): string[] =>
  readdirSync(path.join(root, folder))
    .filter((name) => name.endsWith('.md'))
    .map((name) => path.join(folder, name));

const pages = ['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md', ...inFolder('docs'), ...inFolder('docs/adr')];

/** Targets of links and pictures that stand in this repository. */
const localLinks = (page: string): string[] =>
  [...read(page).matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, target]) => target!.split('#', 1)[0]!)
    .filter((target) => target !== '' && !/^[a-z]+:/.test(target));

describe.each(pages)('%s', (page) => {
  it('points to files that exist', () => {
    const missing = localLinks(page).filter(
      (target) => !existsSync(path.join(root, path.dirname(page), target)),
    );
    expect(missing).toEqual([]);
  });

  it('names npm commands that exist, with what they run', () => {
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
    const named = [...read(page).matchAll(/npm run ([\w:-]+)/g)].map(([, name]) => name!);
    const broken = named.filter((name) => {
      const file = /(\S+\.(?:ts|cjs))\b(?!.*\.(?:ts|cjs))/.exec(scripts[name] ?? '')?.[1];
      return scripts[name] === undefined || (file !== undefined && !existsSync(path.join(root, file)));
    });
    expect(broken).toEqual([]);
  });
});

it('every decision is in the index, by its own title and in order', () => {
  const decisions = inFolder('docs/adr').filter((file) => /\d{4}-/.test(file));
  const rows = decisions.sort().map((file) => {
    const [, number, title] = /^# (\d{4}) (.+)$/m.exec(read(file))!;
    return `| [${number}](${path.basename(file)}) | ${title} | `;
  });
  const index = read('docs/adr/README.md');
  expect(rows.filter((row) => !index.includes(row))).toEqual([]);
  expect(index.match(/^\| \[\d{4}\]/gm)).toHaveLength(rows.length);
});

it('every decision has a status with its date, and the same three parts', () => {
  for (const file of inFolder('docs/adr').filter((name) => /\d{4}-/.test(name)))
    for (const part of [
      /^Status: \w+, \d{4}-\d\d-\d\d/m,
      /^## Context$/m,
      /^## Decision$/m,
      /^## Consequences$/m,
    ])
      expect([file, part.test(read(file))]).toEqual([file, true]);
});
