import { readFileSync } from 'node:fs';
import path from 'node:path';
import { compileFunction } from 'node:vm';
import { transformSync } from '@swc/core';
import { changed } from '../../support/change';
import type { Core } from './core';
import { MODULES } from './core';

/**
 * A core with one of its rules broken: the source of `domain/` with one passage replaced, loaded beside the real one. What the
 * mutants need no test for, nobody needs.
 */
export interface Mutant {
  /** What is broken, in a reader's words. */
  name: string;
  file: string;
  /** The passage, which must be there exactly once. */
  find: string;
  replace: string;
}

const DOMAIN = path.resolve(__dirname, '../../../domain');
const OPTIONS = {
  jsc: { parser: { syntax: 'typescript' }, target: 'es2023' },
  module: { type: 'commonjs' },
} as const;

const compiled = new Map<string, string>();

const codeOf = (file: string, mutant: Mutant): string => {
  const isMutated = file === mutant.file;
  const known = isMutated ? undefined : compiled.get(file);
  if (known !== undefined) return known;
  const source = readFileSync(path.join(DOMAIN, `${file}.ts`), 'utf8');
  const { code } = transformSync(isMutated ? broken(source, mutant) : source, OPTIONS);
  if (!isMutated) compiled.set(file, code);
  return code;
};

const broken = (source: string, { file, find, replace }: Mutant): string =>
  changed(source, { file: `domain/${file}.ts`, from: find, to: replace });

type Exports = Record<string, unknown>;

/** The core with that mutation. */
export const mutated = (mutant: Mutant): Core => {
  const loaded = new Map<string, { exports: Exports }>();
  const load = (file: string): Exports => {
    const known = loaded.get(file);
    if (known) return known.exports;
    const module = { exports: {} as Exports };
    loaded.set(file, module);
    const evaluate = compileFunction(codeOf(file, mutant), ['require', 'module', 'exports']);
    evaluate(
      (name: string) => (name.startsWith('./') ? load(name.slice(2)) : require(name)),
      module,
      module.exports,
    );
    return module.exports;
  };
  return Object.assign({}, ...MODULES.map(load)) as Core;
};
