import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { freePort } from '../../src/local/ports';
import { startProgram } from '../support/program';
import type { Program } from '../support/program';
import { Shell, forPage, outputOf, shapeOf, stepsOf, withOutput } from '../support/walkthrough';

/**
 * The README's walk-through, run word for word against a demonstration of its own, the kill included. With README_UPDATE=1 what it
 * prints is written into the README instead of compared.
 */
const root = path.resolve(__dirname, '..', '..');
const README = path.join(root, 'README.md');
const page = readFileSync(README, 'utf8');
const steps = stepsOf(page);
const update = process.env['README_UPDATE'] === '1';

let dir: string;
let port: number;
let program: Program;
let shell: Shell;
const printed = new Map<string, string>();

const start = async (): Promise<void> => {
  program = startProgram(['--demo', '--port', String(port)], {
    IMAGING_FAILSAFE_DATA: path.join(dir, 'data/demo'),
  });
  await program.waitFor(/^Open .*$/m, 120_000);
};

/** The page's words for this run's place and port. */
const here = (text: string): string => text.replaceAll('127.0.0.1:3000', `127.0.0.1:${port}`);
const there = (text: string): string =>
  forPage(text).replaceAll(`127.0.0.1:${port}`, '127.0.0.1:3000').replaceAll(dir, '.');

beforeAll(async () => {
  dir = mkdtempSync(path.join(tmpdir(), 'imaging-failsafe-readme-'));
  port = await freePort();
  await start();
  printed.set('start', there(program.output()));
  shell = new Shell(dir);
}, 180_000);

afterAll(async () => {
  shell?.close();
  await program?.stop();
  rmSync(dir, { recursive: true, force: true });
  if (!update) return;
  writeFileSync(
    README,
    [...printed].reduce((text, [name, output]) => withOutput(text, name, output), page),
  );
}, 120_000);

const upNames = (text: string): string[] => [...text.matchAll(/^ {2}up {4}(\w+)/gm)].map(([, name]) => name!);

it('comes up with the parts that the README names', () => {
  expect(page).toContain('npm ci && npm start');
  expect(page).toContain('npm ci && npm test');
  if (!update) expect(upNames(printed.get('start')!)).toEqual(upNames(outputOf(page, 'start')));
});

it.each(steps)(
  '$name',
  async ({ name, script, output }) => {
    if (script.includes('kill -9')) {
      await shell.run(here('kill -9 "$(cat data/demo/pid)"'));
      await program.exited();
      await shell.run('sleep 12');
      await start();
      return;
    }
    const said = there(await shell.run(here(script)));
    printed.set(name, said);
    if (!update && output !== '') expect(shapeOf(said)).toEqual(shapeOf(output));
  },
  240_000,
);

it('asked again after the kill, and nobody twice for one ask', async () => {
  const asks = (name: string): number => Number(/acknowledge:r1 .*asks: (\d+)/.exec(printed.get(name)!)?.[1]);
  expect(asks('restarted')).toBeGreaterThan(asks('ladder'));
  const mails = await shell.run('grep -h "^X-Failsafe-Ask:" data/demo/mail/*.eml | sort | uniq -d');
  expect(mails.trim()).toBe('');
});
