import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import canonicalize from 'canonicalize';
import { LineCounter, parseDocument } from 'yaml';
import type { Document } from 'yaml';
import type { Policy } from '../../domain/policy';
import { policySchema } from './policy-schema';

/** Where the files that ship are, in the repository and in the build alike. */
export const POLICIES = path.resolve(__dirname, '..', '..', 'policies');

/** A policy file that cannot be used: which, where in it, and what to do, one line a defect. */
export class PolicyFileError extends Error {
  constructor(
    readonly file: string,
    readonly defects: string[],
  ) {
    super(`The policy file ${file} cannot be used:\n${defects.map((defect) => `  ${defect}`).join('\n')}`);
    this.name = 'PolicyFileError';
  }
}

/** `rules[3].limit.duration`, as a person would write it. */
const written = (keys: PropertyKey[]): string =>
  keys
    .map((key) => (typeof key === 'number' ? `[${key}]` : `.${String(key)}`))
    .join('')
    .replace(/^\./, '') || 'the file';

/** The line of the closest thing in the file that lies on the path. */
const lineOf = (document: Document, lines: LineCounter, keys: PropertyKey[]): number => {
  for (let length = keys.length; length > 0; length--) {
    const node = document.getIn(keys.slice(0, length), true);
    const range = (node as { range?: [number, number, number] } | undefined)?.range;
    if (range) return lines.linePos(range[0]).line;
  }
  return 1;
};

/** A policy from the text of a file; `file` only names it in errors. */
export const parsePolicy = (text: string, file: string): Policy => {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, uniqueKeys: true });
  if (document.errors.length > 0)
    throw new PolicyFileError(
      file,
      document.errors.map((e) => `line ${e.linePos?.[0].line ?? 1}: ${e.message.split('\n')[0]}`),
    );
  const parsed = policySchema.safeParse(document.toJS());
  if (parsed.success) return parsed.data;
  throw new PolicyFileError(
    file,
    parsed.error.issues.map(
      (issue) => `line ${lineOf(document, lines, issue.path)}: ${written(issue.path)}: ${issue.message}`,
    ),
  );
};

/** Reads and checks a policy file. */
export const loadPolicy = (file: string): Policy => {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw new PolicyFileError(file, [
      `${(error as Error).message}: name a YAML file such as policies/england.yaml`,
    ]);
  }
  return parsePolicy(text, file);
};

/** SHA-256 over the policy's RFC 8785 JSON: the same content has the same hash, however the file is written. */
export const policyHash = (policy: Policy): string =>
  createHash('sha256').update(canonicalize(policy)!).digest('hex');
